// Why a text was not found in a file, and what in the file is most like it.
// Called by edit_file to write its error. Pure; looks at no more than it can in a moment.

import { similarity } from "./similar_text.ts";

const LINES = 20_000;
const SHOWN_LINES = 10;
const SHOWN_CHARS = 200;

/** Some lines of the file that are like the wanted ones. */
interface Window {
  /** The first line, from 0. */
  readonly start: number;
  readonly score: number;
}

/** What to say to a model about a text that is not in the file. */
export function nearMiss(content: string, wanted: string): string {
  if (content === "") return "The file is empty; write_file gives it content.";
  const slip = slipOf(content, wanted);
  if (slip !== undefined) return slip;
  const lines = content.split("\n", LINES).map((line) => line.replace(/\r$/, ""));
  const wantedLines = linesOf(wanted);
  if (wantedLines.length === 0) {
    return "old_string is nothing but line breaks that the file does not have like that; add text.";
  }
  const same = sameButForSpace(lines, wantedLines);
  if (same.length > 0) {
    return same.slice(0, 3).map((start) => likeness(lines, wantedLines, start)).join("\n");
  }
  const near = mostAlike(lines, wantedLines);
  if (near.length === 0) {
    return "Nothing in the file is like it; read_file shows what is there.";
  }
  const shown = near.map(({ start }) => excerpt(lines, start, wantedLines.length)).join("\n\n");
  return `Most alike in the file (copy the text exactly, without line numbers):\n${shown}`;
}

/** The slips that models make most. */
function slipOf(content: string, wanted: string): string | undefined {
  const flat = content.replaceAll("\r\n", "\n");
  const has = (text: string) => text !== "" && flat.includes(text.replaceAll("\r\n", "\n"));
  const numbered = /^ *\d+(?:\t|→|\| ?|: ?)/;
  const lines = wanted.split("\n");
  if (
    lines.every((line) => line === "" || numbered.test(line)) &&
    has(lines.map((line) => line.replace(numbered, "")).join("\n"))
  ) {
    return "old_string has line numbers in it; without them it is in the file.";
  }
  if (has(wanted.replaceAll("\\n", "\n").replaceAll("\\t", "\t").replaceAll('\\"', '"'))) {
    return "old_string has escapes in it (a backslash and a letter or quote, as two characters); " +
      "with real line breaks, tabs and quotes it is in the file.";
  }
  return undefined;
}

function linesOf(wanted: string): string[] {
  const lines = wanted.split("\n").map((line) => line.replace(/\r$/, ""));
  while (lines.length > 0 && lines[0]!.trim() === "") lines.shift();
  while (lines.length > 0 && lines[lines.length - 1]!.trim() === "") lines.pop();
  return lines;
}

/** A line without what is easily got wrong: white space, the kind of quotes and dashes. */
function loosened(line: string): string {
  return line.normalize("NFKC")
    .replace(/[\u2018\u2019\u201B\u2032`]/g, "'")
    .replace(/[\u201C\u201D\u2033]/g, '"')
    .replace(/[\u2010-\u2015\u2212]/g, "-")
    .replace(/[\s\uFEFF\u200B-\u200D]+/g, " ")
    .trim();
}

function sameButForSpace(lines: readonly string[], wanted: readonly string[]): number[] {
  const loose = wanted.map(loosened);
  const found: number[] = [];
  for (let start = 0; start + loose.length <= lines.length && found.length < 3; start++) {
    if (loose.every((line, index) => loosened(lines[start + index]!) === line)) found.push(start);
  }
  // A part of a line, where a whole one is not the same.
  if (found.length === 0 && loose.length === 1) {
    const at = lines.findIndex((line) => loosened(line).includes(loose[0]!));
    if (at !== -1) found.push(at);
  }
  return found;
}

function likeness(lines: readonly string[], wanted: readonly string[], start: number): string {
  const at = wanted.findIndex((line, index) => !lines[start + index]!.includes(line));
  const end = start + wanted.length;
  const where = wanted.length === 1 ? `Line ${end} is` : `Lines ${start + 1}-${end} are`;
  const same = `${where} the same but for white space, quotes or other look-alikes`;
  if (at === -1) return `${same} between the lines:\n${excerpt(lines, start, wanted.length)}`;
  return `${same}: line ${start + at + 1} is ${shown(lines[start + at]!)}, ` +
    `and old_string has ${shown(wanted[at]!)}.`;
}

function shown(line: string): string {
  return JSON.stringify(line.length > SHOWN_CHARS ? `${line.slice(0, SHOWN_CHARS)}…` : line);
}

function mostAlike(lines: readonly string[], wanted: readonly string[]): Window[] {
  // The longest line says most about the place.
  const anchor = wanted.reduce(
    (best, line, index) => line.trim().length > wanted[best]!.trim().length ? index : best,
    0,
  );
  const key = wanted[anchor]!.trim().slice(0, SHOWN_CHARS);
  const candidates: Window[] = [];
  lines.forEach((line, index) => {
    const text = line.trim();
    if (text.length * 3 < key.length || text.length > key.length * 3) return;
    const score = similarity(key, text.slice(0, SHOWN_CHARS));
    if (score >= 0.5) candidates.push({ start: Math.max(0, index - anchor), score });
  });
  return candidates
    .sort((a, b) => b.score - a.score)
    .slice(0, 20)
    .map(({ start }) => ({ start, score: windowScore(lines, wanted, start) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, 2);
}

function windowScore(lines: readonly string[], wanted: readonly string[], start: number): number {
  const compared = wanted.slice(0, 30);
  const sum = compared.reduce((total, line, index) => {
    const other = lines[start + index] ?? "";
    return total + similarity(line.slice(0, SHOWN_CHARS), other.slice(0, SHOWN_CHARS));
  }, 0);
  return sum / compared.length;
}

function excerpt(lines: readonly string[], start: number, count: number): string {
  const shownLines = lines.slice(start, start + Math.min(count, SHOWN_LINES));
  const text = shownLines.map((line, index) => {
    const part = line.length > SHOWN_CHARS ? `${line.slice(0, SHOWN_CHARS)}…` : line;
    return `${String(start + index + 1).padStart(6)}| ${part}`;
  });
  if (count > SHOWN_LINES) text.push(`        … ${count - SHOWN_LINES} more lines`);
  return text.join("\n");
}
