// Holds the stand-ins for `@std/streams` to the behaviour of the real ones: where JSR answers, each
// test runs on both.

import { assertEquals } from "@std/assert";
import * as mapped from "@std/streams";
import * as standIn from "./streams/mod.ts";

type Streams = typeof standIn;

function both(name: string, test: (m: Streams) => Promise<void>): void {
  Deno.test(`streams stand-in: ${name}`, () => test(standIn));
  if (mapped.toText as unknown === standIn.toText) return;
  Deno.test(`@std/streams: ${name}`, () => test(mapped));
}

function inPieces(text: string, size: number): ReadableStream<string> {
  return ReadableStream.from(text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? []);
}

both("TextLineStream cuts lines wherever the chunks end", async (m) => {
  const cases: [string, string[]][] = [
    ["a\nb\r\nc", ["a", "b", "c"]],
    ["a\rb\n", ["a\rb"]],
    ["a\r\n\r\nb\n", ["a", "", "b"]],
    ["\n", [""]],
    ["", []],
    ["a\r", ["a\r"]],
  ];
  for (const [text, expected] of cases) {
    for (const size of [1, 2, 3, 100]) {
      const lines = inPieces(text, size).pipeThrough(new m.TextLineStream());
      assertEquals(await Array.fromAsync(lines), expected, `${JSON.stringify(text)} by ${size}`);
    }
  }
});

both("TextLineStream with allowCR takes a lone CR for a line end", async (m) => {
  const cases: [string, string[]][] = [
    ["a\rb\r\nc\r", ["a", "b", "c"]],
    ["\r\r\n", ["", ""]],
    ["x\n\rw", ["x", "", "w"]],
  ];
  for (const [text, expected] of cases) {
    for (const size of [1, 2, 3, 100]) {
      const lines = inPieces(text, size).pipeThrough(new m.TextLineStream({ allowCR: true }));
      assertEquals(await Array.fromAsync(lines), expected, `${JSON.stringify(text)} by ${size}`);
    }
  }
});

both("toText() joins text, and bytes that split a character", async (m) => {
  assertEquals(await m.toText(ReadableStream.from(["a", "b"])), "ab");
  const euro = new TextEncoder().encode("1 €");
  const halves = ReadableStream.from([euro.slice(0, 3), euro.slice(3)]);
  assertEquals(await m.toText(halves), "1 €");
});
