// What keeps a program that uses the library alive, and what does not: `library_program.ts` is such a
// program. All times of its handler that must not matter are ten minutes.

import { deepEqual, equal, match, ok } from "node:assert/strict";
import type { Case, Context } from "./contract.ts";

/** Milliseconds within which a program that nothing holds ends on a busy machine; it takes 1,000. */
const SOON_MS = 20_000;

/** The cases. */
export const LIBRARY_SUITE: readonly Case[] = [
  {
    name: "a program that closes its listener, but not its handler, ends with its sessions open",
    async run(context) {
      const said = await lastingUntil(context, "served", /^closed$/m);
      for (const way of ["quick", "quick with a session", "slow", "slow with a session"]) {
        match(said, new RegExp(`^${way}: .*"text":"done"`, "m"));
      }
      match(said, /^slow: : event: message/m);
      match(said, /^task with a session: .*"text":"done"/m);
      match(said, /^task: .*"resultType":"task"/m);
    },
  },
  {
    name: "the time limits of calls and bodies hold a program that nothing else holds",
    async run(context) {
      const said = await lastingUntil(context, "in-process", /^stuck: .*$/m);
      match(said, /^late: 408$/m);
      match(said, /^obedient: .*"text":"stopped in time"/m);
      match(said, /^stuck: .*"text":"The tool took longer than its 300 ms and was stopped"/m);
    },
  },
];

/** Runs the program to its end, which must follow its last line soon; gives what it said. */
async function lastingUntil(
  { start }: Context,
  what: "served" | "in-process",
  last: RegExp,
): Promise<string> {
  const program = await start([what], { program: "library" });
  program.stdout.resume();
  await program.said(last);
  const since = performance.now();
  const late = setTimeout(() => program.kill("SIGKILL"), SOON_MS);
  const ended = await program.exited.finally(() => clearTimeout(late));
  const took = performance.now() - since;
  deepEqual(ended, { code: 0, signal: null });
  ok(took < SOON_MS, `${took} ms`);
  equal(program.stderr().match(/^error: .*/m), null);
  return program.stderr();
}
