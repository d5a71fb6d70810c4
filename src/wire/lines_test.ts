import { assert, assertEquals } from "@std/assert";
import { readLines } from "./lines.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function stream(chunks: Iterable<Uint8Array>): ReadableStream<Uint8Array> {
  return ReadableStream.from(chunks);
}

async function linesOf(chunks: Iterable<Uint8Array>, maxBytes = 100): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readLines(stream(chunks), maxBytes)) {
    lines.push(line.kind === "line" ? line.text : "<too long>");
  }
  return lines;
}

Deno.test("readLines() gives the same lines however the bytes are cut", async () => {
  const whole = bytes('{"a":"grüße 👋"}\r\n\n  \n{"b":2}\n{"c":3}');
  const expected = ['{"a":"grüße 👋"}', '{"b":2}', '{"c":3}'];
  for (let size = 1; size <= whole.length; size++) {
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < whole.length; at += size) chunks.push(whole.slice(at, at + size));
    assertEquals(await linesOf(chunks), expected, `in chunks of ${size}`);
  }
});

Deno.test("readLines() takes a final line without its newline, and nothing from nothing", async () => {
  assertEquals(await linesOf([bytes("a\nb")]), ["a", "b"]);
  assertEquals(await linesOf([bytes("a\n")]), ["a"]);
  assertEquals(await linesOf([]), []);
  assertEquals(await linesOf([bytes("\r\n\r\n")]), []);
  assertEquals(await linesOf([new Uint8Array(), bytes("a"), new Uint8Array(), bytes("\n")]), ["a"]);
});

Deno.test("readLines() keeps a return inside a line and drops one before the newline", async () => {
  assertEquals(await linesOf([bytes("a\rb\r\nc\r"), bytes("\n")]), ["a\rb", "c"]);
});

Deno.test("readLines() reports a line that is too long once and reads the next one", async () => {
  const long = "x".repeat(101);
  assertEquals(await linesOf([bytes(`a\n${long}\nb\n`)]), ["a", "<too long>", "b"]);
  assertEquals(await linesOf([bytes(long), bytes(long), bytes(long), bytes("\nb")]), [
    "<too long>",
    "b",
  ]);
  assertEquals(await linesOf([bytes(`${long}\n${long}\n`)]), ["<too long>", "<too long>"]);
  assertEquals(await linesOf([bytes(long)]), ["<too long>"]);
  assertEquals(await linesOf([bytes("x".repeat(100) + "\n")]), ["x".repeat(100)]);
});

Deno.test("readLines() makes U+FFFD of what is not UTF-8", async () => {
  assertEquals(await linesOf([Uint8Array.of(0x61, 0xff, 0x62, 0x0a)]), ["a\ufffdb"]);
});

Deno.test("readLines() costs what the bytes cost, not the square of it", async () => {
  // A mebibyte, a byte a chunk: quadratic joining would take minutes.
  const one = bytes("x");
  const chunks = (function* () {
    for (let i = 0; i < 1 << 20; i++) yield one;
  })();
  const start = performance.now();
  const [line] = await linesOf(chunks, 1 << 20);
  assertEquals(line?.length, 1 << 20);
  assert(performance.now() - start < 20_000);
});
