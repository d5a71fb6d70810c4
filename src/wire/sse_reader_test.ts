import { assertEquals, assertRejects } from "@std/assert";
import { readSse, type SseEvent, SseTooLarge } from "./sse_reader.ts";

const MAX = 1_000;

Deno.test("readSse() reads events with any line end, however the chunks fall", async () => {
  const lines = ["\u{feff}: hello", "event: first", "data: é", "data:two", "id: 7", "", "data", ""];
  const expected = [
    { event: "first", data: "é\ntwo", lastId: "7", retryMs: undefined },
    { event: "message", data: "", lastId: "7", retryMs: undefined },
  ];
  for (const end of ["\n", "\r", "\r\n"]) {
    const bytes = new TextEncoder().encode(lines.join(end) + end);
    assertEquals(await all([bytes]), expected);
    for (let at = 1; at < bytes.length; at++) {
      assertEquals(await all([bytes.subarray(0, at), bytes.subarray(at)]), expected);
    }
    assertEquals(await all([...bytes].map((byte) => Uint8Array.of(byte))), expected);
  }
});

Deno.test("readSse() tells of ids and times to wait without any data", async () => {
  const [first, second] = await allOf(
    "id: 1\nretry: 500\n\n:\n\nretry: soon\nid: a\0b\ndata: x\n\n",
  );
  assertEquals(first, { event: "message", data: undefined, lastId: "1", retryMs: 500 });
  assertEquals(second, { event: "message", data: "x", lastId: "1", retryMs: undefined });
});

Deno.test("readSse() leaves out what the end cuts short", async () => {
  assertEquals((await allOf("data: whole\n\ndata: half\n")).map(({ data }) => data), ["whole"]);
});

Deno.test("readSse() refuses an event beyond the bound, and lets go of its stream", async () => {
  for (const text of [`data: ${"x".repeat(MAX)}`, `data: ${"x".repeat(600)}\n`.repeat(2)]) {
    let cancelled = false;
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode(text)),
      cancel: () => void (cancelled = true),
    });
    await assertRejects(() => collect(stream), SseTooLarge);
    assertEquals(cancelled, true);
  }
});

Deno.test("readSse() ends when its signal is aborted, whatever its source does", async () => {
  const abort = new AbortController();
  const stuck = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode("data: 1\n\n")),
    cancel: () => new Promise(() => {}),
  });
  const events = readSse(stuck, MAX, abort.signal);
  assertEquals((await events.next()).value?.data, "1");
  const next = events.next();
  abort.abort();
  assertEquals(await next, { done: true, value: undefined });
});

function allOf(text: string): Promise<SseEvent[]> {
  return all([new TextEncoder().encode(text)]);
}

function all(chunks: readonly Uint8Array[]): Promise<SseEvent[]> {
  return collect(ReadableStream.from(chunks));
}

async function collect(stream: ReadableStream<Uint8Array>): Promise<SseEvent[]> {
  const events: SseEvent[] = [];
  for await (const event of readSse(stream, MAX)) events.push(event);
  return events;
}
