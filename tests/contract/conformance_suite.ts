// `lmcp conformance` under the runtime finds nothing amiss in the everything server under the same
// runtime: every scenario of every revision over HTTP; over standard streams those about the streams
// themselves, as each takes a process, and with LMCP_LONG=1 all of them.

import { deepEqual, equal, ok } from "node:assert/strict";
import process from "node:process";
import type { Case, Context } from "./contract.ts";
import { LEAST_PASSED } from "./least_passed.ts";

const LONG = process.env.LMCP_LONG === "1";
/** How many scenarios with "stdio-" in their names must pass, in which revision. */
const NAMED = { revision: "2025-11-25", least: 9 };

/** The cases. */
export const CONFORMANCE_SUITE: readonly Case[] = [
  {
    name: "every scenario passes over HTTP, in every revision",
    boundMs: 240_000,
    async run(context) {
      const { url } = await context.start(["--port", "0"], { program: "everything" });
      await Promise.all(
        Object.entries(LEAST_PASSED).map(([revision, { http }]) =>
          passes(context, revision, http, [url])
        ),
      );
    },
  },
  {
    name: LONG
      ? "every scenario passes over standard streams, in every revision"
      : "the scenarios about standard streams pass",
    boundMs: LONG ? 1_800_000 : 240_000,
    async run(context) {
      const command = ["--", ...context.commands.everything, "--stdio"];
      if (!LONG) {
        await passes(context, NAMED.revision, NAMED.least, ["--only", "stdio-", ...command]);
        return;
      }
      for (const [revision, { stdio }] of Object.entries(LEAST_PASSED)) {
        await passes(context, revision, stdio, command);
      }
    },
  },
];

/** Sees that so many scenarios of a revision pass, and none fails, or is noted. */
async function passes(
  { start }: Context,
  revision: string,
  least: number,
  target: readonly string[],
): Promise<void> {
  const program = await start(["conformance", "--json", "--revision", revision, ...target]);
  let text = "";
  const decoder = new TextDecoder();
  for await (const bytes of program.stdout) text += decoder.decode(bytes, { stream: true });
  const { code } = await program.exited;
  equal(program.stderr(), "");
  const { revisions, scenarios } = JSON.parse(text);
  const amiss = (scenarios as { readonly outcome: string }[])
    .filter(({ outcome }) => outcome !== "passed" && outcome !== "skipped");
  deepEqual(amiss, []);
  const { passed } = revisions[revision];
  ok(passed >= least, `${revision}: ${passed} of at least ${least} passed`);
  equal(code, 0);
}
