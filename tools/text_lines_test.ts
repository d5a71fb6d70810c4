import { assert, assertEquals } from "@std/assert";
import type { TextEncoding } from "./encodings.ts";
import { openLineReader, type WindowOptions } from "./text_lines.ts";
import { encodeText } from "./text_encoding.ts";

function read(text: string, options: Partial<WindowOptions>, blockSize = 7) {
  const encoding: TextEncoding = options.encoding ?? "utf-8";
  const bytes = encodeText(text, encoding);
  const reader = openLineReader({
    offset: 1,
    limit: Infinity,
    budget: 1000,
    encoding,
    numbers: false,
    ...options,
  });
  for (let at = 0; at < bytes.length; at += blockSize) {
    reader.push(bytes.subarray(at, at + blockSize));
  }
  return reader.end();
}

Deno.test("openLineReader() shows any window of any text, whatever the blocks are", () => {
  const lines = ["one\n", "zwölf\r\n", "\n", "€uro 😀\n", "a\rb\n", "last"];
  for (const encoding of ["utf-8", "utf-16le"] as const) {
    for (let size = 1; size < 12; size++) {
      for (let offset = 1; offset <= lines.length; offset++) {
        for (let limit = 1; limit <= lines.length; limit++) {
          const { text, lastLine, linesSeen, more, replaced } = read(
            lines.join(""),
            { offset, limit, encoding },
            size,
          );
          const shown = lines.slice(offset - 1, offset - 1 + limit);
          assertEquals({ text, lastLine, linesSeen, more, replaced }, {
            text: shown.join(""),
            lastLine: offset - 1 + shown.length,
            linesSeen: 6,
            more: offset - 1 + limit < lines.length,
            replaced: false,
          });
        }
      }
    }
  }
});

Deno.test("openLineReader() does not take a final line break for another line", () => {
  const { linesSeen, more, lastLine } = read("a\nb\n", { limit: 2 });
  assertEquals({ linesSeen, more, lastLine }, { linesSeen: 2, more: false, lastLine: 2 });
});

Deno.test("openLineReader() ends before a line that does not fit", () => {
  const window = read("12345\n12345\n12345\n", { budget: 15 });
  assertEquals(window.text, "12345\n12345\n");
  assertEquals({ more: window.more, last: window.lastLine }, { more: true, last: 2 });
  assertEquals(window.cutLine, undefined);
});

Deno.test("openLineReader() cuts a line that is too long by itself, between characters", () => {
  const window = read("x\n😀😀😀😀\ny\n", { offset: 2, budget: 5 }, 3);
  assertEquals(window.text, "😀😀");
  assertEquals({ cut: window.cutLine, more: window.more }, { cut: 2, more: true });
  assertEquals(window.replaced, false);
});

Deno.test("openLineReader() holds no more of an endless line than it may show", () => {
  const reader = openLineReader({
    offset: 1,
    limit: 1,
    budget: 10,
    encoding: "utf-8",
    numbers: false,
  });
  const block = new Uint8Array(1 << 20).fill(97);
  for (let count = 0; count < 64; count++) reader.push(block);
  const window = reader.end();
  assertEquals(window.text, "aaaaaaaaaa");
  assertEquals(window.cutLine, 1);
});

Deno.test("openLineReader() numbers lines where asked", () => {
  assertEquals(read("a\nb\n", { numbers: true }).text, "     1\ta\n     2\tb\n");
});

Deno.test("openLineReader() is done when what is shown cannot change, and not before", () => {
  const reader = openLineReader({
    offset: 1,
    limit: 1,
    budget: 100,
    encoding: "utf-8",
    numbers: false,
  });
  reader.push(new TextEncoder().encode("a\n"));
  assert(!reader.done, "whether there is more is not known yet");
  reader.push(new TextEncoder().encode("b"));
  assert(reader.done);
});

Deno.test("openLineReader() says when bytes are nothing in the encoding", () => {
  const reader = openLineReader({
    offset: 1,
    limit: 9,
    budget: 100,
    encoding: "utf-8",
    numbers: false,
  });
  reader.push(new Uint8Array([97, 0xff, 10]));
  const { text, replaced } = reader.end();
  assertEquals({ text, replaced }, { text: "a\uFFFD\n", replaced: true });
});
