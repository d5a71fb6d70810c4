// The official conformance suite, all of it: what `deno task conformance` runs must pass, and must
// not pass a server that does nothing.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { suiteIsThere } from "../../conformance/official_run.ts";
import { stdFlags } from "../../scripts/std.ts";
import { lacks } from "../support/lacks.ts";

const RUNNER = new URL("../../conformance/official.ts", import.meta.url).pathname;

Deno.test("the official suite finds nothing wrong, in any revision and over both transports", async () => {
  if (await lacksSuite()) return;
  const { code, said } = await run([]);
  const lines = said.trimEnd().split("\n");
  const sum = lines.findIndex((line) => line.startsWith("sum "));
  assert(sum > 0, said);
  const problems = lines.slice(sum + 1);
  assertEquals(problems, []);
  assertEquals(code, 0);
});

Deno.test("the official suite does not pass a server that is not there", async () => {
  if (await lacksSuite()) return;
  const { port } = freePort();
  // The suite itself ticks this scenario off: whoever never answers never accepts a wrong answer.
  const scenario = "input-required-result-ignore-extra-params";
  const { code, said } = await run(["--url", `http://127.0.0.1:${port}/mcp`, "--only", scenario]);
  assertEquals(code, 1, said);
  assertStringIncludes(said, `2026-07-28 ${scenario}: WARNING`);
});

Deno.test("official.ts refuses what it does not know", async () => {
  for (const args of [["--fast"], ["here"], ["--url", "here"], ["--only", "nothing"]]) {
    const { code, said } = await run(args);
    assertEquals(code, 2, said);
    assertStringIncludes(said, args.at(-1)!);
  }
});

async function run(args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...await stdFlags(), "-A", RUNNER, ...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, said: decoder.decode(stderr) + decoder.decode(stdout) };
}

async function lacksSuite(): Promise<boolean> {
  return lacks("the npm registry", await suiteIsThere());
}

/** A port that was free a moment ago. */
function freePort(): { readonly port: number } {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return { port: (listener.addr as Deno.NetAddr).port };
}
