import { assertEquals } from "@std/assert";
import { fileUnits } from "./file_units.ts";

Deno.test("fileUnits() gives back the bytes it took, whatever they are", () => {
  const all = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 7919) >> 3);
  const wide = all.slice();
  wide.set([0xff, 0xfe]);
  for (const bytes of [all, wide, wide.subarray(0, 6999), new Uint8Array()]) {
    const units = fileUnits(bytes);
    assertEquals(units.toBytes(units.content), bytes);
  }
});

Deno.test("fileUnits() finds text where it stands as bytes", () => {
  const bytes = new TextEncoder().encode("\uFEFFgrün €");
  const units = fileUnits(bytes);
  const at = units.content.indexOf(units.fromText("ün"));
  assertEquals(at, 5);
  assertEquals(units.toText(units.content), "\uFEFFgrün €");
});

Deno.test("fileUnits() takes a file with the mark of UTF-16 by its units", () => {
  const units = fileUnits(new Uint8Array([0xff, 0xfe, 0x61, 0, 0x3d, 0xd8, 0, 0xde]));
  assertEquals(units.content, "\uFEFFa😀");
  assertEquals(units.fromText("😀"), "😀");
});
