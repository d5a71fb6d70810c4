import { assertEquals, assertRejects } from "@std/assert";
import { openRuntime } from "../src/runtime/open_runtime.ts";
import { blocksOf, hashBytes, hashFile, joined, startHash } from "./file_hash.ts";
import { withHost } from "./testing/host.ts";

const ABC = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

Deno.test("hashBytes() is SHA-256 as the file tools write it", async () => {
  assertEquals(await hashBytes(new TextEncoder().encode("abc")), ABC);
});

Deno.test("startHash() gives the same for small files and for large ones", async () => {
  const runtime = await openRuntime();
  const block = Uint8Array.from({ length: 1024 * 1024 + 7 }, (_, n) => n * 31);
  for (const count of [0, 1, 3, 4, 9]) {
    const hash = startHash(runtime);
    for (let n = 0; n < count; n++) await hash.update(block);
    const whole = joined(Array.from({ length: count }, () => block));
    assertEquals(await hash.digest(), await hashBytes(whole), `${count} blocks`);
  }
});

Deno.test("hashFile() and blocksOf() take the whole file, and end when the signal aborts", () =>
  withHost(async (host, scratch) => {
    const bytes = Uint8Array.from({ length: 700_001 }, (_, n) => n >> 3);
    await Deno.writeFile(`${scratch}/f`, bytes);
    const opened = await host.files.openFile(`${scratch}/f`);
    try {
      const never = new AbortController().signal;
      assertEquals(await hashFile(host.runtime, opened, never), await hashBytes(bytes));
      const pieces = [];
      for await (const block of blocksOf(opened, never, 699_999)) pieces.push(block.slice());
      assertEquals(joined(pieces), bytes.slice(699_999));
      const aborted = AbortSignal.abort(new Error("gone"));
      await assertRejects(() => hashFile(host.runtime, opened, aborted), Error, "gone");
    } finally {
      opened.close();
    }
  }));
