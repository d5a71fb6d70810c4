import { assert, assertEquals } from "@std/assert";
import { delay, within } from "./within.ts";

Deno.test("within() tells whether a promise was settled in time, and leaves no timer", async () => {
  assertEquals(await within(60_000, Promise.resolve()), true);
  assertEquals(await within(60_000, Promise.reject(new Error("settled too"))), true);
  const never = new Promise(() => undefined);
  const start = performance.now();
  assertEquals(await within(30, never), false);
  assert(performance.now() - start < 5_000);
});

Deno.test("delay() waits", async () => {
  const start = performance.now();
  await delay(30);
  assert(performance.now() - start >= 28);
});
