import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { ToolError } from "../src/server/define.ts";
import { requiredText, toRust } from "./pattern.ts";
import { patternSteps } from "./pattern_steps.ts";
import { parseRegex } from "./regex_dialect.ts";

const REFUSED: readonly (readonly [string, string])[] = [
  ["(?=a)", "lookaround is not supported"],
  ["a(?!b)", "lookaround is not supported"],
  ["(?<=a)b", "lookaround is not supported"],
  ["(?<!a)b", "lookaround is not supported"],
  ["(a)\\1", 'back-references ("\\1") are not supported'],
  ["(?<n>a)\\k<n>", 'back-references ("\\k") are not supported'],
  ["a(?i)b", 'only as a "(?i)" at the start; or set `case`'],
  ["(?i:a)", 'only as a "(?i)" at the start; or set `case`'],
  ["(?s).", 'only as a "(?i)" at the start; or set `case`'],
  ["(?>a)", '"(?>" is not supported'],
  ["a\\nb", "a line break never matches"],
  ["a\nb", "a line break never matches"],
  ["[\\n]", "a line break never matches"],
  ["\\x0A", "a line break never matches"],
  ["\\h+", '"\\h" is not supported: use "[ \\t]"'],
  ["\\A", 'use "^" for the start of a line'],
  ["\\z", 'use "$" for the end of a line'],
  ["\\<word\\>", 'use "\\b" for a word boundary'],
  ["\\Qa.b\\E", "escape each character instead"],
  ["\\q", '"\\q" is not supported; supported are'],
  ["\\p{Nope}", '"\\p{Nope}" is not supported; supported are categories'],
  ["\\p{Script=Klingon}", "is not supported"],
  ["\\u12", '"\\u" wants the number of a character'],
  ["\\x{110000}", '"\\x" wants the number of a character'],
  ["\\ud800", '"\\u" wants the number of a character'],
  ["\ud800", "half of a character"],
  ["(a", 'a "(" is not closed; write "\\("'],
  ["foo(", 'a "(" is not closed; write "\\("'],
  ["a)", 'a ")" has no "("; write "\\)"'],
  ["[a", 'a "[" is not closed; write "\\["'],
  ["[]", 'a "]" that begins a class must be written "\\]"'],
  ["[^]a]", 'a "]" that begins a class must be written "\\]"'],
  ["[a[b]]", 'a "[" in a class must be written "\\["'],
  ["[a&&b]", '"&&" in a class is not supported'],
  ["[z-a]", "goes backwards"],
  ["[\\w-z]", 'a "-" stands beside a set such as \\w'],
  ["[\\b]", '"\\b" in a class is not supported'],
  ["*a", "has nothing to repeat"],
  ["a|+", "has nothing to repeat"],
  ["(*)", "has nothing to repeat"],
  ["{2}", "has nothing to repeat"],
  ["a**", "a part is repeated twice"],
  ["a{2}{3}", "a part is repeated twice"],
  ["a++", "possessive quantifiers"],
  ["^*", "a place in the line (^, $, \\b) cannot be repeated"],
  ["\\b+", "a place in the line (^, $, \\b) cannot be repeated"],
  ["a{3,2}", "the wrong way round"],
  ["a{2000}", "more than 1000 times"],
  ["a\\", 'it ends with a "\\"'],
  [`${"(".repeat(200)}a${")".repeat(200)}`, "nested more than 100 deep"],
];

for (const [source, reason] of REFUSED) {
  const shown = JSON.stringify(source.slice(0, 30));
  Deno.test(`parseRegex() refuses ${shown} and says why`, () => {
    const error = assertThrows(() => parseRegex(source), ToolError);
    assertStringIncludes(error.message, `Cannot use content ${JSON.stringify(source)}: `);
    assertStringIncludes(error.message, reason);
  });
}

Deno.test("parseRegex() takes braces that count nothing for characters", () => {
  for (const source of ["interface{}", "{ a }", "a{,3}", "x{y", "}", "]"]) {
    assertEquals(requiredText(parseRegex(source).pattern), source);
  }
});

Deno.test("parseRegex() sees capitals in what stands for itself, and nowhere else", () => {
  for (
    const [source, hasUpper] of [["aB", true], ["[A-z]", true], ["\\W\\S\\p{Lu}", false]] as const
  ) {
    assertEquals(parseRegex(source).hasUpper, hasUpper, source);
  }
});

Deno.test("toRust() writes nothing that could be read as other syntax", () => {
  const odd = "#&~-/ \"'<>:%@`!,;=_";
  const rust = toRust(parseRegex(odd).pattern);
  assertEquals(rust, Array.from(odd, (char) => `\\u{${hex(char)}}`).join(""));
  assertEquals(
    toRust(parseRegex("a.b+?|[^c]").pattern),
    "(?:a[^\\u{A}\\u{D}](?:b){1,}|[^c-c\\u{A}\\u{D}])",
  );
});

Deno.test("requiredText() finds a text that every match holds", () => {
  for (
    const [source, text] of [
      ["foo", "foo"],
      ["^foo\\b bar$", "foo bar"],
      ["a+bce?d", "bc"],
      ["(foo)+x*barbar", "barbar"],
      ["(foobar)?x", "x"],
      ["foo|bar", ""],
      ["[a]b", "ab"],
      ["\\w+", ""],
    ] as const
  ) assertEquals(requiredText(parseRegex(source).pattern), text, source);
});

Deno.test("patternSteps() refuses a pattern whose repetitions multiply beyond measure", () => {
  const error = assertThrows(
    () => patternSteps(parseRegex("((a{100}){100}){100}").pattern),
    ToolError,
  );
  assertStringIncludes(error.message, "The pattern is too large");
});

function hex(char: string): string {
  return char.codePointAt(0)!.toString(16).toUpperCase();
}
