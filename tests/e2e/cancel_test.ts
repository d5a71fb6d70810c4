// What is left of a command that was cancelled, by each way there is: nothing, and at once.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { lacksProc } from "../support/lacks.ts";
import { markedSleep } from "../support/marked_sleep.ts";
import { type Calls, type Way, WAYS } from "./cancel_ways.ts";

/** Milliseconds that a command's processes may live after the abort. */
const GONE_MS = 500;
/** And longer, when they ignore SIGTERM. */
const KILLED_MS = 2_500;

for (const way of WAYS) {
  Deno.test(`shell leaves no process when cancelled by ${way.name}`, async () => {
    if (lacksProc()) return;
    using tidy = markedSleep({ prints: "begun" });
    using stubborn = markedSleep({ prints: "begun", ignoresTerm: true });
    const { calls, cancel } = await way.start([tidy.command, stubborn.command]);
    await using _ended = calls;
    await Promise.all([tidy.started(), stubborn.started()]);
    await cancel();
    const took = await Promise.all([
      tidy.gone(way.abortAfterMs + GONE_MS),
      stubborn.gone(way.abortAfterMs + GONE_MS + KILLED_MS),
    ]);
    report(way, took);
    await checkAnswers(way, calls);
  });
}

async function checkAnswers(way: Way, { answers, program }: Calls): Promise<void> {
  // What is never sent cannot be waited for: at its end, lmcp has sent whatever it sends.
  if (way.answer === "nothing") await program.stop();
  for (const answer of await answers) {
    if (way.answer === "nothing") assertEquals(answer, undefined);
    else if (typeof way.answer === "number") assertEquals(answer.error?.code, way.answer);
    else assertStringIncludes(answer.result?.content[0].text, "begun\n");
  }
  if (way.endsProgram) assertEquals(await program.exited, { code: 0, signal: null });
}

/** Prints what was measured, where asked. */
function report({ name }: Way, took: readonly number[]): void {
  if (Deno.env.get("LMCP_TEST_TIMES") === undefined) return;
  // deno-lint-ignore no-console -- for whoever asked
  console.log(`gone after ${took.map(Math.round).join(" and ")} ms: ${name}`);
}
