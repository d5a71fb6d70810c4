// The names of runtimes, as options spell them.

import { assertEquals, assertThrows } from "@std/assert";
import { readRuntimeNames, titleOf } from "./runtime_name.ts";

Deno.test("readRuntimeNames() reads a list, and says which name is none", () => {
  assertEquals(readRuntimeNames("bun, node24").map(titleOf), ["Bun", "Node 24"]);
  assertThrows(
    () => readRuntimeNames("deno,node18"),
    TypeError,
    'must be of deno, bun, node20, node22, node24: got "node18"',
  );
});
