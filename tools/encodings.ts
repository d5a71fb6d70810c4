// The encodings that a file tool can be told, by name. Used by the definitions of `read_file` and
// `write_file`, and by what reads and writes text; `text_encoding.ts` encodes and decodes.

/** The encodings, as the tools' schemas list them. */
export const ENCODINGS = ["utf-8", "utf-16le", "latin1", "base64"] as const;

/** One of the encodings. */
export type Encoding = typeof ENCODINGS[number];

/** An encoding of text, not of bytes. */
export type TextEncoding = Exclude<Encoding, "base64">;
