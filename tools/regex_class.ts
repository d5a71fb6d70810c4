// Reads what stands for one character in a regular expression: escapes and [classes].
// Called by `regex_dialect.ts`. Classes such as `\w` are Unicode's, as in ripgrep; none but `\r`
// itself matches a carriage return, so that `$`, `\s` and `.` treat files with CRLF like others.

import type { CharRange, CharSet } from "./pattern.ts";
import type { RegexReader } from "./regex_reader.ts";

type Item = CharSet["items"][number];

const DIGIT: Item = { property: "Nd" };
const WORD: Item = {
  negated: false,
  items: ["Alphabetic", "M", "Nd", "Pc", "Join_Control"].map((property) => ({ property })),
};
const SPACE: Item = {
  negated: false,
  items: ranges(
    "\t\t\v\f  \x85\x85\xa0\xa0\u1680\u1680\u2000\u200a\u2028\u2029\u202f\u202f\u205f\u205f\u3000\u3000",
  ),
};
const SHORTHANDS: { readonly [letter: string]: Item } = { d: DIGIT, w: WORD, s: SPACE };
const CONTROLS: { readonly [letter: string]: string } = { t: "\t", r: "\r", f: "\f", v: "\v" };

// First and last characters of the ranges of each name.
const POSIX: { readonly [name: string]: string } = {
  alnum: "09AZaz",
  alpha: "AZaz",
  ascii: "\0\t\v\f\x0e\x7f",
  blank: "\t\t  ",
  cntrl: "\0\t\v\f\x0e\x1f\x7f\x7f",
  digit: "09",
  graph: "!~",
  lower: "az",
  print: " ~",
  punct: "!/:@[`{~",
  space: "\t\t\v\f  ",
  upper: "AZ",
  word: "09AZ__az",
  xdigit: "09AFaf",
};

const CATEGORY = /^(L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|C[cf])$/;
const PROPERTY = /^(Alphabetic|Lowercase|Uppercase|White_Space|Script=[A-Za-z_]+)$/;

const REFUSED: { readonly [letter: string]: string } = {
  n: "lines are matched one by one, so a line break never matches; search for one of the lines",
  A: 'use "^" for the start of a line',
  z: 'use "$" for the end of a line',
  Z: 'use "$" for the end of a line',
  h: 'use "[ \\t]"',
  R: "lines are matched one by one, so a line break never matches",
  K: "the whole line is shown anyway; leave it out",
  G: "leave it out",
  Q: "escape each character instead",
  "<": 'use "\\b" for a word boundary',
  ">": 'use "\\b" for a word boundary',
};

/** Reads an escape, whose `\` is read already, that stands for a character or a set of them. */
export function readEscape(reader: RegexReader): Item {
  const letter = reader.take('it ends with a "\\"; write "\\\\" for the character');
  const shorthand = SHORTHANDS[letter.toLowerCase()];
  if (shorthand !== undefined) {
    return letter === letter.toLowerCase() ? shorthand : { negated: true, items: [shorthand] };
  }
  const control = CONTROLS[letter];
  if (control !== undefined) return range(control, control);
  if (letter === "p" || letter === "P") return readProperty(reader, letter === "P");
  if (letter === "x" || letter === "u") return readCodePoint(reader, letter);
  if (/[1-9k]/.test(letter)) {
    reader.refuse(`back-references ("\\${letter}") are not supported; spell the text out`);
  }
  const refused = REFUSED[letter];
  if (refused !== undefined) reader.refuse(`"\\${letter}" is not supported: ${refused}`);
  if (/[0-9A-Za-z]/.test(letter)) {
    reader.refuse(
      `"\\${letter}" is not supported; supported are \\d \\w \\s \\b \\t \\r \\x41 \\p{L}`,
    );
  }
  return readLiteral(reader, letter);
}

/** A character that stands for itself. */
export function readLiteral(reader: RegexReader, char: string): CharRange {
  if (char === "\n") reader.refuse(REFUSED.n!);
  if (/^[\uD800-\uDFFF]$/.test(char)) {
    reader.refuse("it holds half of a character (a lone surrogate)");
  }
  if (char !== char.toLowerCase()) reader.hasUpper = true;
  return range(char, char);
}

/** Reads a class, whose `[` is read already. */
export function readClass(reader: RegexReader): CharSet {
  const negated = reader.takes("^");
  if (reader.sees("]")) reader.refuse('a "]" that begins a class must be written "\\]"');
  const items: Item[] = [];
  while (!reader.takes("]")) {
    const first = readItem(reader);
    if (!reader.sees("-") || reader.sees("-]")) {
      items.push(first);
      continue;
    }
    reader.takes("-");
    const last = readItem(reader);
    if (!("from" in first) || !("from" in last)) {
      reader.refuse('a "-" stands beside a set such as \\w; write "\\-" for the character');
    }
    if (first.from > last.from) reader.refuse("a range such as z-a goes backwards; turn it round");
    items.push({ from: first.from, to: last.from });
  }
  return { negated, items };
}

function readItem(reader: RegexReader): Item {
  for (const twice of ["&&", "--", "~~"]) {
    if (reader.sees(twice)) {
      reader.refuse(`"${twice}" in a class is not supported; for the characters, escape them`);
    }
  }
  const char = reader.take('a "[" is not closed; write "\\[" for the character');
  if (char === "\\") {
    if (reader.takes("b")) reader.refuse('"\\b" in a class is not supported; use "\\x08"');
    return readEscape(reader);
  }
  if (char === "[") return readPosix(reader);
  return readLiteral(reader, char);
}

function readPosix(reader: RegexReader): Item {
  const [, not, name = ""] = reader.match(/^:(\^?)([a-z]+):\]/) ?? [];
  const pairs = POSIX[name];
  if (pairs === undefined) {
    reader.refuse('a "[" in a class must be written "\\[", unless it is one like [:alpha:]');
  }
  return { negated: not === "^", items: ranges(pairs) };
}

function readProperty(reader: RegexReader, negated: boolean): Item {
  const [, braced, letter] = reader.match(/^(?:\{([^}]*)\}|(\w))/) ?? [];
  const property = braced ?? letter ?? "";
  if (!CATEGORY.test(property) && !(PROPERTY.test(property) && isKnown(property))) {
    reader.refuse(
      `"\\p{${property}}" is not supported; supported are categories such as \\p{Lu}, ` +
        "Alphabetic, Lowercase, Uppercase, White_Space and Script=Greek",
    );
  }
  return { negated, items: [{ property }] };
}

function isKnown(property: string): boolean {
  try {
    return new RegExp(`\\p{${property}}`, "u").source !== "";
  } catch {
    return false;
  }
}

function readCodePoint(reader: RegexReader, letter: "x" | "u"): CharRange {
  const digits = letter === "x"
    ? /^(?:\{([\da-f]{1,6})\}|([\da-f]{2}))/i
    : /^(?:\{([\da-f]{1,6})\}|([\da-f]{4}))/i;
  const [, braced, plain] = reader.match(digits) ?? [];
  const codePoint = Number.parseInt(braced ?? plain ?? "", 16);
  if (!(codePoint <= 0x10ffff) || (codePoint >= 0xd800 && codePoint <= 0xdfff)) {
    reader.refuse(`"\\${letter}" wants the number of a character: \\x41, \\u00e4 or \\u{1F600}`);
  }
  return readLiteral(reader, String.fromCodePoint(codePoint));
}

function range(first: string, last: string): CharRange {
  return { from: first.codePointAt(0)!, to: last.codePointAt(0)! };
}

function ranges(pairs: string): CharRange[] {
  const found: CharRange[] = [];
  for (let at = 0; at < pairs.length; at += 2) found.push(range(pairs[at]!, pairs[at + 1]!));
  return found;
}
