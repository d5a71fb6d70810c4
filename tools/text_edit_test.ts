import { assertEquals } from "@std/assert";
import { findText, lineAt, replaceText } from "./text_edit.ts";

function replaced(content: string, old: string, next: string, every = false): string | number {
  const found = findText(content, old, every);
  return found.places.length === 1 || (every && found.places.length > 0)
    ? replaceText(content, found.places, next)
    : found.places.length;
}

Deno.test("findText() and replaceText() keep to the line endings of the place", () => {
  for (
    const [what, content, old, next, expected] of [
      ["plain", "a\nb\nc\n", "b", "x", "a\nx\nc\n"],
      ["LF matches CRLF", "a\r\nb\r\nc\r\n", "a\nb\n", "x\ny\n", "x\r\ny\r\nc\r\n"],
      ["CRLF matches LF", "a\nb\nc\n", "a\r\nb", "x\r\ny", "x\ny\nc\n"],
      ["a line is split in a CRLF file", "a\r\nb\r\n", "b", "x\ny", "a\r\nx\r\ny\r\n"],
      ["breaks are kept", "a\r\nb\r\n", "a\r\n", "x\ny\n", "x\r\ny\r\nb\r\n"],
      ["CRLF in an LF file", "a\nb\n", "a", "x\r\ny", "x\ny\nb\n"],
      ["mixed: literal first", "a\nb\na\r\nb\r\n", "a\nb\n", "x\ny\n", "x\ny\na\r\nb\r\n"],
      ["mixed: each break as it was", "a\r\nb\nc\r\n", "a\nb\nc", "x\ny\nz", "x\r\ny\nz\r\n"],
      ["mixed: by its own line", "a\nb\r\n", "b", "x\ny", "a\nx\r\ny\r\n"],
      ["last line without a break", "a\r\nb", "b", "x\ny", "a\r\nx\r\ny"],
      ["starts with a break", "a\r\nb\r\n", "\nb", "\nx\ny", "a\r\nx\r\ny\r\n"],
      ["takes a line away", "a\r\nb\r\nc", "\nb", "", "a\r\nc"],
      ["a lone CR is no break", "a\rb\n", "a\nb", "x", 0],
      ["nothing", "abc", "x", "y", 0],
      ["several", "abcabc", "b", "y", 2],
      ["several that overlap", "aaa", "aa", "b", 2],
      ["$ is no pattern", "a.b", ".", "$&$1", "a$&$1b"],
    ] as const
  ) assertEquals(replaced(content, old, next), expected, what);
});

Deno.test("replaceText() replaces every place, without overlap", () => {
  assertEquals(replaced("aaaa", "aa", "b", true), "bb");
  assertEquals(replaced("x\r\nx\r\n", "x\n", "yy\n", true), "yy\r\nyy\r\n");
});

Deno.test("findText() tells of places that differ in line endings only", () => {
  assertEquals(findText("a\nb\na\r\nb", "a\nb", false).others, 1);
  assertEquals(findText("a\r\nb", "a\nb", false), { places: [{ start: 0, end: 4 }], others: 0 });
});

Deno.test("lineAt() counts from 1", () => {
  assertEquals([0, 1, 2, 4].map((place) => lineAt("a\nb\nc", place)), [1, 1, 2, 3]);
});
