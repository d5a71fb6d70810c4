// Pages of a job's log as a model is shown them: plain text, cut between lines where that is near,
// never inside a character. Used by `job_output`, `job_wait` and `shell_as_job.ts`. Reads no
// more than a page.

import { FileError, type Files } from "../src/runtime/runtime.ts";
import { foldLines } from "./line_folder.ts";
import { PlainText } from "./plain_text.ts";

const LF = 0x0a;
const ESC = 0x1b;
/** No terminal code that matters is longer. */
const CODE_BYTES = 32;

/** A part of a log. Places are bytes from its start. */
export interface LogPage {
  readonly text: string;
  /** Where the text begins. */
  readonly offset: number;
  /** Where the next page begins. */
  readonly next: number;
  /** Bytes in the log now. */
  readonly size: number;
}

/**
 * Reads the page that begins at a place. `limit`: bytes at the most, so also characters. `ended`:
 * nothing more comes, so half a character at the end is shown as it is.
 */
export async function pageFrom(
  files: Files,
  path: string,
  offset: number,
  limit: number,
  ended: boolean,
): Promise<LogPage> {
  const { bytes, size } = await readLog(files, path, () => offset, limit);
  const last = offset + bytes.length >= size;
  const length = last
    ? ended ? bytes.length : wholeLength(bytes)
    : wholeLength(bytes.subarray(0, lineEnd(bytes)));
  return { text: plain(bytes.subarray(0, length)), offset, next: offset + length, size };
}

/** Reads the end: the last `lines`, as far as they fit into `limit` bytes. */
export async function tailPage(
  files: Files,
  path: string,
  lines: number,
  limit: number,
  ended: boolean,
): Promise<LogPage> {
  const read = await readLog(files, path, (size) => Math.max(0, size - limit), limit);
  const { bytes, at, size } = read;
  const end = ended ? bytes.length : wholeLength(bytes);
  let start = at === 0 ? 0 : lineStart(bytes);
  start = Math.max(start, lastLines(bytes.subarray(0, end), lines));
  return { text: plain(bytes.subarray(start, end)), offset: at + start, next: at + end, size };
}

/** Reads what stands at a place and after it, `limit` bytes at the most. */
export async function newBytes(
  files: Files,
  path: string,
  from: number,
  limit: number,
): Promise<{ readonly bytes: Uint8Array; readonly next: number }> {
  const { bytes, at } = await readLog(files, path, () => from, limit);
  return { bytes, next: at + bytes.length };
}

async function readLog(
  files: Files,
  path: string,
  place: (size: number) => number,
  limit: number,
): Promise<{ bytes: Uint8Array; at: number; size: number }> {
  try {
    const file = await files.open(path, { read: true });
    try {
      const { size } = await file.info();
      const at = place(size);
      const bytes = new Uint8Array(Math.max(0, Math.min(limit, size - at)));
      let length = 0;
      while (length < bytes.length) {
        const count = await file.read(bytes.subarray(length), at + length);
        if (count === null || count === 0) break;
        length += count;
      }
      return { bytes: bytes.subarray(0, length), at, size };
    } finally {
      file.close();
    }
  } catch (error) {
    // It is made when the job begins to print.
    if (!(error instanceof FileError) || error.code !== "not_found") throw error;
    return { bytes: new Uint8Array(), at: place(0), size: 0 };
  }
}

function plain(bytes: Uint8Array): string {
  const text = new PlainText();
  return foldLines(text.push(bytes) + text.end());
}

// The end of the last line, where one ends in the second half.
function lineEnd(bytes: Uint8Array): number {
  const end = bytes.lastIndexOf(LF) + 1;
  return end > bytes.length / 2 ? end : bytes.length;
}

// The start of the first whole line, where one begins in the first half, else of a character.
function lineStart(bytes: Uint8Array): number {
  const start = bytes.indexOf(LF) + 1;
  if (start > 0 && start <= bytes.length / 2) return start;
  return Math.max(0, bytes.findIndex((byte) => (byte & 0xc0) !== 0x80));
}

function lastLines(bytes: Uint8Array, lines: number): number {
  let start = bytes.length;
  if (bytes[start - 1] === LF) start--;
  for (let count = 0; count < lines && start >= 0; count++) {
    start = start === 0 ? -1 : bytes.lastIndexOf(LF, start - 1);
  }
  return start + 1;
}

// Without the character and without the terminal code at the end that are not whole.
function wholeLength(bytes: Uint8Array): number {
  const code = bytes.lastIndexOf(ESC);
  if (code >= 0 && bytes.length - code <= CODE_BYTES) {
    const rest = String.fromCharCode(...bytes.subarray(code + 1));
    const open = rest === "" || /^\[[0-?]*[ -/]*$/.test(rest) || /^\][^\n]*$/.test(rest);
    if (open && !rest.includes("\x07")) return code;
  }
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
