import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { DEFAULT_LIMITS, withLimits } from "./limits.ts";

Deno.test("DEFAULT_LIMITS are those of the contract", () => {
  assertEquals(DEFAULT_LIMITS, {
    body: 8 * 1024 * 1024,
    bodyMs: 30_000,
    headers: 64 * 1024,
    depth: 64,
    values: 100_000,
    batch: 100,
    line: 8 * 1024 * 1024,
    sessions: 10_000,
    sessionIdleMs: 30 * 60_000,
    sessionOpenMs: 60_000,
    orphanMs: 60_000,
    streams: 8,
    subscriptions: 64,
    calls: 64,
    queue: 256,
    notifications: 100,
    streamBytes: 1024 * 1024,
    slowMs: 5_000,
    watchedMs: 200,
    keepAliveMs: 25_000,
  });
});

Deno.test("withLimits() changes what is named and leaves the rest", () => {
  assertStrictEquals(withLimits(undefined), DEFAULT_LIMITS);
  assertEquals(withLimits({ body: 5 }), { ...DEFAULT_LIMITS, body: 5 });
  assertEquals(DEFAULT_LIMITS.body, 8 * 1024 * 1024);
});

Deno.test("withLimits() refuses names that there are none of and values that bound nothing", () => {
  for (const value of [0, -1, 1.5, NaN, Infinity, "5", null, undefined]) {
    assertThrows(
      () => withLimits({ body: value as number }),
      TypeError,
      `Limit "body" must be a positive integer: got ${value}`,
    );
  }
  for (const name of ["bodies", "toString", "__proto__x"]) {
    assertThrows(
      () => withLimits({ [name]: 5 }),
      TypeError,
      `Unknown limit "${name}": known are body,`,
    );
  }
});
