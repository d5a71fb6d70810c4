// Stand-in for `@std/streams/to-text`: reads a stream to its end as one string.

/** Joins all chunks of a stream; bytes are decoded as UTF-8. */
export async function toText(stream: ReadableStream): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    text += typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
