// The text of a file, piece by piece, each of whole lines, for searching in it.
// Used by the search's own engine. Takes a file with a NUL for binary, and a byte order mark for
// what it says, as ripgrep does. Never holds more than a piece of a file.

import type { OpenFile } from "../src/runtime/runtime.ts";

/** Stands for bytes that are no text: half of a character, which no pattern matches. */
export const NO_TEXT = "\uDC80";

const FIRST_BYTES = 64 * 1024;
const NEXT_BYTES = 1024 * 1024;
const MOST_BYTES = 16 * 1024 * 1024;
const NEWLINE = 0x0a;

const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const LOOSE = new TextDecoder("utf-8", { ignoreBOM: true });

/** The file cannot be searched. */
export class NotText extends Error {
  /** The name of the class, for logs. */
  override readonly name: string = "NotText";
  /** Whether that is because it is binary, and not because of its size. */
  readonly binary: boolean;
  /** Makes the error with its reason. */
  constructor(binary: boolean) {
    super(binary ? "It is binary" : "It has a line of more than 16 MiB, or is UTF-16 and larger");
    this.binary = binary;
  }
}

/** Makes a buffer for `textPieces`, to be used for one file after the other. */
export function pieceBuffer(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(FIRST_BYTES);
}

/**
 * The text of a file; each piece ends with `\n`.
 *
 * @throws {NotText} on a NUL, a line of more than 16 MiB, or more than that of UTF-16.
 */
export async function* textPieces(
  file: OpenFile,
  buffer: Uint8Array<ArrayBuffer> = pieceBuffer(),
): AsyncGenerator<string> {
  let filled = 0;
  let utf16: string | undefined;
  for (let first = true;;) {
    const count = await file.read(buffer.subarray(filled));
    const ended = count === null || count === 0;
    filled += count ?? 0;
    if (!ended && filled < buffer.length) continue;

    let start = 0;
    if (first) {
      utf16 = utf16Of(buffer);
      start = hasMark(buffer) ? 3 : 0;
      first = false;
    }
    const whole = utf16 === undefined ? buffer.lastIndexOf(NEWLINE, filled - 1) + 1 : 0;
    const end = ended ? filled : whole;
    if (end > start) yield decode(buffer.subarray(start, end), utf16);
    if (ended) return;
    buffer.copyWithin(0, end, filled);
    filled -= end;
    if (filled === buffer.length || buffer.length < NEXT_BYTES) buffer = larger(buffer, filled);
  }
}

function utf16Of([first, second]: Uint8Array): string | undefined {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : undefined;
}

function hasMark([first, second, third]: Uint8Array): boolean {
  return first === 0xef && second === 0xbb && third === 0xbf;
}

function larger(buffer: Uint8Array, filled: number): Uint8Array<ArrayBuffer> {
  if (buffer.length >= MOST_BYTES) throw new NotText(false);
  const made = new Uint8Array(Math.max(2 * buffer.length, NEXT_BYTES));
  made.set(buffer.subarray(0, filled));
  return made;
}

function decode(bytes: Uint8Array, utf16: string | undefined): string {
  const text = utf16 === undefined ? decodeUtf8(bytes) : new TextDecoder(utf16).decode(bytes);
  if (text.includes("\0")) throw new NotText(true);
  return text.endsWith("\n") ? text : `${text}\n`;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return STRICT.decode(bytes);
  } catch {
    // Takes a real U+FFFD in such a file for no text, too: it is a trace of the same damage.
    return LOOSE.decode(bytes).replaceAll("\uFFFD", NO_TEXT);
  }
}
