// Reads the body of an answer, no more of it than is wanted, and finds out what it is: text and in
// which charset, HTML, an image, or other bytes. Called by `fetch.ts`. Goes by the declared type
// where that says something, else by the bytes.

import { RequestError } from "../src/runtime/http_request.ts";
import { joined } from "./file_hash.ts";
import { fileKind } from "./file_kind.ts";

const HEAD_BYTES = 16 * 1024;
/** Where browsers look for a charset in the page itself. */
const META_BYTES = 1_024;

/** What was read of a body. */
export interface FetchedBody {
  readonly bytes: Uint8Array;
  /** Whether there is more than was wanted. */
  readonly truncated: boolean;
  /** Why it is not whole, where it broke off. */
  readonly broken: string | undefined;
}

/** What a body is. */
export type BodyKind =
  | { readonly kind: "html" | "text"; readonly charset: string }
  | { readonly kind: "image" | "binary"; readonly mimeType: string };

/**
 * Reads up to `most` bytes, which are those after decompression. A body that breaks off gives what
 * had come. @throws the signal's reason.
 */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  most: number,
): Promise<FetchedBody> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  let broken: string | undefined;
  try {
    for await (const piece of body) {
      pieces.push(piece.subarray(0, most - length));
      length += piece.length;
      if (length > most) break;
    }
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    broken = error.message;
  }
  return { bytes: joined(pieces), truncated: length > most, broken };
}

/** Finds out what a body is. */
export function bodyKind(contentType: string, { bytes, truncated }: FetchedBody): BodyKind {
  const type = contentType.split(";")[0]!.trim().toLowerCase();
  const head = bytes.subarray(0, HEAD_BYTES);
  const found = fileKind(head, !truncated && head.length === bytes.length);
  if (found.kind === "image") return found;
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, META_BYTES));
  const declared = isTextType(type);
  const vague = type === "" || type === "application/octet-stream";
  const isHtml = type === "text/html" || type === "application/xhtml+xml" ||
    (vague && /^(\s|ï»¿)*<(!doctype html|html)\b/i.test(start));
  if (found.kind === "binary" && !declared && !isHtml) {
    const generic = found.mimeType === "application/octet-stream";
    return { kind: "binary", mimeType: generic && type !== "" ? type : found.mimeType };
  }
  const charset = charsetOf(contentType, start, bytes);
  return { kind: isHtml ? "html" : "text", charset };
}

/** The text of some bytes. A character that the cut went through is left out. */
export function decoded(bytes: Uint8Array, charset: string, cut: boolean): string {
  return new TextDecoder(charset).decode(bytes, { stream: cut });
}

function isTextType(type: string): boolean {
  return /^text\/|[/+](json|xml|yaml|javascript|ecmascript|x-ndjson|graphql|toml|sql)$/.test(
    type,
  ) ||
    type === "application/x-www-form-urlencoded";
}

// In the order of the standard for HTML: the mark, the header, the page itself.
function charsetOf(contentType: string, start: string, bytes: Uint8Array): string {
  if (start.startsWith("ï»¿")) return "utf-8";
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const named = /charset\s*=\s*["']?([^\s"';,]+)/i.exec(contentType)?.[1];
  const inside = /<meta\b[^>]*?\bcharset\s*=\s*["']?([^\s"'/>;]+)/i.exec(start)?.[1] ??
    /^<\?xml\b[^>]*?\bencoding\s*=\s*["']([^"']+)/i.exec(start)?.[1];
  const label = [named, inside].find((name) => name !== undefined && isKnown(name)) ?? "utf-8";
  // A page that can say so in ASCII is not in UTF-16.
  return label === inside && /^utf-?16/i.test(label) ? "utf-8" : label;
}

function isKnown(charset: string): boolean {
  try {
    new TextDecoder(charset);
    return true;
  } catch {
    return false;
  }
}
