// The official conformance suite, all of it: what `deno task conformance` runs must pass, and must
// not pass a server that does nothing.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { suiteIsThere } from "../../conformance/official_run.ts";
import { lacks } from "../support/lacks.ts";
import { runOfficial as run } from "../support/official_runner.ts";

Deno.test("the official suite finds nothing wrong, in any revision and over both transports", async () => {
  if (await lacksSuite()) return;
  const { code, said } = await run(["--server"]);
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
  for (
    const args of [["--fast"], ["here"], ["--url", "here"], ["--only", "nothing"], [
      "--server",
      "--client",
    ]]
  ) {
    const { code, said } = await run(args);
    assertEquals(code, 2, said);
    assertStringIncludes(said, args.at(-1)!);
  }
});

async function lacksSuite(): Promise<boolean> {
  return lacks("the npm registry", await suiteIsThere());
}

/** A port that was free a moment ago. */
function freePort(): { readonly port: number } {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return { port: (listener.addr as Deno.NetAddr).port };
}
