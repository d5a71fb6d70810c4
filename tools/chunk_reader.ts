// Reads a byte stream into one buffer again and again, where the stream can do that: a flood then
// makes no garbage. Used by `output_pump.ts`. A chunk is to be used before the next is read.

const CHUNK_BYTES = 64 * 1024;

/** Reads chunks. */
export interface ChunkReader {
  /** The next bytes, good until the next `read`; undefined at the end or after `cancel`. */
  read(): Promise<Uint8Array | undefined>;
  /** Closes the stream, whoever still writes to it. */
  cancel(): Promise<void>;
}

/** Reads a stream; it is locked until its end. */
export function chunkReader(stream: ReadableStream<Uint8Array>): ChunkReader {
  const reader = byobReader(stream);
  if (reader === undefined) {
    const plain = stream.getReader();
    return { read: async () => (await plain.read()).value, cancel: () => plain.cancel() };
  }
  let buffer = new ArrayBuffer(CHUNK_BYTES);
  return {
    read: async () => {
      const { value, done } = await reader.read(new Uint8Array(buffer));
      if (value !== undefined) buffer = value.buffer;
      return done ? undefined : value;
    },
    cancel: () => reader.cancel(),
  };
}

function byobReader(stream: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | undefined {
  try {
    return stream.getReader({ mode: "byob" });
  } catch (error) {
    // Not a byte stream: what it gives has buffers of its own.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
