// Shows how two values differ, line by line. Used by the messages of equals.ts and shape.ts.
// A big difference is shown roughly rather than slowly: it must never make a failing test hang.

/** Above this many cells the table of common lines is not made; all lines then count as changed. */
const MAX_CELLS = 4_000_000;

/** Prints a value whole, over several lines, with sorted keys. */
export function show(value: unknown): string {
  return Deno.inspect(value, {
    depth: Infinity,
    sorted: true,
    trailingComma: true,
    compact: false,
    iterableLimit: Infinity,
    strAbbreviateSize: Infinity,
  });
}

/** The part of a message that follows the sentence: each line kept, removed (-) or added (+). */
export function showDiff(actual: unknown, expected: unknown): string {
  const text = typeof actual === "string" && typeof expected === "string";
  const [before, after] = [actual, expected].map((value) =>
    text ? splitText(String(value)) : show(value).split("\n")
  ) as [string[], string[]];
  return `\n\n\n    [Diff] Actual / Expected\n\n\n${diffLines(before, after).join("\n")}\n`;
}

/** Splits so that the line ends, and blanks before them, can be seen. */
function splitText(text: string): string[] {
  return text.split("\n").map((line, i, all) =>
    line.replaceAll("\r", "\\r").replaceAll("\t", "\\t") + (i < all.length - 1 ? "\\n" : "")
  );
}

function diffLines(before: string[], after: string[]): string[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (
    end < before.length - start && end < after.length - start &&
    before.at(-1 - end) === after.at(-1 - end)
  ) end++;
  const kept = (lines: string[]) => lines.map((line) => `    ${line}`);
  return [
    ...kept(before.slice(0, start)),
    ...diffMiddle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...kept(before.slice(before.length - end)),
  ];
}

/** The longest common run of lines is kept, the others are marked. */
function diffMiddle(before: string[], after: string[]): string[] {
  const removed = before.map((line) => `-   ${line}`);
  const added = after.map((line) => `+   ${line}`);
  const width = after.length + 1;
  if (before.length * after.length > MAX_CELLS) return [...removed, ...added];
  const common = new Uint32Array((before.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j]!;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      common[i * width + j] = before[i] === after[j]
        ? at(i + 1, j + 1) + 1
        : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < before.length && j < after.length) {
    if (before[i] === after[j]) {
      lines.push(`    ${before[i]}`);
      [i, j] = [i + 1, j + 1];
    } else if (at(i + 1, j) >= at(i, j + 1)) lines.push(removed[i++]!);
    else lines.push(added[j++]!);
  }
  return [...lines, ...removed.slice(i), ...added.slice(j)];
}
