// Reads the regular expressions that `search_files` takes: what Rust's regex crate (ripgrep) and
// JavaScript have in common, so that both ways of searching find the same.
// Called once a search. What only one of them knows is refused, with the reason and a way out.

import { choice, literal, type Pattern, repeat, sequence, set } from "./pattern.ts";
import { readClass, readEscape, readLiteral } from "./regex_class.ts";
import { RegexReader } from "./regex_reader.ts";

/** A regular expression, understood. */
export interface Regex {
  readonly pattern: Pattern;
  /** It begins with `(?i)`. */
  readonly ignoreCase: boolean;
  /** It holds a letter that is not lower case, which `case: "smart"` goes by. */
  readonly hasUpper: boolean;
}

const MOST_REPEATS = 1_000;
const MOST_DEPTH = 100;
const CARRIAGE_RETURN = 0xd;
const ANY: Pattern = set([], true);
// A line of a file with CRLF ends before its carriage return, and after it.
const END: Pattern = sequence([
  repeat(literal(CARRIAGE_RETURN), 0, 1),
  { kind: "assert", what: "end" },
]);

/**
 * Reads a regular expression. Lines are matched one by one, without their line break.
 *
 * @throws {ToolError} when it is wrong or not supported; says what would do.
 */
export function parseRegex(source: string): Regex {
  const reader = new RegexReader(source);
  const ignoreCase = reader.takes("(?i)");
  const pattern = readChoice(reader, 0);
  if (!reader.done) reader.refuse('a ")" has no "("; write "\\)" for the character');
  return { pattern, ignoreCase, hasUpper: reader.hasUpper };
}

function readChoice(reader: RegexReader, depth: number): Pattern {
  if (depth > MOST_DEPTH) reader.refuse(`groups are nested more than ${MOST_DEPTH} deep`);
  const parts = [readSequence(reader, depth)];
  while (reader.takes("|")) parts.push(readSequence(reader, depth));
  return choice(parts);
}

function readSequence(reader: RegexReader, depth: number): Pattern {
  const parts: Pattern[] = [];
  while (!reader.done && !reader.sees("|") && !reader.sees(")")) {
    const part = readPart(reader, depth);
    parts.push(readRepeat(reader, part));
  }
  return sequence(parts);
}

function readPart(reader: RegexReader, depth: number): Pattern {
  if (reader.match(QUANTIFIER)) {
    reader.refuse('a "*", "+", "?" or "{n}" has nothing to repeat; put "\\" before the character');
  }
  const char = reader.take("");
  switch (char) {
    case "(":
      return readGroup(reader, depth);
    case "[": {
      const { items, negated } = readClass(reader);
      return set(items, negated);
    }
    case ".":
      return ANY;
    case "^":
      return { kind: "assert", what: "start" };
    case "$":
      return END;
    case "\\": {
      if (reader.takes("b")) return { kind: "assert", what: "boundary" };
      if (reader.takes("B")) return { kind: "assert", what: "inside" };
      const item = readEscape(reader);
      return "items" in item ? set(item.items, item.negated) : set([item]);
    }
    default:
      return set([readLiteral(reader, char)]);
  }
}

function readGroup(reader: RegexReader, depth: number): Pattern {
  if (reader.takes("?") && !reader.takes(":") && !reader.match(/^P?<[A-Za-z_]\w*>/)) {
    if (reader.match(/^<?[=!]/)) {
      reader.refuse(
        "lookaround is not supported; search for the line and look at its text instead",
      );
    }
    if (reader.match(/^[a-zA-Z]*(-[a-zA-Z]+)?[:)]/)) {
      reader.refuse('inline flags are supported only as a "(?i)" at the start; or set `case`');
    }
    reader.refuse(
      `"(?${reader.next}" is not supported; supported are "(…)", "(?:…)" and "(?<name>…)"`,
    );
  }
  const pattern = readChoice(reader, depth + 1);
  if (!reader.takes(")")) reader.refuse('a "(" is not closed; write "\\(" for the character');
  return pattern;
}

// A "{" that counts nothing stands for itself.
const QUANTIFIER = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})/;

function readRepeat(reader: RegexReader, part: Pattern): Pattern {
  const found = reader.match(QUANTIFIER);
  if (found === undefined) return part;
  if (part.kind === "assert" || part === END) {
    reader.refuse("a place in the line (^, $, \\b) cannot be repeated; leave the quantifier out");
  }
  const [text, least, comma, most] = found;
  const min = text === "+" ? 1 : Number(least ?? 0);
  const max = text === "?" ? 1 : least === undefined ? Infinity : limit(min, comma, most);
  if (min > MOST_REPEATS || (max !== Infinity && max > MOST_REPEATS)) {
    reader.refuse(`"${text}" repeats more than ${MOST_REPEATS} times`);
  }
  if (min > max) reader.refuse(`"${text}" has its numbers the wrong way round`);
  // As little as possible or as much: the same lines match.
  reader.takes("?");
  if (reader.sees("+")) {
    reader.refuse('possessive quantifiers such as "*+" are not supported; leave the "+" out');
  }
  if (reader.match(QUANTIFIER)) reader.refuse("a part is repeated twice; put it in a group");
  return repeat(part, min, max);
}

function limit(min: number, comma: string | undefined, most: string | undefined): number {
  if (comma === undefined) return min;
  return most ? Number(most) : Infinity;
}
