// The hash of a file, as the file tools tell and expect it: `sha256:` and 64 hex digits.
// Small files go through WebCrypto, large ones through the runtime's hasher: loading that costs
// megabytes, which a server that never reads a large file need not pay.

import type { Hasher, Runtime } from "../src/runtime/runtime.ts";
import type { OpenedFile } from "./opened_dir.ts";

/** Bytes up to which a file is hashed whatever is asked of it; larger only to compare a hash. */
export const HASHED_BYTES = 256 * 1024 * 1024;
/** Files up to this size are held in memory to be hashed. */
const HELD_BYTES = 4 * 1024 * 1024;
const BLOCK = 256 * 1024;

/** Takes the blocks of a file in order. */
export interface FileHash {
  update(block: Uint8Array): Promise<void>;
  digest(): Promise<string>;
}

/** The hash of bytes in memory. */
export async function hashBytes(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `sha256:${Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** Starts the hash of a file, of any size. */
export function startHash(runtime: Runtime): FileHash {
  let held: Uint8Array[] = [];
  let size = 0;
  let hasher: Hasher | undefined;
  return {
    async update(block) {
      size += block.length;
      if (hasher === undefined && size <= HELD_BYTES) {
        held.push(block.slice());
        return;
      }
      hasher ??= await runtime.hasher();
      for (const each of held) hasher.update(each);
      held = [];
      hasher.update(block);
    },
    async digest() {
      return hasher === undefined ? await hashBytes(joined(held)) : `sha256:${hasher.digest()}`;
    },
  };
}

/** The hash of an open file from its start. Ends early when the signal aborts. */
export async function hashFile(
  runtime: Runtime,
  opened: OpenedFile,
  signal: AbortSignal,
): Promise<string> {
  const hash = startHash(runtime);
  for await (const block of blocksOf(opened, signal)) await hash.update(block);
  return await hash.digest();
}

/** The bytes of an open file in order, in blocks that are reused: copy what is kept. */
export async function* blocksOf(
  { file, info }: OpenedFile,
  signal: AbortSignal,
  from = 0,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  // Files of /proc say that their size is 0.
  const end = info.size === 0 ? Infinity : info.size;
  const buffer = new Uint8Array(Math.min(BLOCK, end));
  for (let at = from; at < end;) {
    signal.throwIfAborted();
    const count = await file.read(buffer, at);
    if (count === null || count === 0) return;
    at += count;
    yield buffer.subarray(0, count);
  }
}

/** Joins pieces into one array. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
