// The client scenarios of the official conformance suite that need no OAuth, in every revision: what
// `deno task conformance --client` runs must pass.

import { assert, assertEquals } from "@std/assert";
import { suiteIsThere } from "../../conformance/official_run.ts";
import { lacks } from "../support/lacks.ts";
import { runOfficial } from "../support/official_runner.ts";

Deno.test("the official suite finds nothing wrong in the client, in any revision", async () => {
  if (lacks("the npm registry", await suiteIsThere())) return;
  const { code, said } = await runOfficial(["--client"]);
  const lines = said.trimEnd().split("\n");
  const sum = lines.findIndex((line) => line.startsWith("sum "));
  assert(sum > 0, said);
  assertEquals(lines.slice(sum + 1), []);
  assertEquals(code, 0);
});
