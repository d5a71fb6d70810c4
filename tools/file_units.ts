// The content of a file as a string that loses nothing, so that text can be found and replaced
// while every other byte stays as it is, be it valid or not. Used by edit_file.
// A file that starts with the UTF-16 mark is a string of its 16-bit units; any other is a string of
// its bytes, in which UTF-8 text is looked for as UTF-8 bytes.

import { latin1Text, utf16Bytes, utf8Bytes } from "./text_encoding.ts";

/** How a file's string relates to its bytes and to text. */
export interface FileUnits {
  /** The content of the file. */
  readonly content: string;
  /** Text as it would stand in the content. */
  fromText(text: string): string;
  /** Content as text, for showing; what is no text is replaced. */
  toText(content: string): string;
  toBytes(content: string): Uint8Array<ArrayBuffer>;
}

/** Takes in the bytes of a file. */
export function fileUnits(bytes: Uint8Array): FileUnits {
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe && bytes.length % 2 === 0;
  if (wide) {
    return {
      content: utf16Text(bytes),
      fromText: (text) => text,
      toText: (content) => content,
      toBytes: utf16Bytes,
    };
  }
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return {
    content: latin1Text(bytes),
    fromText: (text) => latin1Text(utf8Bytes(text)),
    toText: (content) => decoder.decode(bytesOf(content)),
    toBytes: bytesOf,
  };
}

function utf16Text(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 0x4000) {
    const end = Math.min(at + 0x4000, bytes.length);
    const units: number[] = [];
    for (let i = at; i < end; i += 2) units.push(bytes[i]! | (bytes[i + 1]! << 8));
    parts.push(String.fromCharCode(...units));
  }
  return parts.join("");
}

function bytesOf(content: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(content.length);
  for (let at = 0; at < content.length; at++) bytes[at] = content.charCodeAt(at);
  return bytes;
}
