import { assertEquals } from "@std/assert";
import { fileKind } from "./file_kind.ts";

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

Deno.test("fileKind() knows images and other binary by their first bytes", () => {
  for (
    const [start, kind, mimeType] of [
      ["\x89PNG\r\n\x1a\n\0\0", "image", "image/png"],
      ["\xff\xd8\xff\xe0", "image", "image/jpeg"],
      ["GIF89a", "image", "image/gif"],
      ["RIFF\x10\0\0\0WEBPVP8 ", "image", "image/webp"],
      ["RIFF\x10\0\0\0WAVE", "binary", "application/octet-stream"],
      ["%PDF-1.7\n", "binary", "application/pdf"],
      ["\x7fELF\0", "binary", "application/octet-stream"],
      ["caf\xe9 au lait", "binary", "application/octet-stream"],
    ] as const
  ) assertEquals(fileKind(bytes(start), true), { kind, mimeType }, start);
});

Deno.test("fileKind() takes UTF-8 for text, also when the block ends inside a character", () => {
  const text = new TextEncoder().encode("größe");
  assertEquals(fileKind(text, true), { kind: "text", encoding: "utf-8" });
  assertEquals(fileKind(text.subarray(0, 3), false), { kind: "text", encoding: "utf-8" });
  assertEquals(fileKind(text.subarray(0, 3), true).kind, "binary");
  assertEquals(fileKind(new Uint8Array(), true), { kind: "text", encoding: "utf-8" });
});

Deno.test("fileKind() goes by the mark of UTF-16", () => {
  assertEquals(fileKind(bytes("\xff\xfeh\0i\0"), true), { kind: "text", encoding: "utf-16le" });
});
