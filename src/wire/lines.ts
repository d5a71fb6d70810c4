// Newline-delimited text from bytes: linear cost however the chunks fall, and a bound on a line.
// Used by the stdio transports of both sides. A line that passes the bound is dropped whole and
// reported once; the next one is read as if nothing had been. spec: basic/transports/stdio

import { joinBytes } from "./join_bytes.ts";

/** A line that was read, or the news that one was too long. */
export type Line =
  | { readonly kind: "line"; readonly text: string }
  | { readonly kind: "too_long" };

const NEWLINE = 0x0a;
const TOO_LONG: Line = { kind: "too_long" };

/**
 * Makes lines of chunks. A final line without its newline counts; `\r\n` counts as one newline;
 * blank lines are left out; bytes that are not UTF-8 become U+FFFD.
 */
export class LineSplitter {
  readonly #maxBytes: number;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  /** The beginning of a line whose end has not come. */
  #parts: Uint8Array[] = [];
  #size = 0;
  #skipping = false;

  /** `maxBytes` is the longest line that is kept. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that end in a chunk. */
  push(chunk: Uint8Array): readonly Line[] {
    const lines: Line[] = [];
    const last = chunk.lastIndexOf(NEWLINE);
    if (last >= 0) {
      const first = chunk.indexOf(NEWLINE);
      this.#begin(chunk.subarray(0, first), lines);
      this.#end(lines);
      if (last > first) this.#whole(chunk.subarray(first + 1, last), lines);
    }
    this.#begin(chunk.subarray(last + 1), lines);
    return lines;
  }

  /** The line that the end of input ends. */
  end(): readonly Line[] {
    const lines: Line[] = [];
    this.#end(lines);
    return lines;
  }

  /** Takes bytes of a line whose end has not come. */
  #begin(bytes: Uint8Array, lines: Line[]): void {
    if (this.#skipping || bytes.length === 0) return;
    this.#size += bytes.length;
    if (this.#size <= this.#maxBytes) {
      this.#parts.push(bytes);
      return;
    }
    this.#skipping = true;
    this.#parts = [];
    this.#size = 0;
    lines.push(TOO_LONG);
  }

  #end(lines: Line[]): void {
    this.#skipping = false;
    if (this.#size === 0) return;
    addLine(this.#decoder.decode(joinBytes(this.#parts)), lines);
    this.#parts = [];
    this.#size = 0;
  }

  /** Takes lines that are whole. Decoding many at once costs much less than each by itself. */
  #whole(bytes: Uint8Array, lines: Line[]): void {
    if (bytes.length <= this.#maxBytes) {
      for (const text of this.#decoder.decode(bytes).split("\n")) addLine(text, lines);
      return;
    }
    for (let start = 0; start <= bytes.length;) {
      const newline = bytes.indexOf(NEWLINE, start);
      const end = newline < 0 ? bytes.length : newline;
      this.#begin(bytes.subarray(start, end), lines);
      this.#end(lines);
      start = end + 1;
    }
  }
}

function addLine(text: string, lines: Line[]): void {
  const line = text.endsWith("\r") ? text.slice(0, -1) : text;
  if (line.trim() !== "") lines.push({ kind: "line", text: line });
}

/**
 * Reads lines, as `LineSplitter` makes them.
 *
 * @param maxBytes the longest line that is kept.
 */
export async function* readLines(
  readable: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Line> {
  const splitter = new LineSplitter(maxBytes);
  for await (const chunk of readable) yield* splitter.push(chunk);
  yield* splitter.end();
}
