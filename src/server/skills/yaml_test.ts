import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { parseYaml } from "./yaml.ts";

Deno.test("parseYaml() reads plain values by the core schema of YAML 1.2", () => {
  const text = [
    "text: two words",
    "url: http://x.y/z?q=1#f",
    "time: 12:30",
    "date: 2024-01-01",
    "one: 1",
    "float: 1.0",
    "exponent: -1.5e-3",
    "hex: 0x1F",
    "octal: 0o17",
    "zeros: 0777",
    "yes: true",
    "no: no",
    "none: ~",
    "empty:",
    "hash: a#b # and a comment",
    "two words: also a key",
    "日本: 語",
    "__proto__: a key as any other",
  ].join("\n");
  const value = parseYaml(text);
  assertEquals(Object.entries(value), [
    ["text", "two words"],
    ["url", "http://x.y/z?q=1#f"],
    ["time", "12:30"],
    ["date", "2024-01-01"],
    ["one", 1],
    ["float", 1],
    ["exponent", -0.0015],
    ["hex", 31],
    ["octal", 15],
    ["zeros", 777],
    ["yes", true],
    ["no", "no"],
    ["none", null],
    ["empty", null],
    ["hash", "a#b"],
    ["two words", "also a key"],
    ["日本", "語"],
    ["__proto__", "a key as any other"],
  ]);
});

Deno.test("parseYaml() reads texts in quotes", () => {
  assertEquals(
    parseYaml(
      `a: "x\\ty\\u00e9\\U0001F600\\x41\\"" # c\nb: 'it''s: so # too'\n"q k": ''\n'r': ""\n`,
    ),
    { a: 'x\tyé😀A"', b: "it's: so # too", "q k": "", r: "" },
  );
});

Deno.test("parseYaml() reads texts of several lines", () => {
  const rows: readonly (readonly [text: string, value: string])[] = [
    ["a: one\n  two\n\n  three\n", "one two\nthree"],
    ["a:\n  below\n  it\n", "below it"],
    ["a: |\n  l1\n   l2\n\n  l3 # kept\n", "l1\n l2\n\nl3 # kept\n"],
    ["a: |-\n  x\n\n\n", "x"],
    ["a: |+\n  x\n\n\n", "x\n\n\n"],
    ["a: |\n", ""],
    ["a: >\n\n  lead\n  text\n", "\nlead text\n"],
    ["a: >\n  one\n  two\n\n  three\n    four\n  five\n", "one two\nthree\n  four\nfive\n"],
    ["a: >-\n  x\n  - y\n  - z\n", "x - y - z"],
  ];
  for (const [text, value] of rows) assertEquals(parseYaml(`${text}b: c\n`), { a: value, b: "c" });
});

Deno.test("parseYaml() reads lists and mappings, in blocks and in brackets", () => {
  const text = [
    "# a comment",
    "list:",
    "  - x",
    "  - y: 1",
    "    z: [a, 'b', {c: d}]",
    "  - - p",
    "    - q",
    "  -",
    "    r: s",
    "",
    "beside:",
    "- 1",
    "- two",
    'flow: {six: 6, "e": null, w}',
    "deep:",
    "    er: {}",
    "    est: []\r",
  ].join("\n");
  assertEquals(parseYaml(text), {
    list: ["x", { y: 1, z: ["a", "b", { c: "d" }] }, ["p", "q"], { r: "s" }],
    beside: [1, "two"],
    flow: { six: 6, e: null, w: null },
    deep: { er: {}, est: [] },
  });
  assertEquals(parseYaml("\n# nothing\n"), {});
});

Deno.test("parseYaml() refuses what it does not understand, and says in which line", () => {
  const rows: readonly (readonly [text: string, error: RegExp])[] = [
    ["a: 1\na: 2", /^line 11: the key "a" is there twice$/],
    ["a: b: c", /^line 10: a text with a colon and a blank in it must be quoted$/],
    ["a: one\n  b: two", /^line 11: a text with a colon and a blank in it must be quoted$/],
    ["a: &x 1", /^line 10: a value that begins with & is not understood; quote it/],
    ["a: *x", /begins with \*/],
    ["a: !!str 1", /begins with !/],
    ["a: - b", /begins with -/],
    ["\ta: 1", /indent with blanks, not tabs/],
    ["a:\n  b: 1\n c: 2", /^line 12: the line is indented more than those beside it$/],
    ["  a: 1", /the first key must not be indented/],
    ["just text", /^line 10: a key with a colon must stand here$/],
    ["- a", /a key with a colon must stand here/],
    ["true: b", /a key must be a text: got true; quote it/],
    ["{1: b}", /a key with a colon must stand here/],
    ["a: {1: b}", /the key of a mapping must be a text/],
    ["a: [1, 2", /a list or mapping in brackets must end with \] on its line/],
    ["a: {b: 1", /must end with \} on its line/],
    ["a: [,]", /an item is missing before a comma/],
    ["a: {b: 1, b: 2}", /the key "b" is there twice/],
    ["a: 'b\n  c'", /a text in quotes must end on its line/],
    ['a: "b', /a text in quotes must end on its line/],
    ['a: "\\q"', /\\q is no escape/],
    ['a: "b" c', /nothing may follow the value: got "c"/],
    ["a: |2\n  b", /a block of text must begin with \|, >, \|-, >-, \|\+ or >\+: got \|2/],
    ["a: |\n   b\n  c", /the line is indented less than its block of text/],
    ["a: .inf", /\.inf is no number that JSON has/],
    [`a: ${"[".repeat(40)}`, /values nest more than 32 deep/],
    [`a:\n  ${"- ".repeat(40)}b`, /values nest more than 32 deep/],
  ];
  for (const [text, error] of rows) {
    assertMatch(assertThrows(() => parseYaml(text, 10), TypeError).message, error);
  }
});
