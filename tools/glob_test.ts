import { assertEquals, assertThrows } from "@std/assert";
import { Automaton } from "./automaton.ts";
import { parseGlob } from "./glob.ts";

const PATHS = [
  "a",
  "b",
  "ab",
  "a/b",
  "a/b/c",
  "x/a",
  "x/a/b",
  "a.ts",
  "x/a.ts",
  "a\nb",
  "a]",
  "{a}",
  "a*",
];

const GLOBS: readonly (readonly [string, readonly string[]])[] = [
  ["a", ["a"]],
  ["*", ["a", "b", "ab", "a.ts", "a\nb", "a]", "{a}", "a*"]],
  ["?", ["a", "b"]],
  ["a?", ["ab", "a]", "a*"]],
  ["*/*", ["a/b", "x/a", "x/a.ts"]],
  ["**", PATHS],
  ["**/a", ["a", "x/a"]],
  ["a/**", ["a/b", "a/b/c"]],
  ["**/b", ["b", "a/b", "x/a/b"]],
  ["a/**/c", ["a/b/c"]],
  ["a/**/b", ["a/b"]],
  ["x/**/b", ["x/a/b"]],
  ["a**", ["a", "ab", "a.ts", "a\nb", "a]", "a*"]],
  ["***/b", ["a/b"]],
  ["[ab]", ["a", "b"]],
  ["[!a]", ["b"]],
  ["[^a]", ["b"]],
  ["[a-c]?", ["ab", "a]", "a*"]],
  ["a[]b]", ["ab", "a]"]],
  ["a[!b]*", ["a.ts", "a\nb", "a]", "a*"]],
  ["x[/]a", ["x/a"]],
  ["{a,b}", ["a", "b"]],
  ["{a,x/a}.ts", ["a.ts", "x/a.ts"]],
  ["a{,b,/{b,c}}", ["a", "ab", "a/b"]],
  ["{**/,}a", ["a", "x/a"]],
  ["\\{a\\}", ["{a}"]],
  ["a\\*", ["a*"]],
];

for (const [glob, paths] of GLOBS) {
  Deno.test(`parseGlob() reads ${glob}`, () => {
    const automaton = new Automaton(parseGlob(glob), { ignoreCase: false, whole: true });
    assertEquals(PATHS.filter((path) => automaton.matches(path)), paths);
  });
}

Deno.test("parseGlob() refuses what is not closed", () => {
  for (const glob of ["[a", "[", "{a,b", "a\\", "[b-a]", "{".repeat(50)]) {
    assertThrows(() => parseGlob(glob), SyntaxError);
  }
});
