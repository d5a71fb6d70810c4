import { assert, assertEquals } from "@std/assert";
import { Automaton } from "./automaton.ts";
import { parseRegex } from "./regex_dialect.ts";

function automatonOf(source: string, ignoreCase = false): Automaton {
  return new Automaton(parseRegex(source).pattern, { ignoreCase, whole: false });
}

function linesThatMatch(automaton: Automaton, text: string): number[] {
  return text.split("\n").slice(0, -1).flatMap((line, at) => {
    const { found } = automaton.scan(`${line}\n`, 0, line.length + 1);
    return found ? [at] : [];
  });
}

Deno.test("scan() stops at the first line that matches", () => {
  const automaton = automatonOf("b+$");
  const text = "abc\nxbb\nb\n";
  const scan = automaton.scan(text, 0, text.length);
  assertEquals([scan.found, scan.at], [true, text.indexOf("\nb\n")]);
});

Deno.test("scan() finds the same however a text is divided", () => {
  const automaton = automatonOf("^a.*\\bend\\b\u{1F600}");
  const text = `b\na${"x".repeat(50)} end\u{1F600}!\n`;
  const { at: wanted } = automaton.scan(text, 0, text.length);
  for (let size = 1; size < 20; size++) {
    let scan = automaton.scan(text, 0, size);
    while (!scan.found && scan.at < text.length) {
      scan = automaton.scan(text, scan.at, Math.min(scan.at + size, text.length), scan.state);
    }
    assertEquals([scan.found, scan.at], [true, wanted], `in parts of ${size}`);
  }
});

Deno.test("scan() agrees with RegExp on a table of expressions and lines", () => {
  const sources = [
    "a",
    "^$",
    "a?b*c",
    "(ab|a)(c|bcd)$",
    "[^ab]c",
    "(a|b)*abb$",
    "\\bab\\B",
    "x{2,3}y",
  ];
  const alphabet = ["a", "b", "c", "d", "x", "y", " "];
  const lines = ["", "xxy", "xxxxy", "ab abx"];
  for (const a of alphabet) {
    for (const b of alphabet) for (const c of alphabet) lines.push(a + b + c + "d");
  }
  for (const source of sources) {
    const regex = new RegExp(source, "u");
    const wanted = lines.flatMap((line, at) => regex.test(line) ? [at] : []);
    assertEquals(
      linesThatMatch(automatonOf(source), lines.map((line) => `${line}\n`).join("")),
      wanted,
      source,
    );
  }
});

Deno.test("scan() stops for a moment where it is much work, and forgets states", () => {
  const automaton = automatonOf("(a|b)*a(a|b){300}c");
  const text = `${
    Array.from({ length: 20_000 }, (_, at) => (at * at) % 7 % 2 ? "a" : "b").join("")
  }\n`;
  let scan = automaton.scan(text, 0, text.length);
  assert(!scan.found && scan.at < text.length, "it did all of it at once");
  while (!scan.found && scan.at < text.length) {
    scan = automaton.scan(text, scan.at, text.length, scan.state);
  }
  assertEquals(scan.found, false);
});

Deno.test("matches() wants the whole text, in which a line break is a character like others", () => {
  const automaton = new Automaton(parseRegex("a[^b]c").pattern, { ignoreCase: false, whole: true });
  assertEquals(["axc", "axcd", "xaxc", "ac"].map((text) => automaton.matches(text)), [
    true,
    false,
    false,
    false,
  ]);
});

Deno.test("an automaton that ignores case folds as Unicode does", () => {
  assertEquals(linesThatMatch(automatonOf("straße|K", true), "STRAßE\nSTRASSE\nk\n\u212A\n"), [
    0,
    2,
    3,
  ]);
});
