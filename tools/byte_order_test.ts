import { assertEquals } from "@std/assert";
import { compareBytes, sortBytes } from "./byte_order.ts";

const TEXTS = [
  "",
  "A",
  "a",
  "a.b",
  "a/b",
  "aa",
  "ä",
  "\uD7FF",
  "\uFF5E",
  "\u{1F600}",
  "\u{1F600}a",
];

Deno.test("compareBytes() orders as the bytes of UTF-8 do", () => {
  const encoder = new TextEncoder();
  const hex = (text: string) =>
    Array.from(encoder.encode(text), (byte) => byte.toString(16).padStart(2, "0")).join("");
  for (const a of TEXTS) {
    for (const b of TEXTS) {
      const wanted = hex(a) < hex(b) ? -1 : hex(a) > hex(b) ? 1 : 0;
      assertEquals(Math.sign(compareBytes(a, b)), wanted, JSON.stringify([a, b]));
    }
  }
});

Deno.test("sortBytes() sorts by it, with characters beyond U+FFFF and without", () => {
  assertEquals(sortBytes([...TEXTS].reverse()), TEXTS);
  const plain = TEXTS.filter((text) => !/[\uD800-\uDFFF]/.test(text));
  assertEquals(sortBytes([...plain].reverse()), plain);
});
