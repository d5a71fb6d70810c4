import { assertEquals, assertThrows } from "@std/assert";
import { ToolError } from "../src/server/define.ts";
import type { TextEncoding } from "./encodings.ts";
import { decodeText, encodeText } from "./text_encoding.ts";

Deno.test("encodeText() and decodeText() give back any text the encoding holds", () => {
  const texts: [TextEncoding, string][] = [
    ["utf-8", "\uFEFFzwölf\r\n€ 😀\0\n"],
    ["utf-16le", "\uFEFFzwölf\r\n€ 😀\0\n"],
    ["latin1", "zw\u00f6lf \u0080\u009f\u00ff\0"],
  ];
  for (const [encoding, text] of texts) {
    assertEquals(decodeText(encodeText(text, encoding), encoding), { text, replaced: false });
  }
});

Deno.test("decodeText() says when bytes were replaced, and leaves out half a character at a cut", () => {
  const cut = encodeText("aé", "utf-8").subarray(0, 2);
  assertEquals(decodeText(cut, "utf-8"), { text: "a\uFFFD", replaced: true });
  assertEquals(decodeText(cut, "utf-8", true), { text: "a", replaced: false });
});

Deno.test("encodeText() refuses what the encoding cannot hold", () => {
  assertThrows(() => encodeText("a€", "latin1"), ToolError, 'no "€"');
  assertThrows(() => encodeText("ab\ud800c", "utf-8"), ToolError, "\\ud800) stands at 2");
  assertThrows(() => encodeText("ab\udc00", "utf-8"), ToolError, "half a character");
  assertThrows(() => encodeText("no base64!", "base64"), ToolError, "not base64");
});

Deno.test("encodeText() takes base64 with line breaks in it", () => {
  assertEquals(encodeText("AAH/\n/g==", "base64"), new Uint8Array([0, 1, 255, 254]));
});
