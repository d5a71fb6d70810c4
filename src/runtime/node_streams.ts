// Web streams over Node's, with the promises of `Child`: nothing is read ahead of who reads, beyond
// what Node itself holds, and giving up closes what is underneath.
// Used by `node_process.ts` and `node_machine.ts`. Node's own `toWeb()` throws into the event loop
// when a stream that was closed is destroyed, and loses what an ended process left in its pipe.

import type { Readable, Writable } from "node:stream";

/** What can be read from a stream of Node's, which is read from now on. */
export function readableBytes(source: Readable): ReadableStream<Uint8Array> {
  let failure: unknown;
  let wake = () => {};
  // With a listener for `readable`, Node never reads on by itself, not even when a child ends.
  for (const event of ["readable", "end", "close"]) source.on(event, () => wake());
  source.on("error", (error) => {
    failure = error;
    wake();
  });
  return new ReadableStream({
    async pull(controller) {
      for (;;) {
        const chunk = source.read() as Uint8Array<ArrayBuffer> | null;
        if (chunk !== null) return controller.enqueue(plain(chunk));
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

/** What can be written to a stream of Node's. A write resolves when the system has the bytes. */
export function writableBytes(sink: Writable): WritableStream<Uint8Array> {
  let failure: Error | undefined;
  let closed = false;
  let wake = () => {};
  sink.on("error", (error) => {
    failure ??= error;
    wake();
  });
  sink.on("close", () => {
    closed = true;
    wake();
  });
  return new WritableStream({
    start(controller) {
      // Called at once, which `abort()` is not while a write waits.
      controller.signal.addEventListener("abort", () => sink.destroy());
    },
    async write(chunk) {
      let done = false;
      sink.write(chunk, (error) => {
        failure ??= error ?? undefined;
        done = true;
        wake();
      });
      while (!done && failure === undefined && !closed) {
        await new Promise<void>((resolve) => wake = resolve);
      }
      if (failure !== undefined) throw failure;
      if (!done) throw new Error("it was closed");
    },
    async close() {
      // All is with the system by now, and it has nothing to say that still counts.
      sink.destroy();
      while (!closed) await new Promise<void>((resolve) => wake = resolve);
    },
  });
}

/** The same bytes as what the Web has: a Buffer has other habits. */
function plain(buffer: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
