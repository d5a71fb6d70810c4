// One ordered writer for many speakers: what is queued while a write is under way goes out joined,
// in one write. Used by the stdio transports; a slow reader is felt as `pending` bytes, never as a
// blocked program.

/** Writes texts in order. */
export interface LineWriter {
  /** Queues a line; the newline is added. Lines after `close` or a broken pipe are dropped. */
  write(line: string): void;
  /** Bytes that wait, roughly (UTF-16 units). */
  readonly pending: number;
  /** Resolves when all that was queued is written, or cannot be. */
  flush(): Promise<void>;
  /** Why writing is over; undefined while it is not. */
  readonly broken: unknown;
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
  let queue: string[] = [];
  let pending = 0;
  let running: Promise<void> | undefined;
  let broken: unknown;
  sink.closed.catch(fail);

  function fail(reason: unknown): void {
    if (broken !== undefined) return;
    broken = reason ?? new Error("Output is closed");
    queue = [];
    onBroken(broken);
  }

  async function run(): Promise<void> {
    // A turn of the microtask queue, so that what is written together goes out together.
    await Promise.resolve();
    while (queue.length > 0 && broken === undefined) {
      const text = queue.join("");
      queue = [];
      try {
        await sink.write(encoder.encode(text));
      } catch (error) {
        fail(error);
      }
      pending -= text.length;
    }
    running = undefined;
  }

  return {
    write(line) {
      if (broken !== undefined) return;
      queue.push(line + "\n");
      pending += line.length + 1;
      running ??= run();
    },
    get pending() {
      return pending;
    },
    async flush() {
      await running;
    },
    get broken() {
      return broken;
    },
  };
}
