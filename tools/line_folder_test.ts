import { assert, assertEquals } from "@std/assert";
import { foldLines, LineFolder } from "./line_folder.ts";

/** Every way to cut the text in two must give the same lines; so must character by character. */
function folded(text: string): string {
  const results = new Set<string>();
  for (let at = 0; at <= text.length; at++) {
    const folder = new LineFolder();
    results.add(folder.push(text.slice(0, at)) + folder.push(text.slice(at)) + folder.end());
  }
  const folder = new LineFolder();
  results.add([...text].map((char) => folder.push(char)).join("") + folder.end());
  assertEquals(results.size, 1, JSON.stringify([...results]));
  return [...results][0]!;
}

Deno.test("LineFolder leaves lines as they are", () => {
  assertEquals(folded("a\n\n  b\nlast"), "a\n\n  b\nlast");
  assertEquals(folded(""), "");
});

Deno.test("LineFolder leaves the last state of a line that is redrawn", () => {
  assertEquals(folded("start\n 10%\r 50%\r100%\ndone\n"), "start\n100%\ndone\n");
  assertEquals(folded("\r 10%\r 50%"), " 50%");
  assertEquals(folded(" 10%\r 50%\r"), " 50%");
});

Deno.test("LineFolder takes CR LF for the end of a line", () => {
  assertEquals(folded("one\r\ntwo\r\r\n\r\nthree\r\n"), "one\ntwo\n\nthree\n");
});

Deno.test("LineFolder plays backspaces", () => {
  assertEquals(folded("|\b/\b-\b\\\bok\n"), "ok\n");
  assertEquals(folded("N\bNA\bAM\bM 😀\b!\n\b\bx"), "NAM !\nx");
});

Deno.test("LineFolder holds no more than a few thousand characters of a line", () => {
  const folder = new LineFolder();
  let given = "";
  for (let i = 0; i < 100; i++) given += folder.push("x".repeat(1_000));
  assert(given.length >= 90_000, `gave ${given.length} characters`);
  given += folder.end();
  assertEquals(given, "x".repeat(100_000));
  let bar = "";
  for (let i = 0; i < 10_000; i++) bar += folder.push(`\r${i} of 10000 parts`);
  assertEquals(bar + folder.end(), "9999 of 10000 parts");
});

Deno.test("foldLines() folds the lines of a text that is whole", () => {
  assertEquals(foldLines("a\rb\nc\r\n"), "b\nc\n");
});
