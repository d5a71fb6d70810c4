// Pages and cursors by themselves; through the lists they are tested in `tools_test.ts` and others.

import { assertEquals, assertThrows } from "@std/assert";
import { RpcError } from "../jsonrpc/errors.ts";
import { pageOf } from "./pages.ts";

const ITEMS = ["a", "b", "c"];
const name = (item: string) => item;

Deno.test("pageOf() goes on where its cursor says, to the end", () => {
  const first = pageOf("letters", ITEMS, 2, undefined, name);
  assertEquals(first.items, ["a", "b"]);
  assertEquals(pageOf("letters", ITEMS, 2, first.nextCursor, name), {
    items: ["c"],
    nextCursor: undefined,
  });
});

Deno.test("pageOf() refuses the cursor of another list, though it has the same names", () => {
  const { nextCursor } = pageOf("letters", ITEMS, 2, undefined, name);
  const error = assertThrows(() => pageOf("signs", ITEMS, 2, nextCursor, name), RpcError);
  assertEquals(error.code, -32602);
});
