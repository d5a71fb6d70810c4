// Cuts a window of lines out of a file that streams by, in constant memory, and counts the rest.
// Fed by read_file with one block after the other; holds no more than the window may show.

import type { TextEncoding } from "./encodings.ts";
import { joined } from "./file_hash.ts";
import { decodeText } from "./text_encoding.ts";

/** Which lines are wanted. */
export interface WindowOptions {
  /** The first line; 1 is the first of the file. */
  readonly offset: number;
  /** Lines at the most. */
  readonly limit: number;
  /** Characters at the most, numbers included. */
  readonly budget: number;
  readonly encoding: TextEncoding;
  /** Put its number before each line. */
  readonly numbers: boolean;
}

/** What the window shows. */
export interface LineWindow {
  readonly text: string;
  /** The last line shown; `offset - 1` when there was none. */
  readonly lastLine: number;
  /** Lines that came by, the whole file if it did. */
  readonly linesSeen: number;
  /** Whether there is something after the last line shown. */
  readonly more: boolean;
  /** The line that did not fit as a whole, and was cut. */
  readonly cutLine: number | undefined;
  /** Whether bytes were replaced that are nothing in the encoding. */
  readonly replaced: boolean;
}

/** A window that is being filled. */
export interface LineReader {
  push(block: Uint8Array): void;
  /** Whether nothing that is still to come can change what is shown. */
  readonly done: boolean;
  /** Ends the last line, if it has no line break, and answers the window. */
  end(): LineWindow;
}

/** Makes an empty window. */
export function openLineReader(options: WindowOptions): LineReader {
  const { offset, limit, budget, encoding, numbers } = options;
  const wide = encoding === "utf-16le";
  // No line can show more than its budget, and no character takes more than three bytes a unit.
  const mostBytes = budget * 3 + 4;
  const shown: string[] = [];
  let shownChars = 0;
  let replaced = false;
  let cutLine: number | undefined;
  let closed = false;
  let more = false;
  /** The line that is coming in. */
  let line = 1;
  let lineBytes = 0;
  let kept: Uint8Array[] = [];
  let keptBytes = 0;
  let odd: Uint8Array | undefined;

  function push(block: Uint8Array): void {
    let bytes = block;
    if (wide) {
      if (odd !== undefined) bytes = joined([odd, bytes]);
      odd = bytes.length % 2 === 1 ? bytes.slice(-1) : undefined;
      if (odd !== undefined) bytes = bytes.subarray(0, -1);
    }
    for (let at = 0; at < bytes.length;) {
      const lineBreak = findBreak(bytes, at);
      const end = lineBreak === -1 ? bytes.length : lineBreak + (wide ? 2 : 1);
      lineBytes += end - at;
      if (closed) more = true;
      else if (line >= offset) keep(bytes, at, end);
      if (lineBreak !== -1) finishLine();
      at = end;
    }
  }

  function findBreak(bytes: Uint8Array, from: number): number {
    let at = bytes.indexOf(10, from);
    while (wide && at !== -1 && (at % 2 === 1 || bytes[at + 1] !== 0)) {
      at = bytes.indexOf(10, at + 1);
    }
    return at;
  }

  function keep(bytes: Uint8Array, from: number, to: number): void {
    if (keptBytes >= mostBytes) return;
    const piece = bytes.slice(from, Math.min(to, from + mostBytes - keptBytes));
    kept.push(piece);
    keptBytes += piece.length;
  }

  function finishLine(): void {
    if (!closed && line >= offset) show();
    line++;
    lineBytes = 0;
    if (keptBytes === 0) return;
    kept = [];
    keptBytes = 0;
  }

  function show(): void {
    const decoded = decodeText(joined(kept), encoding, keptBytes < lineBytes);
    const full = numbers ? `${String(line).padStart(6)}\t${decoded.text}` : decoded.text;
    const room = budget - shownChars;
    if (full.length > room && shown.length > 0) {
      closed = more = true;
      return;
    }
    if (full.length > room || keptBytes < lineBytes) cutLine = line;
    const part = withoutHalf(full.slice(0, room));
    shown.push(part);
    shownChars += part.length;
    replaced ||= decoded.replaced;
    closed = shown.length >= limit || cutLine !== undefined;
  }

  return {
    push,
    get done() {
      return closed && more;
    },
    end() {
      if (odd !== undefined) {
        lineBytes++;
        if (!closed && line >= offset) keep(odd, 0, 1);
      }
      if (lineBytes > 0) finishLine();
      return {
        text: shown.join(""),
        lastLine: offset + shown.length - 1,
        linesSeen: line - 1,
        more,
        cutLine,
        replaced,
      };
    },
  };
}

// A cut between the two halves of a character leaves none of it.
function withoutHalf(text: string): string {
  return /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text;
}
