// What changed between two texts, as a unified diff. Called by edit_file to show what it did.
// Pure. The cost is bounded: where two texts differ in too many lines, the lines between the first
// and the last difference are shown as replaced.

/** A diff. */
export interface Diff {
  readonly text: string;
  readonly added: number;
  readonly removed: number;
  /** Whether it is only the start of it. */
  readonly cut: boolean;
}

interface Line {
  readonly sign: " " | "-" | "+";
  readonly text: string;
}

const CONTEXT = 3;
const MOST_DIFFERENCES = 1000;

/**
 * Compares two texts by lines; the diff has `limit` characters at the most. `shown` turns a line
 * into what is shown of it.
 */
export function unifiedDiff(
  path: string,
  before: string,
  after: string,
  limit: number,
  shown: (line: string) => string = (line) => line,
): Diff {
  const middle = differing(before, after);
  const lines = compare(
    splitLines(before.slice(middle.start, middle.beforeEnd)),
    splitLines(after.slice(middle.start, middle.afterEnd)),
  );
  const full = [`--- ${path}\n`, `+++ ${path}\n`, ...hunks(lines, middle.line, shown)];
  const { text, cut } = bounded(full, limit);
  const count = (sign: string) => lines.filter((line) => line.sign === sign).length;
  return { text, added: count("+"), removed: count("-"), cut };
}

/** The part between the first and the last difference, in whole lines, with context around. */
function differing(before: string, after: string) {
  const shorter = Math.min(before.length, after.length);
  let same = 0;
  while (same < shorter && before.charCodeAt(same) === after.charCodeAt(same)) same++;
  let start = same;
  for (let lines = 0; lines <= CONTEXT && start > 0; lines++) {
    start = start === 0 ? 0 : before.lastIndexOf("\n", start - 1);
    if (start === -1) start = 0;
  }
  if (start > 0) start++;
  let tail = 0;
  while (
    tail < shorter - same &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  ) tail++;
  let end = before.length - tail;
  for (let lines = 0; lines <= CONTEXT && end < before.length; lines++) {
    const lineBreak = before.indexOf("\n", end);
    end = lineBreak === -1 ? before.length : lineBreak + 1;
  }
  let line = 1;
  for (let at = before.indexOf("\n"); at !== -1 && at < start; at = before.indexOf("\n", at + 1)) {
    line++;
  }
  return { start, line, beforeEnd: end, afterEnd: after.length - (before.length - end) };
}

/** The lines of a text, each with its line break. */
function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** The shortest way from one list of lines to the other (after E. Myers, 1986). */
function compare(before: readonly string[], after: readonly string[]): Line[] {
  const [n, m] = [before.length, after.length];
  const most = Math.min(n + m, MOST_DIFFERENCES);
  // furthest[k + most]: how far down `before` one gets on diagonal k.
  const furthest = new Int32Array(2 * most + 2);
  const trace: Int32Array[] = [];
  for (let d = 0; d <= most; d++) {
    trace.push(furthest.slice(most - d, most + d + 1));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && furthest[most + k - 1]! < furthest[most + k + 1]!);
      let x = down ? furthest[most + k + 1]! : furthest[most + k - 1]! + 1;
      while (x < n && x - k < m && before[x] === after[x - k]) x++;
      furthest[most + k] = x;
      if (x >= n && x - k >= m) return walkBack(before, after, trace);
    }
  }
  return [
    ...before.map((text): Line => ({ sign: "-", text })),
    ...after.map((text): Line => ({ sign: "+", text })),
  ];
}

/** `trace[d]` holds the furthest places before step d, for the diagonals -d to d. */
function walkBack(
  before: readonly string[],
  after: readonly string[],
  trace: readonly Int32Array[],
): Line[] {
  const lines: Line[] = [];
  let [x, y] = [before.length, after.length];
  for (let d = trace.length - 1; d >= 0; d--) {
    const at = (k: number) => trace[d]![k + d] ?? 0;
    const k = x - y;
    const down = k === -d || (k !== d && at(k - 1) < at(k + 1));
    const fromK = down ? k + 1 : k - 1;
    const fromX = d === 0 ? 0 : at(fromK);
    const fromY = d === 0 ? 0 : fromX - fromK;
    while (x > fromX && y > fromY) {
      lines.push({ sign: " ", text: before[--x]! });
      y--;
    }
    if (d === 0) break;
    if (down) lines.push({ sign: "+", text: after[--y]! });
    else lines.push({ sign: "-", text: before[--x]! });
  }
  return lines.reverse();
}

/** The hunks as lines of the diff, each with three lines around what changed. */
function hunks(
  lines: readonly Line[],
  firstLine: number,
  shown: (line: string) => string,
): string[] {
  const text: string[] = [];
  let [oldLine, newLine] = [firstLine, firstLine];
  for (let at = 0; at < lines.length;) {
    let first = at;
    while (first < lines.length && lines[first]!.sign === " ") first++;
    if (first === lines.length) break;
    const start = Math.max(at, first - CONTEXT);
    const end = hunkEnd(lines, first);
    oldLine += start - at;
    newLine += start - at;
    const part = lines.slice(start, end);
    const oldCount = part.filter(({ sign }) => sign !== "+").length;
    const newCount = part.filter(({ sign }) => sign !== "-").length;
    text.push(`@@ -${range(oldLine, oldCount)} +${range(newLine, newCount)} @@\n`);
    for (const line of part) {
      const ended = line.text.endsWith("\n");
      text.push(
        `${line.sign}${shown(line.text)}${ended ? "" : "\n\\ No newline at end of file\n"}`,
      );
    }
    oldLine += oldCount;
    newLine += newCount;
    at = end;
  }
  return text;
}

function hunkEnd(lines: readonly Line[], first: number): number {
  let last = first;
  for (let at = first; at < lines.length && at - last <= 2 * CONTEXT; at++) {
    if (lines[at]!.sign !== " ") last = at;
  }
  return Math.min(lines.length, last + CONTEXT + 1);
}

function range(line: number, count: number): string {
  return count === 1 ? `${line}` : `${count === 0 ? line - 1 : line},${count}`;
}

function bounded(lines: readonly string[], limit: number): { text: string; cut: boolean } {
  let size = 0;
  const fits = lines.findIndex((line) => (size += line.length) > limit);
  if (fits === -1) return { text: lines.join(""), cut: false };
  const text = `${lines.slice(0, fits).join("")}… ${lines.length - fits} more lines of diff\n`;
  return { text, cut: true };
}
