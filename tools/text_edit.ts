// Replaces text literally, one place or all, in the line endings of the place it stands in.
// Called by edit_file. Pure: it changes nothing but the string it answers.

/** A stretch of the content. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Where a text stands. */
export interface Found {
  readonly places: readonly Stretch[];
  /** Places that are the same but for line breaks, where `places` are literal. */
  readonly others: number;
}

/** More places than this are not counted where only one is wanted. */
const COUNTED = 100;

/**
 * Finds a text: as it is; where that is nowhere, with `\n` and `\r\n` taken as the same. With
 * `every`, places do not overlap; else they may, so that one place is known to be the only one.
 */
export function findText(content: string, wanted: string, every: boolean): Found {
  const literal = stretches(content, wanted, every)
    // The second half of a line break is no place to start.
    .filter(({ start }) => content[start] !== "\n" || content[start - 1] !== "\r");
  if (!wanted.includes("\n") || !(content.includes("\r\n") || wanted.includes("\r\n"))) {
    return { places: literal, others: 0 };
  }
  const loose = looseStretches(content, wanted, every);
  if (literal.length === 0) return { places: loose, others: 0 };
  return { places: literal, others: Math.max(0, loose.length - literal.length) };
}

/** Puts the new text in the places of the old, with the line breaks of each place. */
export function replaceText(
  content: string,
  places: readonly Stretch[],
  replacement: string,
): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end } of places) {
    const breaks = content.slice(start, end).match(/\r?\n/g) ?? [breakNear(content, start, end)];
    parts.push(content.slice(at, start), withBreaks(replacement, breaks));
    at = end;
  }
  parts.push(content.slice(at));
  return parts.join("");
}

/** The line of the content that a place is on, from 1. */
export function lineAt(content: string, place: number): number {
  let line = 1;
  for (
    let at = content.indexOf("\n");
    at !== -1 && at < place;
    at = content.indexOf("\n", at + 1)
  ) {
    line++;
  }
  return line;
}

function stretches(content: string, wanted: string, every: boolean): Stretch[] {
  const found: Stretch[] = [];
  const step = every ? wanted.length : 1;
  for (
    let at = content.indexOf(wanted);
    at !== -1 && (every || found.length < COUNTED);
    at = content.indexOf(wanted, at + step)
  ) {
    found.push({ start: at, end: at + wanted.length });
  }
  return found;
}

/** Finds the text with every `\r\n` on both sides taken for `\n`, and maps the places back. */
function looseStretches(content: string, wanted: string, every: boolean): Stretch[] {
  const flat = content.replaceAll("\r\n", "\n");
  const found = stretches(flat, wanted.replaceAll("\r\n", "\n"), every);
  const starts = unflattened(content, found.map(({ start }) => start));
  const ends = unflattened(content, found.map(({ end }) => end));
  return starts.map((start, index) => ({ start, end: ends[index]! }));
}

/** Places in the flat content (ascending) as places in the content. */
function unflattened(content: string, places: readonly number[]): number[] {
  let removed = 0;
  let next = content.indexOf("\r\n");
  return places.map((place) => {
    while (next !== -1 && next - removed < place) {
      removed++;
      next = content.indexOf("\r\n", next + 2);
    }
    return place + removed;
  });
}

/** A text with its line breaks replaced in order; the last one serves for what is left. */
function withBreaks(text: string, breaks: readonly string[]): string {
  let index = 0;
  return text.replace(/\r?\n/g, () => breaks[Math.min(index++, breaks.length - 1)]!);
}

/** The line break of the line that a stretch is on; of the line before where it has none. */
function breakNear(content: string, start: number, end: number): string {
  const after = content.indexOf("\n", end);
  const at = after === -1 ? content.lastIndexOf("\n", Math.max(0, start - 1)) : after;
  return at > 0 && content[at - 1] === "\r" ? "\r\n" : "\n";
}
