// Between the bytes of a file and text, in the encodings that a file tool can be told.
// Used by what reads and writes files. Encoding refuses what the encoding cannot hold; decoding says
// whether something was replaced.

import { ToolError } from "../src/server/define.ts";
import type { Encoding, TextEncoding } from "./encodings.ts";

/** The text of some bytes. `cut` says that the last character may not be whole: it is left out. */
export function decodeText(
  bytes: Uint8Array,
  encoding: TextEncoding,
  cut = false,
): { text: string; replaced: boolean } {
  if (encoding === "latin1") return { text: latin1Text(bytes), replaced: false };
  try {
    const strict = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
    return { text: strict.decode(bytes, { stream: cut }), replaced: false };
  } catch {
    const loose = new TextDecoder(encoding, { ignoreBOM: true });
    return { text: loose.decode(bytes, { stream: cut }), replaced: true };
  }
}

/** The bytes of some text. @throws {ToolError} for what the encoding cannot hold. */
export function encodeText(text: string, encoding: Encoding): Uint8Array<ArrayBuffer> {
  switch (encoding) {
    case "utf-8":
      return utf8Bytes(text);
    case "utf-16le":
      return utf16Bytes(text);
    case "latin1":
      return latin1Bytes(text);
    case "base64":
      return base64Bytes(text);
  }
}

/** Bytes as characters of the same number. */
export function latin1Text(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 0x2000) {
    // Several times faster than spreading the bytes.
    parts.push(Reflect.apply(String.fromCharCode, undefined, bytes.subarray(at, at + 0x2000)));
  }
  return parts.join("");
}

/** UTF-8 of a text. @throws {ToolError} for half a surrogate pair, which UTF-8 cannot hold. */
export function utf8Bytes(text: string): Uint8Array<ArrayBuffer> {
  const lone = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.exec(text);
  if (lone !== null) {
    throw new ToolError(
      `Cannot write the text: half a character (\\u${lone[0].charCodeAt(0).toString(16)}) stands ` +
        `at ${lone.index}, which UTF-8 cannot hold; leave it out, or send the bytes as base64`,
    );
  }
  return new Uint8Array(new TextEncoder().encode(text));
}

/** UTF-16, little end first, without a mark. */
export function utf16Bytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length * 2);
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    bytes[at * 2] = unit & 0xff;
    bytes[at * 2 + 1] = unit >> 8;
  }
  return bytes;
}

function latin1Bytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit > 0xff) {
      throw new ToolError(
        `Cannot write the text as latin1: it has no ${JSON.stringify(text[at])} (at ${at}); ` +
          "use utf-8",
      );
    }
    bytes[at] = unit;
  }
  return bytes;
}

function base64Bytes(text: string): Uint8Array<ArrayBuffer> {
  try {
    const binary = atob(text);
    return Uint8Array.from(binary, (char) => char.charCodeAt(0));
  } catch {
    throw new ToolError(
      "Cannot write the content: it is not base64 (A-Z a-z 0-9 + / and = at the end); " +
        "send base64, or leave encoding out to write it as text",
    );
  }
}
