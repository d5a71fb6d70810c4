import { assertEquals, assertRejects } from "@std/assert";
import { Bulkhead, BusyError } from "./bulkhead.ts";
import { SimClock } from "./testing/sim_clock.ts";

const FREE = new AbortController().signal;

function bulkheadOf(running: number, waiting: number, clock = new SimClock()): Bulkhead {
  return new Bulkhead({ running, waiting, waitMs: 30_000 }, clock);
}

function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => open = resolve);
  return { opened, open };
}

Deno.test("Bulkhead runs so many calls at once, and the others in the order they came", async () => {
  const bulkhead = bulkheadOf(2, 3);
  const gates = [gate(), gate(), gate(), gate()];
  const began: number[] = [];
  const runs = gates.map(({ opened }, at) =>
    bulkhead.run(FREE, () => {
      began.push(at);
      return opened;
    })
  );
  await Promise.resolve();
  assertEquals([began, bulkhead.running, bulkhead.waiting], [[0, 1], 2, 2]);
  gates[1]!.open();
  await runs[1];
  assertEquals(began, [0, 1, 2]);
  for (const { open } of gates) open();
  await Promise.all(runs);
  assertEquals([began, bulkhead.running, bulkhead.waiting], [[0, 1, 2, 3], 0, 0]);
});

Deno.test("Bulkhead refuses what has no place to wait, and says so", async () => {
  const bulkhead = bulkheadOf(1, 1);
  const { opened, open } = gate();
  const first = bulkhead.run(FREE, () => opened);
  const second = bulkhead.run(FREE, () => Promise.resolve("second"));
  await assertRejects(
    () => bulkhead.run(FREE, () => Promise.resolve()),
    BusyError,
    "1 calls run there and 1 wait, which is the most; try again when some have ended",
  );
  open();
  await first;
  assertEquals(await second, "second");
});

Deno.test("Bulkhead frees the place of a call that fails, and of one that is cancelled waiting", async () => {
  const bulkhead = bulkheadOf(1, 2);
  await assertRejects(() => bulkhead.run(FREE, () => Promise.reject(new Error("failed"))), Error);
  const { opened, open } = gate();
  const first = bulkhead.run(FREE, () => opened);
  const leaving = new AbortController();
  const cancelled = bulkhead.run(leaving.signal, () => Promise.resolve("never"));
  const third = bulkhead.run(FREE, () => Promise.resolve("third"));
  leaving.abort(new Error("cancelled"));
  await assertRejects(() => cancelled, Error, "cancelled");
  assertEquals(bulkhead.waiting, 1);
  open();
  await first;
  assertEquals(await third, "third");
  assertEquals([bulkhead.running, bulkhead.waiting], [0, 0]);
});

Deno.test("Bulkhead lets no call wait for ever, and leaves no timer", async () => {
  const clock = new SimClock();
  const bulkhead = bulkheadOf(1, 2, clock);
  const { opened, open } = gate();
  const first = bulkhead.run(FREE, () => opened);
  const second = bulkhead.run(FREE, () => Promise.resolve()).catch((error) => error);
  await clock.pass(29_000);
  const third = bulkhead.run(FREE, () => Promise.resolve("third"));
  await clock.pass(1_000);
  const error = await second;
  assertEquals(
    error.message,
    "the call waited 30 s for a place, as 1 calls run there; try again later",
  );
  open();
  await first;
  assertEquals([await third, clock.pending, bulkhead.waiting], ["third", 0, 0]);
});
