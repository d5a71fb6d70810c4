// Reads globs: `*` and `?` within a name, `**` across folders, `[a-z]`, `{this,that}`, `\` before a
// character that is to be itself. Used for the names that `search_files` is asked for, and for
// .gitignore. Says nothing of files: it only makes a pattern for their paths.

import { type CharRange, choice, literal, type Pattern, repeat, sequence, set } from "./pattern.ts";

const SLASH = 0x2f;
const LAST = 0x10ffff;
const ANY = set([{ from: 0, to: LAST }]);
const NOT_SLASH: readonly CharRange[] = [{ from: 0, to: SLASH - 1 }, { from: SLASH + 1, to: LAST }];
const IN_NAME = set(NOT_SLASH);
const FOLDERS = repeat(sequence([repeat(ANY, 0, Infinity), literal(SLASH)]), 0, 1);
const MOST_DEPTH = 20;

interface GlobReader {
  readonly chars: readonly string[];
  at: number;
}

/** Reads a glob. @throws {SyntaxError} when a bracket or brace is not closed. */
export function parseGlob(source: string): Pattern {
  const reader: GlobReader = { chars: Array.from(source), at: 0 };
  return readParts(reader, 0, true);
}

// Up to the end, or inside braces to the "," or "}".
function readParts(reader: GlobReader, depth: number, startsName: boolean): Pattern {
  const { chars } = reader;
  const parts: Pattern[] = [];
  let start = startsName;
  while (reader.at < chars.length && !endsPart(chars[reader.at], depth)) {
    const char = chars[reader.at++]!;
    switch (char) {
      case "*":
        parts.push(readStars(reader, depth, start));
        break;
      case "?":
        parts.push(IN_NAME);
        break;
      case "[":
        parts.push(readClass(reader));
        break;
      case "{":
        parts.push(readBraces(reader, depth + 1, start));
        break;
      case "\\": {
        const escaped = chars[reader.at++];
        if (escaped === undefined) throw new SyntaxError('it ends with a "\\"; write "\\\\"');
        parts.push(literal(escaped.codePointAt(0)!));
        break;
      }
      default:
        parts.push(literal(char.codePointAt(0)!));
    }
    start = chars[reader.at - 1] === "/";
  }
  return sequence(parts);
}

function endsPart(char: string | undefined, depth: number): boolean {
  return depth > 0 && (char === "," || char === "}");
}

// "**" means folders only where it is a whole segment; elsewhere it is a "*".
function readStars(reader: GlobReader, depth: number, startsName: boolean): Pattern {
  const { chars } = reader;
  const first = reader.at - 1;
  while (chars[reader.at] === "*") reader.at++;
  const next = chars[reader.at];
  if (startsName && reader.at - first === 2) {
    if (next === "/") {
      reader.at++;
      return FOLDERS;
    }
    if (next === undefined || endsPart(next, depth)) return repeat(ANY, 1, Infinity);
  }
  return repeat(IN_NAME, 0, Infinity);
}

function readBraces(reader: GlobReader, depth: number, startsName: boolean): Pattern {
  if (depth > MOST_DEPTH) throw new SyntaxError(`braces are nested more than ${MOST_DEPTH} deep`);
  const parts: Pattern[] = [];
  while (true) {
    parts.push(readParts(reader, depth, startsName));
    const end = reader.chars[reader.at++];
    if (end === "}") return choice(parts);
    if (end === undefined) {
      throw new SyntaxError('a "{" is not closed; write "\\{" for the character');
    }
  }
}

function readClass(reader: GlobReader): Pattern {
  const { chars } = reader;
  const negated = chars[reader.at] === "!" || chars[reader.at] === "^";
  if (negated) reader.at++;
  const items: CharRange[] = [];
  for (let first = true; first || chars[reader.at] !== "]"; first = false) {
    const from = readClassChar(reader);
    const ranges = chars[reader.at] === "-" && chars[reader.at + 1] !== "]";
    if (ranges) reader.at++;
    const to = ranges ? readClassChar(reader) : from;
    if (from > to) throw new SyntaxError("a range such as [z-a] goes backwards; turn it round");
    items.push({ from, to });
  }
  reader.at++;
  return set(negated ? complement(items) : items);
}

function readClassChar(reader: GlobReader): number {
  const char = reader.chars[reader.at++];
  if (char === undefined) {
    throw new SyntaxError('a "[" is not closed; write "\\[" for the character');
  }
  return char.codePointAt(0)!;
}

// All other characters of a name, line breaks among them.
function complement(items: readonly CharRange[]): CharRange[] {
  const rest: CharRange[] = [];
  let from = 0;
  const all = [...items, { from: SLASH, to: SLASH }].sort((a, b) => a.from - b.from);
  for (const item of all) {
    if (item.from > from) rest.push({ from, to: item.from - 1 });
    from = Math.max(from, item.to + 1);
  }
  if (from <= LAST) rest.push({ from, to: LAST });
  return rest;
}
