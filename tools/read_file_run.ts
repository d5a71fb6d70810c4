// What the tool read_file does when it is called. Loaded by `read_file.ts` at the first call.
// Reads in constant memory however large the file is. Declares every cut, with how to go on.
// Only text comes with structured content, and with the text in it: several clients show a model
// the structured content alone, so metadata beside an image would hide the image.

import type { ToolResult } from "../src/protocol/types.ts";
import { image, text, toBase64, ToolError } from "../src/server/define.ts";
import type { Encoding, TextEncoding } from "./encodings.ts";
import { fileFailure } from "./file_failure.ts";
import { blocksOf, HASHED_BYTES, hashFile, joined, startHash } from "./file_hash.ts";
import { type FileKind, fileKind } from "./file_kind.ts";
import type { Host } from "./host.ts";
import type { OpenedFile } from "./opened_dir.ts";
import { quoted } from "./path_inside.ts";
import { type LineWindow, openLineReader } from "./text_lines.ts";

/** What clients take of an image: 5 MB as base64. */
const IMAGE_BYTES = 3_750_000;
/** Looked at to tell what a file is. */
const HEAD_BYTES = 16 * 1024;
const NOTHING = new Uint8Array();
const BLOB_BYTES = 1024 * 1024;
/** Characters kept free for what is said about the text. */
const NOTE_CHARS = 600;

interface ReadInput {
  readonly path: string;
  readonly offset?: number;
  readonly limit?: number;
  readonly encoding?: Encoding;
  readonly line_numbers?: boolean;
}

interface Wanted {
  readonly offset: number;
  readonly limit: number;
  readonly numbers: boolean;
  readonly signal: AbortSignal;
}

interface Reading {
  readonly host: Host;
  readonly opened: OpenedFile;
  readonly wanted: Wanted;
}

/** Reads a file, or a part of it. @throws {ToolError} what the caller can mend. */
export async function runReadFile(
  host: Host,
  { path, offset = 1, limit = Infinity, encoding, line_numbers = false }: ReadInput,
  signal: AbortSignal,
): Promise<ToolResult> {
  const opened = await host.files.openFile(path);
  const wanted = { offset, limit, numbers: line_numbers, signal };
  const reading: Reading = { host, opened, wanted };
  try {
    if (encoding === "base64") return await readBytes(reading);
    const blocks = blocksOf(opened, signal);
    const first = (await blocks.next()).value ?? NOTHING;
    const kind: FileKind = encoding === undefined
      ? fileKind(first.subarray(0, HEAD_BYTES), first.length <= HEAD_BYTES)
      : { kind: "text", encoding };
    if (kind.kind === "text") return await readText(reading, kind.encoding, first, blocks);
    return await readBinary(reading, kind.kind, kind.mimeType);
  } catch (error) {
    throw fileFailure(error, "read", opened.path);
  } finally {
    opened.close();
  }
}

async function readText(
  { host, opened, wanted }: Reading,
  encoding: TextEncoding,
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array>,
): Promise<ToolResult> {
  const budget = Math.max(1, host.outputLimit - NOTE_CHARS);
  const reader = openLineReader({ ...wanted, encoding, budget });
  const hash = startHash(host.runtime);
  let size = 0;
  let hashing = opened.info.size <= HASHED_BYTES;
  let whole = true;
  for (let block = first; block.length > 0; block = (await rest.next()).value ?? NOTHING) {
    size += block.length;
    if (size > HASHED_BYTES) hashing = false;
    if (hashing) await hash.update(block);
    reader.push(block);
    if (reader.done && !hashing) {
      whole = false;
      break;
    }
  }
  const window = reader.end();
  if (window.lastLine < wanted.offset && wanted.offset > 1) {
    throw pastTheEnd(opened.path, `line ${wanted.offset}`, `${window.linesSeen} lines`);
  }
  const notes = textNotes(window, wanted.offset, whole, hashing, encoding);
  return withNotes(window.text, notes, {
    path: opened.path,
    text: window.text,
    encoding,
    first_line: window.lastLine < wanted.offset ? null : wanted.offset,
    last_line: window.lastLine < wanted.offset ? null : window.lastLine,
    total_lines: whole ? window.linesSeen : null,
    truncated: window.more || window.cutLine !== undefined,
    next_offset: window.more ? window.lastLine + 1 : null,
    size: whole ? size : opened.info.size,
    mtime: timeOf(opened),
    hash: hashing ? await hash.digest() : null,
  });
}

function textNotes(
  window: LineWindow,
  offset: number,
  whole: boolean,
  hashing: boolean,
  encoding: TextEncoding,
): string[] {
  const notes: string[] = [];
  if (window.cutLine !== undefined) {
    notes.push(
      `Line ${window.cutLine} is too long to show as a whole and was cut; with encoding base64, ` +
        "offset and limit count bytes, which reads any part of it.",
    );
  }
  if (window.more) {
    const of = whole ? ` of ${window.linesSeen}` : "";
    const next = window.lastLine + 1;
    notes.push(`Lines ${offset}-${window.lastLine}${of}; go on with offset ${next}.`);
  } else if (window.linesSeen === 0) {
    notes.push("The file is empty.");
  }
  if (window.replaced) {
    notes.push(
      `Some bytes are not ${encoding} and are shown as \uFFFD; edit_file keeps them as they are.`,
    );
  }
  if (!hashing) notes.push("No hash: the file is larger than 256 MiB.");
  return notes;
}

async function readBytes({ host, opened, wanted }: Reading) {
  const fits = Math.max(3, Math.floor((host.outputLimit - NOTE_CHARS) * 3 / 4));
  const most = Math.min(wanted.limit, fits);
  const start = wanted.offset - 1;
  const bytes = await readPart(opened, start, most + 1, wanted.signal);
  if (bytes.length === 0 && start > 0) {
    throw pastTheEnd(opened.path, `byte ${wanted.offset}`, `${opened.info.size} bytes`);
  }
  const part = bytes.subarray(0, most);
  const next = bytes.length > most ? wanted.offset + most : null;
  const last = start + part.length;
  const notes: string[] = [];
  if (next !== null) {
    notes.push(
      `Bytes ${wanted.offset}-${last} of ${opened.info.size}; go on with offset ${next}.`,
    );
  }
  const hash = await wholeHash(host, opened, wanted.signal);
  if (hash === null) notes.push("No hash: the file is larger than 256 MiB.");
  const base64 = toBase64(part);
  return withNotes(base64, notes, {
    path: opened.path,
    text: base64,
    encoding: "base64",
    first_byte: part.length === 0 ? null : wanted.offset,
    last_byte: part.length === 0 ? null : last,
    truncated: next !== null,
    next_offset: next,
    size: opened.info.size,
    mtime: timeOf(opened),
    hash,
  });
}

async function readBinary(
  { host, opened, wanted }: Reading,
  kind: "image" | "binary",
  mimeType: string,
): Promise<ToolResult> {
  const most = kind === "image" ? IMAGE_BYTES : BLOB_BYTES;
  const what = kind === "image" ? `an image (${mimeType})` : `not text (${mimeType})`;
  if (opened.info.size > most) {
    throw new ToolError(
      `Cannot show ${
        quoted(opened.path)
      } as a whole: it is ${what} of ${opened.info.size} bytes, ` +
        `and no more than ${most} are sent; encoding base64 reads it in parts, by offset and limit`,
      { code: "too_large", path: opened.path, size: opened.info.size },
    );
  }
  const bytes = await readPart(opened, 0, most, wanted.signal);
  const hash = await wholeHash(host, opened, wanted.signal);
  const about = text(`${opened.path} is ${what}: ${bytes.length} bytes, hash ${hash}`);
  if (kind === "image") return { content: [image(bytes, mimeType), about] };
  const hint = text("As text: encoding latin1 or utf-16le. In parts: encoding base64.");
  const resource = { uri: fileUri(opened.path), mimeType, blob: toBase64(bytes) };
  return { content: [about, hint, { type: "resource", resource }] };
}

async function readPart(
  opened: OpenedFile,
  start: number,
  most: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const block of blocksOf(opened, signal, start)) {
    const piece = block.slice(0, most - length);
    pieces.push(piece);
    length += piece.length;
    if (length >= most) break;
  }
  return joined(pieces);
}

async function wholeHash(
  host: Host,
  opened: OpenedFile,
  signal: AbortSignal,
): Promise<string | null> {
  return opened.info.size > HASHED_BYTES ? null : await hashFile(host.runtime, opened, signal);
}

function withNotes(
  shown: string,
  notes: readonly string[],
  facts: { readonly [key: string]: unknown },
): ToolResult {
  if (notes.length === 0) return { content: [text(shown)], structuredContent: facts };
  const note = notes.join(" ");
  return { content: [text(shown), text(`[${note}]`)], structuredContent: { ...facts, note } };
}

function pastTheEnd(path: string, wanted: string, has: string): ToolError {
  return new ToolError(
    `Cannot read ${quoted(path)} from ${wanted}: the file has only ${has}; give a smaller offset`,
    { code: "past_the_end", path },
  );
}

function timeOf({ info }: OpenedFile): string | null {
  return info.mtimeMs === null ? null : new Date(info.mtimeMs).toISOString();
}

function fileUri(path: string): string {
  return `file://${path.split("/").map(encodeURIComponent).join("/")}`;
}
