import { assertEquals } from "@std/assert";
import { linesOf, makeTree, searchTest, type Tree } from "./testing/search_engines.ts";

interface ContentCase {
  readonly name: string;
  readonly tree: Tree;
  readonly args: { readonly [name: string]: unknown };
  readonly lines: readonly string[];
}

const bytes = (...parts: (string | number)[]): Uint8Array =>
  new Uint8Array(
    parts.flatMap((part) =>
      typeof part === "number" ? [part] : [...new TextEncoder().encode(part)]
    ),
  );

function utf16(text: string, big: boolean): Uint8Array {
  const data = new DataView(new ArrayBuffer(2 * text.length + 2));
  [..."\uFEFF" + text].forEach((char, at) => data.setUint16(2 * at, char.charCodeAt(0), !big));
  return new Uint8Array(data.buffer);
}

const CONTENT: readonly ContentCase[] = [
  {
    name: "gives the lines that match, by file and number",
    tree: { "b": "one\ntwo\none two\n", "a/x": "two", "c": "three\n" },
    args: { content: "tw[o]" },
    lines: ["a/x:1:two", "b:2:two", "b:3:one two"],
  },
  {
    name: "looks only at the names that are asked for",
    tree: { "a.ts": "x\n", "a.js": "x\n", "d/b.ts": "x\n" },
    args: { content: "x", pattern: "*.ts" },
    lines: ["a.ts:1:x", "d/b.ts:1:x"],
  },
  {
    name: "shows lines around a match, each once",
    tree: { "f": "1\n2\nhit\n4\nhit\n6\n7\n8\n9\nhit" },
    args: { content: "hit", context: 1 },
    lines: ["f-2-2", "f:3:hit", "f-4-4", "f:5:hit", "f-6-6", "f-9-9", "f:10:hit"],
  },
  {
    name: "shows no more lines around than there are",
    tree: { "f": "hit\n2\n" },
    args: { content: "hit", context: 10 },
    lines: ["f:1:hit", "f-2-2"],
  },
  {
    name: "reads files with CRLF like others",
    tree: { "f": "one\r\ntwo \r\n\r\nfour\n" },
    args: { content: "e$|^$|\\s+$" },
    lines: ["f:1:one", "f:2:two ", "f:3:"],
  },
  {
    name: "finds a carriage return that is asked for",
    tree: { "f": "one\r\ntwo\n" },
    args: { content: "\\r$" },
    lines: ["f:1:one"],
  },
  {
    name: "takes an empty last line for none",
    tree: { "f": "a\n", "g": "a\n\n", "h": "" },
    args: { content: "^$" },
    lines: ["g:2:"],
  },
  {
    name: "passes over binary files, however late their NUL",
    tree: {
      "a": bytes("hit\n", 0),
      "b": bytes("hit\n".repeat(3), "x".repeat(200_000), "\n", 0, "\n"),
      "c": "hit\n",
    },
    args: { content: "hit" },
    lines: ["c:1:hit"],
  },
  {
    name: "shows bytes that are no UTF-8 as U+FFFD, and matches nothing with them",
    tree: { "f": bytes("a", 0xff, "b\n", "a\u00ffb\n", "hit ", 0xc3, "\n") },
    args: { content: "a.b|a[^x]b|a\\Wb|hit" },
    lines: ["f:2:aÿb", "f:3:hit \uFFFD"],
  },
  {
    name: "reads UTF-16 and passes over a byte order mark",
    tree: {
      "be": utf16("ähit\nx\n", true),
      "le": utf16("y\nähit", false),
      "utf8": bytes(0xef, 0xbb, 0xbf, "ähit\n"),
    },
    args: { content: "^ähit$" },
    lines: ["be:1:ähit", "le:2:ähit", "utf8:1:ähit"],
  },
  {
    name: "searches long files to their end",
    tree: { "f": `${"filler line\n".repeat(200_000)}hit\n${"more\n".repeat(300_000)}hit` },
    args: { content: "hit$" },
    lines: ["f:200001:hit", "f:500002:hit"],
  },
  {
    name: "takes a pattern that looks like an option for a pattern",
    tree: { "f": "--files\n-e x\n" },
    args: { content: "--files|-e" },
    lines: ["f:1:--files", "f:2:-e x"],
  },
];

for (const { name, tree, args, lines } of CONTENT) {
  searchTest(name, async ({ dir, search }) => {
    await makeTree(dir, tree);
    const answer = await search(args);
    assertEquals(answer.isError, false, answer.text);
    assertEquals(linesOf(answer, dir), lines);
    assertEquals(answer.structured.truncated, false);
  });
}

// Each pattern with the lines of this text that it matches.
const LINES = [
  "foo bar", // 1
  "Foo Bär", // 2
  "über 12 Äpfel", // 3
  "a.b*c(d)[e]{f}^g$h|i+j?k\\l/m-n", // 4
  "x1 ٣ end", // 5, with an Arabic digit
  "tab\there", // 6
  "no\u00a0break", // 7
  "aaaa", // 8
  "straße STRASSE", // 9
  "ſ K", // 10: a long s and the sign for kelvin
  "\u{1F600} smile", // 11
  "end.", // 12
  "", // 13
  "snake_case camelCase", // 14
  "l\u2028s", // 15, with a line separator
];

const PATTERNS: readonly (readonly [string, readonly number[], string?])[] = [
  ["foo", [1]],
  ["foo", [1, 2], "insensitive"],
  ["(?i)FOO", [1, 2]],
  ["foo", [1, 2], "smart"],
  ["Foo", [2], "smart"],
  ["\\bbar\\b", [1]],
  ["\\bB.r\\b", [2]],
  ["r\\b", [1, 2, 3]],
  ["\\Bfel", [3]],
  ["^über", [3]],
  ["ÜBER", [3], "insensitive"],
  ["ÄPFEL$", [3], "insensitive"],
  ["\\d{2}", [3]],
  ["\\d", [3, 5]],
  ["[0-9]", [3, 5]],
  ["^\\W+$", [], "sensitive"],
  ["^\\D*$", [1, 2, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]],
  ["\\w\\s\\w", [1, 2, 3, 5, 6, 7, 9, 10, 14, 15]],
  ["^\\S+$", [4, 8, 12]],
  ["[\\S\\s]\\t", [6]],
  ["\\x09|\\u00a0", [6, 7]],
  ["\\u{1F600}", [11]],
  ["^. smile", [11]],
  ["\\.", [4, 12]],
  ["\\[e\\]\\{f\\}\\^g\\$h\\|i\\+j\\?k\\\\l/m-n", [4]],
  ["[.][b][*]c[(]d[)]", [4]],
  ["{f}", [4]],
  ["^a+$", [8]],
  ["^a{4}$", [8]],
  ["^a{5,}$", []],
  ["^(aa){2}?$", [8]],
  ["^(?:a|aa)+?$", [8]],
  ["(?<year>a)(?P<x>a)", [8]],
  ["(a+)+$", [8]],
  ["^(a|b|)+$", [8, 13]],
  ["^$", [13]],
  ["^.{0}$", [13]],
  ["STRASSE", [9], "insensitive"],
  ["straße", [9], "insensitive"],
  ["^[s] K$", [10], "insensitive"],
  ["^ſ k$", [10], "insensitive"],
  ["[^\\w\\s]", [4, 11, 12]],
  ["[^a-z ]{2}", [2, 3, 4, 9]],
  ["^[^x]+$", [1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 14, 15]],
  ["^[^X]+$", [1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 14, 15], "insensitive"],
  ["[[:upper:]][[:lower:]]+", [2, 14]],
  ["[[:^ascii:]]", [2, 3, 5, 7, 9, 10, 11, 15]],
  ["\\p{Lu}\\p{Ll}", [2, 3, 14]],
  ["\\pN", [3, 5]],
  ["\\P{L}\\p{Nd}", [3, 5]],
  ["\\p{Script=Arabic}", [5]],
  ["\\p{White_Space}s", [11, 15]],
  ["l.s", [15]],
  ["_[a-z]", [14]],
  ["[_-]", [4, 14]],
  ["[m\\-z]-", [4]],
  ["camel|snake", [14]],
  ["o*", LINES.map((_, at) => at + 1)],
];

for (const [content, numbers, how = "sensitive"] of PATTERNS) {
  searchTest(`matches ${content} (${how})`, async ({ dir, search }) => {
    await makeTree(dir, { "f": LINES.map((line) => `${line}\n`).join("") });
    const answer = await search({ content, case: how });
    assertEquals(answer.isError, false, answer.text);
    assertEquals(linesOf(answer, dir).map((line) => Number(line.split(":")[1])), numbers);
  });
}
