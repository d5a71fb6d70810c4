import { assertEquals, assertThrows } from "@std/assert";
import { RpcError } from "../jsonrpc/errors.ts";
import { Gate, TOO_MANY_CALLS } from "./gate.ts";

/** Work that is over when it is told. */
function held() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let started = false;
  return {
    work: () => {
      started = true;
      return promise;
    },
    resolve,
    reject,
    get started() {
      return started;
    },
  };
}

const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

Deno.test("Gate runs so many at once for a name, and the others in their order", async () => {
  const gate = new Gate(2, 10);
  const works = [held(), held(), held(), held()];
  const results = works.map((one) => gate.run("a", one.work));
  assertEquals(works.map((one) => one.started), [true, true, false, false]);
  works[1]!.resolve("1");
  await results[1];
  await turn();
  assertEquals(works.map((one) => one.started), [true, true, true, false]);
  works[2]!.reject(new Error("no"));
  await Promise.resolve(results[2]).catch(() => undefined);
  await turn();
  assertEquals(works[3]!.started, true);
  works[0]!.resolve("0");
  works[3]!.resolve("3");
  assertEquals([await results[0], await results[3]], ["0", "3"]);
});

Deno.test("Gate never runs more than it may, whoever comes while a turn passes on", async () => {
  for (let steps = 0; steps < 8; steps++) {
    const gate = new Gate(1, 10);
    const [first, second, third] = [held(), held(), held()];
    const results = [gate.run("a", first.work), gate.run("a", second.work)];
    first.resolve("1");
    for (let step = 0; step < steps; step++) await Promise.resolve();
    // The first is over and the second about to begin: a third must not slip in between.
    results.push(gate.run("a", third.work));
    await turn();
    assertEquals([second.started, third.started], [true, false], `after ${steps} steps`);
    second.resolve("2");
    third.resolve("3");
    await Promise.all(results);
  }
});

Deno.test("Gate keeps names apart", () => {
  const gate = new Gate(1, 1);
  const works = [held(), held(), held()];
  gate.run("a", works[0]!.work);
  gate.run("b", works[1]!.work);
  gate.run("", works[2]!.work);
  assertEquals(works.map((one) => one.started), [true, true, true]);
});

Deno.test("Gate refuses the next when too many wait, and says when to come back", () => {
  const gate = new Gate(1, 1);
  let told = 0;
  gate.run("a", held().work);
  gate.run("a", held().work, () => told++);
  const error = assertThrows(() => gate.run("a", held().work, () => told++), RpcError);
  assertEquals([error.code, error.message, error.data], [
    TOO_MANY_CALLS,
    "Too many calls: 1 run and 1 wait already; call again in 1000 ms",
    { retryAfterMs: 1000 },
  ]);
  assertEquals(told, 1);
});

Deno.test("Gate gives the result of work that is done at once, and its error, and goes on", () => {
  const gate = new Gate(1, 1);
  assertEquals(gate.run("a", () => 5), 5);
  assertThrows(
    () =>
      gate.run("a", () => {
        throw new TypeError("no");
      }),
    TypeError,
    "no",
  );
  assertEquals(gate.run("a", () => 6), 6);
});
