import { assert, assertEquals } from "@std/assert";
import { Beat, Due } from "./beat.ts";

const { setTimeout: realTimeout } = globalThis;
const wait = (ms: number) => new Promise((resolve) => realTimeout(resolve, ms));

Deno.test("Beat calls each entry once, in the order of their times", async () => {
  const beat = new Beat(200);
  const called: string[] = [];
  const done = Promise.withResolvers<void>();
  beat.add(new Due(() => called.push("a")));
  await wait(5);
  beat.add(new Due(() => called.push("b")));
  await wait(5);
  beat.add(
    new Due(() => {
      called.push("c");
      done.resolve();
    }),
  );
  assertEquals(called, []);
  await done.promise;
  await wait(40);
  assertEquals(called, ["a", "b", "c"]);
  beat.close();
});

Deno.test("Beat gives an entry that is added again its whole time anew", async () => {
  const beat = new Beat(40);
  const start = performance.now();
  const at = Promise.withResolvers<number>();
  const entry = new Due(() => at.resolve(performance.now() - start));
  beat.add(entry);
  await wait(20);
  beat.add(entry);
  assert(await at.promise >= 55);
});

Deno.test("Beat does not call what was taken back, and lets an entry add itself again", async () => {
  const beat = new Beat(10);
  let never = 0;
  let often = 0;
  const done = Promise.withResolvers<void>();
  const taken = new Due(() => void never++);
  const again = new Due(() => {
    if (++often === 3) done.resolve();
    else beat.add(again);
  });
  beat.add(taken);
  beat.add(again);
  beat.delete(taken);
  await done.promise;
  assertEquals([never, often], [0, 3]);
});

// Deno looks for timers that are left behind only where it is told to.
Deno.test("Beat keeps no timer when it is closed", { sanitizeOps: true }, async () => {
  const beat = new Beat(60_000);
  beat.add(new Due(() => {}));
  beat.close();
  beat.close();
  let called = false;
  const soon = new Beat(5);
  soon.add(new Due(() => called = true));
  soon.close();
  await wait(20);
  assertEquals(called, false);
});

/** Runs a body with the delays of the timers that it starts. */
async function withDelays(body: (delays: number[]) => Promise<void>): Promise<void> {
  const delays: number[] = [];
  globalThis.setTimeout = ((fn: () => void, ms = 0) => {
    delays.push(ms);
    return realTimeout(fn, ms);
  }) as typeof setTimeout;
  try {
    await body(delays);
  } finally {
    globalThis.setTimeout = realTimeout;
  }
}

Deno.test("Beat keeps times that are longer than a timer takes", async () => {
  await withDelays(async (delays) => {
    const beat = new Beat(2 ** 40);
    let called = false;
    beat.add(new Due(() => called = true));
    // The first sleep is a brief one; a second one follows.
    while (delays.length < 2) await wait(10);
    await wait(30);
    beat.close();
    assertEquals([delays.length, called], [2, false]);
    assert(delays.every((delay) => delay < 2 ** 31), `${delays}`);
    assert(delays[1]! > 2 ** 30);
  });
});

Deno.test("Beat calls what is next in time though one before it adds itself again", async () => {
  await withDelays(async (delays) => {
    const beat = new Beat(200);
    const { promise, resolve } = Promise.withResolvers<void>();
    const first = new Due(() => beat.add(first));
    beat.add(first);
    const since = performance.now();
    while (performance.now() < since + 20);
    beat.add(new Due(resolve));
    await promise;
    beat.close();
    assertEquals(delays[0], 200);
    assert(delays[1]! < 150, `${delays}`);
  });
});

Deno.test("Beat waits long only for what is on it", { sanitizeOps: true }, async () => {
  await withDelays(async (delays) => {
    const beat = new Beat(60_000);
    const entry = new Due(() => {});
    // While entries come and go, timers are as few as they are brief.
    for (let at = 0; at < 100; at++) {
      beat.add(entry);
      beat.delete(entry);
    }
    assertEquals(delays, [1_000]);
    beat.add(entry);
    while (delays.length < 2) await wait(10);
    assert(delays[1]! > 50_000, `${delays}`);
    beat.delete(entry);
    beat.add(entry);
    assertEquals(delays.slice(2), [1_000]);
    beat.close();
  });
});

Deno.test("Beat calls the others also where one of them throws", async () => {
  const thrown: string[] = [];
  const onError = (event: ErrorEvent) => {
    event.preventDefault();
    thrown.push(event.message);
  };
  globalThis.addEventListener("error", onError);
  const beat = new Beat(5);
  const done = Promise.withResolvers<void>();
  beat.add(
    new Due(() => {
      throw new Error("broken");
    }),
  );
  beat.add(new Due(done.resolve));
  await done.promise;
  globalThis.removeEventListener("error", onError);
  beat.close();
  assertEquals(thrown, ["Uncaught Error: broken"]);
});
