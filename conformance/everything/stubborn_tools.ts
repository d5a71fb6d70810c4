// Tools of the everything server that do not stop when they should: what they still say must not
// reach the client, whatever they do. The library sees to that, not they.

import { type Context, type Server, text } from "../../mod.ts";

const STEP_MS = 25;

/** Registers them. */
export function addStubbornTools(server: Server): void {
  server
    .tool({
      name: "test_deaf",
      description: "Talks on for half a second, though it is cancelled.",
      async run(_input, ctx) {
        await talk(ctx, 20);
        return text("Talked to the end.");
      },
    })
    .tool({
      name: "test_talks_on",
      description: "Answers at once, and talks on for a quarter of a second.",
      run(_input, ctx) {
        ctx.progress(1);
        talk(ctx, 10).catch((error) => server.report(error, undefined));
        return text("Answered.");
      },
    });
}

/** Reports progress and writes a log line, again and again. */
async function talk(ctx: Context, times: number): Promise<void> {
  for (let at = 0; at < times; at++) {
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
    ctx.progress(at + 2);
    ctx.log("error", "Still talking", "everything");
  }
}
