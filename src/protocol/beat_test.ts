import { assert, assertEquals } from "@std/assert";
import { Beat, Due } from "./beat.ts";

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

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

Deno.test("Beat keeps no timer when it is closed", async () => {
  // The test runner fails a test that leaves a timer behind.
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

Deno.test("Beat keeps times that are longer than a timer takes", async () => {
  const beat = new Beat(2 ** 40);
  const delays: (number | undefined)[] = [];
  const { setTimeout: real } = globalThis;
  globalThis.setTimeout = ((fn: () => void, ms?: number) => {
    delays.push(ms);
    return real(fn, ms);
  }) as typeof setTimeout;
  let called = false;
  try {
    beat.add(new Due(() => called = true));
    await new Promise((resolve) => real(resolve, 30));
  } finally {
    globalThis.setTimeout = real;
    beat.close();
  }
  assertEquals([delays.length, called], [1, false]);
  assert((delays[0] ?? Infinity) < 2 ** 31);
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
