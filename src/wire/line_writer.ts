// One ordered writer for many speakers: what is queued while a write is under way goes out joined.
// Used by the stdio transports; a slow reader is felt as `pending` bytes, never as a blocked program.

/** Bytes that are written at once, so that `pending` shows a reader that is slow but reads. */
const MAX_WRITE = 64 * 1024;

/** Writes texts in order. */
export interface LineWriter {
  /** Queues a line; the newline is added. Lines after `close` or a broken pipe are dropped. */
  write(line: string): void;
  /** What waits: bytes, and before they are made characters. */
  readonly pending: number;
  /** Resolves when all that was queued is written, or cannot be. */
  flush(): Promise<void>;
  /** Why writing is over; undefined while it is not. */
  readonly broken: unknown;
  /** Writes what is queued, then closes the stream; resolves when it is closed or broken. */
  close(): Promise<void>;
}

/**
 * Makes a writer on a stream, which it alone may write to from then on.
 *
 * @param onBroken told once when the stream takes nothing more.
 */
export function openLineWriter(
  writable: WritableStream<Uint8Array>,
  onBroken: (reason: unknown) => void,
): LineWriter {
  const sink = writable.getWriter();
  const encoder = new TextEncoder();
  let queued = "";
  let unwritten = 0;
  let running: Promise<void> | undefined;
  let broken: unknown;
  let closed = false;
  sink.closed.catch(fail);

  function fail(reason: unknown): void {
    if (broken !== undefined) return;
    broken = reason ?? new Error("Output is closed");
    queued = "";
    unwritten = 0;
    onBroken(broken);
  }

  async function run(): Promise<void> {
    // A turn of the microtask queue, so that what is written together goes out together.
    await Promise.resolve();
    while (queued !== "") {
      const bytes = encoder.encode(queued);
      queued = "";
      unwritten = bytes.length;
      for (let at = 0; at < bytes.length && broken === undefined; at += MAX_WRITE) {
        const piece = bytes.subarray(at, at + MAX_WRITE);
        await sink.write(piece).catch(fail);
        if (broken === undefined) unwritten -= piece.length;
      }
    }
    running = undefined;
  }

  return {
    write(line) {
      if (broken !== undefined || closed) return;
      queued += line + "\n";
      running ??= run();
    },
    get pending() {
      return queued.length + unwritten;
    },
    async flush() {
      await running;
    },
    get broken() {
      return broken;
    },
    async close() {
      closed = true;
      await running;
      await sink.close().catch(fail);
    },
  };
}
