// Newline-delimited text from bytes: linear cost however the chunks fall, and a bound on a line.
// Used by the stdio transports of both sides. A line that passes the bound is dropped whole and
// reported once; the next one is read as if nothing had been. spec: basic/transports/stdio

import { joinBytes } from "./join_bytes.ts";

/** A line that was read, or the news that one was too long. */
export type Line =
  | { readonly kind: "line"; readonly text: string }
  | { readonly kind: "too_long" };

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * Reads lines. A final line without its newline counts; `\r\n` counts as one newline; blank lines
 * are left out; bytes that are not UTF-8 become U+FFFD.
 *
 * @param maxBytes the longest line that is kept.
 */
export async function* readLines(
  readable: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Line> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let parts: Uint8Array[] = [];
  let size = 0;
  let skipping = false;

  const finish = (): Line | undefined => {
    const bytes = joinBytes(parts);
    parts = [];
    size = 0;
    const end = bytes.at(-1) === RETURN ? bytes.length - 1 : bytes.length;
    const text = decoder.decode(bytes.subarray(0, end));
    return text.trim() === "" ? undefined : { kind: "line", text };
  };

  for await (const chunk of readable) {
    let start = 0;
    while (start < chunk.length) {
      const newline = chunk.indexOf(NEWLINE, start);
      const end = newline < 0 ? chunk.length : newline;
      if (!skipping) {
        size += end - start;
        if (size > maxBytes) {
          skipping = true;
          parts = [];
          size = 0;
          yield { kind: "too_long" };
        } else if (end > start) {
          parts.push(chunk.subarray(start, end));
        }
      }
      if (newline < 0) break;
      start = newline + 1;
      if (skipping) {
        skipping = false;
      } else if (size > 0) {
        const line = finish();
        if (line !== undefined) yield line;
      }
    }
  }
  if (!skipping && size > 0) {
    const line = finish();
    if (line !== undefined) yield line;
  }
}
