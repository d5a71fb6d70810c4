import { assert, assertStringIncludes } from "@std/assert";
import { nearMiss } from "./near_miss.ts";

const FILE = [
  "function greet(name) {",
  "\tconst text = 'hello ' + name;",
  "\treturn text;",
  "}",
  "",
].join("\n");

Deno.test("nearMiss() shows where only white space differs", () => {
  const said = nearMiss(FILE, "    return text;");
  assertStringIncludes(said, "Line 3 is the same but for white space");
  assertStringIncludes(said, 'line 3 is "\\treturn text;"');
  assertStringIncludes(said, 'old_string has "    return text;"');
});

Deno.test("nearMiss() shows where only the kind of quotes differs", () => {
  assertStringIncludes(nearMiss(FILE, "const text = ‘hello ’ + name;"), "line 2 is");
});

Deno.test("nearMiss() compares several lines", () => {
  const said = nearMiss(FILE, "function greet(name) {\n  const text = 'hello ' + name;\n");
  assertStringIncludes(said, "Lines 1-2 are the same but for");
  assertStringIncludes(said, "line 2 is");
});

Deno.test("nearMiss() shows the lines most alike, with their numbers", () => {
  const said = nearMiss(FILE, "  const text = 'hallo ' + names;");
  assertStringIncludes(said, "     2| \tconst text = 'hello ' + name;");
});

Deno.test("nearMiss() knows line numbers and escapes that were copied", () => {
  assertStringIncludes(nearMiss(FILE, "     3\t\treturn text;\n     4\t}"), "has line numbers");
  assertStringIncludes(nearMiss(FILE, "{\\n\\tconst text"), "has escapes");
});

Deno.test("nearMiss() says so when nothing is alike or the file is empty", () => {
  assertStringIncludes(nearMiss(FILE, "zzzzqqqqxxxx"), "Nothing in the file is like it");
  assertStringIncludes(nearMiss("", "a"), "is empty");
  assertStringIncludes(nearMiss("a\nb", "\n\n"), "line breaks");
});

Deno.test("nearMiss() answers in a moment on a large file", () => {
  const large = "const value = compute(some, other, thing);\n".repeat(200_000);
  const before = performance.now();
  nearMiss(large, "const valve = computer(same, outer, think);\n".repeat(50));
  assert(performance.now() - before < 3000);
});
