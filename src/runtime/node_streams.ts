// Web streams over Node's, with the promises of `Child`: nothing is read ahead of who reads, beyond
// what Node itself holds, and giving up closes what is underneath.
// Used by `node_process.ts`. Node's own `toWeb()` throws into the event loop when a stream that was
// closed is destroyed, and loses what a process that has ended left in its pipe.

import type { Readable, Writable } from "node:stream";

/** What a process says. The source is read from now on, into its own small buffer only. */
export function readableBytes(source: Readable): ReadableStream<Uint8Array> {
  let failure: unknown;
  let wake = () => {};
  // With a listener for `readable`, Node never reads on by itself, not even when the child ends.
  for (const event of ["readable", "end", "close"]) source.on(event, () => wake());
  source.on("error", (error) => {
    failure = error;
    wake();
  });
  return new ReadableStream({
    async pull(controller) {
      for (;;) {
        const chunk = source.read() as Uint8Array | null;
        if (chunk !== null) {
          return controller.enqueue(
            new Uint8Array(chunk.buffer as ArrayBuffer, chunk.byteOffset, chunk.byteLength),
          );
        }
        if (failure !== undefined) throw failure;
        if (source.readableEnded || source.destroyed) return controller.close();
        await new Promise<void>((resolve) => wake = resolve);
      }
    },
    cancel() {
      source.destroy();
      wake();
    },
  }, { highWaterMark: 0 });
}

/** What a process reads. A write resolves when the bytes are with the system. */
export function writableBytes(sink: Writable): WritableStream<Uint8Array> {
  return new WritableStream({
    start(controller) {
      sink.on("error", (error) => controller.error(error));
    },
    write: (chunk) =>
      new Promise((resolve, reject) => {
        sink.write(chunk, (error) => error ? reject(error) : resolve());
      }),
    close: () =>
      new Promise((resolve, reject) => {
        sink.end((error?: Error | null) => error ? reject(error) : resolve());
      }),
    abort() {
      sink.destroy();
    },
  });
}
