// The part of a long line that is shown, and what is said of the rest.
// Used by the search, where one line of a minified file would fill the whole answer.

const MOST_CHARS = 400;
const BEFORE = 150;

/** The line; of a long one the part around the place that `near` answers, and what was left out. */
export function shownLine(line: string, near: () => number): string {
  if (line.length <= MOST_CHARS) return line;
  const latest = line.length - MOST_CHARS;
  const from = whole(line, Math.max(0, Math.min(near() - BEFORE, latest)));
  const to = whole(line, Math.min(from + MOST_CHARS, line.length));
  return `${left(from)}${line.slice(from, to)}${left(line.length - to)}`;
}

function left(count: number): string {
  return count === 0 ? "" : `[... ${count.toLocaleString("en-US")} characters ...]`;
}

// Never between the halves of a character.
function whole(line: string, at: number): number {
  return /[\uDC00-\uDFFF]/.test(line.charAt(at)) && /[\uD800-\uDBFF]/.test(line.charAt(at - 1))
    ? at - 1
    : at;
}
