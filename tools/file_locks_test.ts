import { assertEquals, assertRejects } from "@std/assert";
import { createFileLocks } from "./file_locks.ts";

const never = new AbortController().signal;

Deno.test("createFileLocks() lets one in at a time a name, in order", async () => {
  const locks = createFileLocks();
  const seen: string[] = [];
  const enter = (name: string, label: string) =>
    locks.hold(name, never, async () => {
      seen.push(`${label} in`);
      await Promise.resolve();
      seen.push(`${label} out`);
    });
  await Promise.all([enter("/a", "1"), enter("/a", "2"), enter("/a", "3")]);
  assertEquals(seen, ["1 in", "1 out", "2 in", "2 out", "3 in", "3 out"]);
});

Deno.test("createFileLocks() goes on after a failure, and after one who gave up waiting", async () => {
  const locks = createFileLocks();
  let open = () => {};
  const first = locks.hold("/a", never, () => new Promise<void>((resolve) => open = resolve));
  const leaving = new AbortController();
  const second = locks.hold("/a", leaving.signal, () => Promise.resolve("never"));
  const third = locks.hold("/a", never, () => Promise.reject(new Error("third")));
  const fourth = locks.hold("/a", never, () => Promise.resolve("fourth"));
  const other = await locks.hold("/b", never, () => Promise.resolve("at once"));
  assertEquals(other, "at once");
  leaving.abort(new Error("gone"));
  await assertRejects(() => second, Error, "gone");
  open();
  await first;
  await assertRejects(() => third, Error, "third");
  assertEquals(await fourth, "fourth");
});
