import { assertEquals } from "@std/assert";
import { chunkReader } from "./chunk_reader.ts";

const TEXT = "some bytes, ".repeat(20_000);

function streamOf(type: "bytes" | undefined): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(TEXT);
  let at = 0;
  const pull = (controller: { enqueue(chunk: Uint8Array): void; close(): void }) => {
    controller.enqueue(bytes.slice(at, at += 10_007));
    if (at >= bytes.length) controller.close();
  };
  return type === undefined
    ? new ReadableStream({ pull })
    : new ReadableStream({ type, pull: (controller) => pull(controller as never) });
}

for (const type of ["bytes", undefined] as const) {
  Deno.test(`chunkReader() reads a ${type ?? "plain"} stream to its end`, async () => {
    const reader = chunkReader(streamOf(type));
    const decoder = new TextDecoder();
    let text = "";
    for (let chunk; (chunk = await reader.read()) !== undefined;) {
      text += decoder.decode(chunk, { stream: true });
    }
    assertEquals(text === TEXT, true);
    assertEquals(await reader.read(), undefined);
  });

  Deno.test(`chunkReader() ends a read of a ${type ?? "plain"} stream when it is cancelled`, async () => {
    let cancelled = false;
    const cancel = () => void (cancelled = true);
    const reader = chunkReader(
      type === undefined ? new ReadableStream({ cancel }) : new ReadableStream({ type, cancel }),
    );
    const reading = reader.read();
    await reader.cancel();
    assertEquals([await reading, cancelled], [undefined, true]);
  });
}
