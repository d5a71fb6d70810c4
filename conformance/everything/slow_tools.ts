// Tools of the everything server that take their time, so that something can happen meanwhile: to be
// cancelled, to be left, or to run beside others.

import { type Server, text } from "../../mod.ts";
import { pause } from "./samples.ts";

/** Between two reports of progress. */
const STEP_MS = 50;
/** Longer than any client waits for an answer; the call then ends by itself. */
const LONG_MS = 60_000;

/** Registers them. */
export function addSlowTools(server: Server): void {
  server
    .tool({
      name: "test_slow",
      description: "Reports progress every 50 ms until its time is over, and says its word.",
      input: {
        type: "object",
        properties: {
          ms: { type: "integer", minimum: 0, maximum: LONG_MS, description: "How long." },
          word: { type: "string", description: "What it answers." },
        },
      },
      async run({ ms = 300, word = "done" }, ctx) {
        for (let passed = 0; passed < ms; passed += STEP_MS) {
          ctx.progress(passed + 1, ms + 1, `${passed} of ${ms} ms`);
          await pause(Math.min(STEP_MS, ms - passed), ctx.signal);
        }
        return text(word);
      },
    })
    .tool({
      name: "test_unending",
      description: "Runs until it is cancelled.",
      async run(_input, ctx) {
        await pause(LONG_MS, ctx.signal);
        return text("Nobody cancelled.");
      },
    });
}
