// Web streams over a pipe's end, on Bun, whose sockets of `node:net` do not take one.
// Used by `node_process.ts`. Closes the end when the stream is over or given up, as Bun does not.

import { closeSync } from "node:fs";

/** What is used of Bun. */
interface BunGlobal {
  file(fd: number): {
    stream(): ReadableStream<Uint8Array>;
    writer(): {
      write(bytes: Uint8Array): number | Promise<number>;
      flush(): number | Promise<number>;
      end(): number | Promise<number>;
    };
  };
}

/** Reads the end of a pipe, no further than it is asked to. */
export function readBunPipe(fd: number): ReadableStream<Uint8Array> {
  const source = bun().file(fd).stream().getReader();
  const close = closer(fd);
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await source.read().catch((error) => {
        close();
        throw error;
      });
      if (!done) return controller.enqueue(value);
      close();
      controller.close();
    },
    async cancel() {
      await source.cancel();
      close();
    },
  }, { highWaterMark: 0 });
}

/** Writes to the end of a pipe. A write resolves when the system has the bytes. */
export function writeBunPipe(fd: number): WritableStream<Uint8Array> {
  const sink = bun().file(fd).writer();
  const close = closer(fd);
  async function end(): Promise<void> {
    try {
      await sink.end();
    } finally {
      close();
    }
  }
  return new WritableStream({
    async write(chunk) {
      try {
        await sink.write(chunk);
        await sink.flush();
      } catch (error) {
        await end();
        throw error;
      }
    },
    close: end,
    abort: end,
  });
}

function bun(): BunGlobal {
  return (globalThis as unknown as { Bun: BunGlobal }).Bun;
}

/** Closes once: the number may be another's afterwards. */
function closer(fd: number): () => void {
  let open = true;
  return () => {
    if (open) closeSync(fd);
    open = false;
  };
}
