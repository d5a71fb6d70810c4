import { assertEquals } from "@std/assert";
import { PlainText } from "./plain_text.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** Every way to cut the bytes in two must give the same text; so must byte by byte. */
function plain(bytes: Uint8Array): string {
  const texts = new Set<string>();
  for (let at = 0; at <= bytes.length; at++) {
    const stream = new PlainText();
    texts.add(stream.push(bytes.subarray(0, at)) + stream.push(bytes.subarray(at)) + stream.end());
  }
  const stream = new PlainText();
  texts.add(Array.from(bytes, (byte) => stream.push(Uint8Array.of(byte))).join("") + stream.end());
  assertEquals(texts.size, 1, JSON.stringify([...texts]));
  return [...texts][0]!;
}

Deno.test("PlainText keeps text, tabs, newlines and what redraws a line", () => {
  assertEquals(plain(encode("a\tb\nc\r\nd\be")), "a\tb\nc\r\nd\be");
});

Deno.test("PlainText keeps characters of every length whole", () => {
  assertEquals(plain(encode("aä€😀\uFEFFz")), "aä€😀\uFEFFz");
});

Deno.test("PlainText shows bytes that are no UTF-8 as U+FFFD", () => {
  assertEquals(plain(Uint8Array.of(0x61, 0xff, 0x62, 0xc3, 0x28)), "a\uFFFDb\uFFFD(");
  assertEquals(plain(Uint8Array.of(0x61, 0xf0, 0x9f, 0x98)), "a\uFFFD");
});

Deno.test("PlainText takes out colours, cursor moves and titles", () => {
  assertEquals(plain(encode("\x1b[1;31mred\x1b[0m \x1b[38:2::1:2:3mrgb\x1b[m")), "red rgb");
  assertEquals(plain(encode("\x1b[2J\x1b[?25lhid\x1b[?25h\x1b[3A")), "hid");
  assertEquals(
    plain(encode("\x1b]0;title\x07a\x1b]8;;http://x/\x1b\\link\x1b]8;;\x1b\\b")),
    "alinkb",
  );
  assertEquals(
    plain(encode("\x1bPq#0;2\x1b\\sixel \x1b(Bset \x1b7\x1b8\x1bcback")),
    "sixel set back",
  );
});

Deno.test("PlainText takes the move to the first column for a return", () => {
  assertEquals(plain(encode("10%\x1b[1G20%\x1b[G30%\x1b[11G!")), "10%\r20%\r30%!");
});

Deno.test("PlainText takes out other control characters", () => {
  assertEquals(plain(encode("a\x00b\x07c\x0bd\x0ce\x7ff\u0085g\x1b")), "abcdefg");
});

Deno.test("PlainText loses no more than the line where a code has no end", () => {
  assertEquals(plain(encode("a\x1b]0;never ended\nnext")), "a\nnext");
  assertEquals(plain(encode("a\x1b_never ended")), "a");
});

Deno.test("PlainText holds back little of an endless code, and goes on after it", () => {
  const stream = new PlainText();
  const body = encode("x".repeat(100_000));
  let text = stream.push(encode("a\x1b]52;c;"));
  for (let i = 0; i < 100; i++) text += stream.push(body);
  text += stream.push(encode("\x07b\x1b[")) + stream.push(encode("1;".repeat(100_000)));
  text += stream.push(encode("mc")) + stream.end();
  assertEquals(text, "abc");
});
