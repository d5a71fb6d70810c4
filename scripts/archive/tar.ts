// Writes a gzipped tar whose bytes depend on nothing but the files: entries in order of their names,
// one time, no owner. Called by scripts/build_archives.ts.

import { gzipSync } from "node:zlib";

/** A file of an archive. */
export interface TarFile {
  /** With `/`, relative, at most 100 bytes. */
  readonly path: string;
  readonly data: Uint8Array;
  /** Whether it can be run: mode 0755, else 0644. */
  readonly executable?: boolean;
}

const BLOCK = 512;
const encoder = new TextEncoder();

/** Gives the archive of files, with the folders above them; `mtime` is in seconds. */
export function tarGz(files: readonly TarFile[], mtime: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  const folders = new Set(files.flatMap(({ path }) => foldersAbove(path)));
  const entries = [
    ...[...folders].map((path) => ({ path: `${path}/`, mode: 0o755, data: new Uint8Array() })),
    ...files.map(({ path, data, executable }) => ({
      path,
      mode: executable ? 0o755 : 0o644,
      data,
    })),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const { path, mode, data } of entries) {
    blocks.push(header(path, mode, data.length, mtime), data);
    blocks.push(new Uint8Array((BLOCK - data.length % BLOCK) % BLOCK));
  }
  blocks.push(new Uint8Array(2 * BLOCK));
  const zipped = gzipSync(joined(blocks), { level: 9 });
  // The header of gzip names the system that wrote it: 3 is Unix.
  zipped[9] = 3;
  return zipped;
}

function foldersAbove(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

/** A header of the ustar format. */
function header(path: string, mode: number, size: number, mtime: number): Uint8Array {
  const bytes = new Uint8Array(BLOCK);
  const name = encoder.encode(path);
  if (name.length > 100) throw new Error(`Path must be at most 100 bytes: got "${path}"`);
  bytes.set(name, 0);
  const octal = (value: number, at: number, length: number) =>
    bytes.set(encoder.encode(value.toString(8).padStart(length - 1, "0")), at);
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(mtime, 136, 12);
  bytes.fill(0x20, 148, 156);
  bytes[156] = (path.endsWith("/") ? "5" : "0").charCodeAt(0);
  bytes.set(encoder.encode("ustar\0" + "00root"), 257);
  bytes.set(encoder.encode("root"), 297);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.set(encoder.encode(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
