// What a file is, by its first bytes: an image, other binary, or text and in which encoding.
// Called by read_file. Never goes by the name.

import type { TextEncoding } from "./encodings.ts";

/** What was found. */
export type FileKind =
  | { readonly kind: "image" | "binary"; readonly mimeType: string }
  | { readonly kind: "text"; readonly encoding: TextEncoding };

const MAGIC: readonly (readonly [kind: "image" | "binary", mimeType: string, start: string])[] = [
  ["image", "image/png", "\x89PNG\r\n\x1a\n"],
  ["image", "image/jpeg", "\xff\xd8\xff"],
  ["image", "image/gif", "GIF87a"],
  ["image", "image/gif", "GIF89a"],
  ["binary", "application/pdf", "%PDF-"],
  ["binary", "application/zip", "PK\x03\x04"],
  ["binary", "application/gzip", "\x1f\x8b"],
];

/** Looks at the first block of a file. `whole` says that nothing follows it. */
export function fileKind(block: Uint8Array, whole: boolean): FileKind {
  const start = String.fromCharCode(...block.subarray(0, 16));
  for (const [kind, mimeType, magic] of MAGIC) {
    if (start.startsWith(magic)) return { kind, mimeType };
  }
  if (start.startsWith("RIFF") && start.slice(8, 12) === "WEBP") {
    return { kind: "image", mimeType: "image/webp" };
  }
  if (start.startsWith("\xff\xfe")) return { kind: "text", encoding: "utf-16le" };
  if (block.includes(0) || !isUtf8(block, whole)) {
    return { kind: "binary", mimeType: "application/octet-stream" };
  }
  return { kind: "text", encoding: "utf-8" };
}

function isUtf8(block: Uint8Array, whole: boolean): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(block, { stream: !whole });
    return true;
  } catch {
    return false;
  }
}
