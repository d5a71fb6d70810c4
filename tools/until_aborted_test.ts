import { assertEquals, assertRejects } from "@std/assert";
import { untilAborted } from "./until_aborted.ts";

Deno.test("untilAborted() gives what comes, and ends its source when nobody wants more", async () => {
  let ended = false;
  async function* numbers() {
    try {
      for (let number = 0;; number++) yield await Promise.resolve(number);
    } finally {
      ended = true;
    }
  }
  const got: number[] = [];
  for await (const number of untilAborted(numbers(), new AbortController().signal)) {
    got.push(number);
    if (number === 2) break;
  }
  assertEquals([got, ended], [[0, 1, 2], true]);
});

Deno.test("untilAborted() does not wait for a source that hangs", async () => {
  const controller = new AbortController();
  async function* hanging() {
    yield 1;
    await new Promise(() => {});
  }
  const results = untilAborted(hanging(), controller.signal);
  assertEquals((await results.next()).value, 1);
  const next = results.next();
  controller.abort(new Error("enough"));
  await assertRejects(() => next, Error, "enough");
});

Deno.test("untilAborted() passes on how its source fails", async () => {
  // deno-lint-ignore require-yield -- it fails before it could
  async function* failing(): AsyncGenerator<number> {
    await Promise.resolve();
    throw new TypeError("no such luck");
  }
  const results = untilAborted(failing(), new AbortController().signal);
  await assertRejects(() => results.next(), TypeError, "no such luck");
});
