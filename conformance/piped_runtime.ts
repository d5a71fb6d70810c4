// A runtime whose every program is a server in this process, on pipes: for tests that run hundreds
// of them, or that break one on purpose. Nothing of the server's own reading and writing is left out.

import type { Server } from "../mod.ts";
import type { Child, Runtime } from "../src/runtime/runtime.ts";
import { serveStdio } from "../src/transports/stdio.ts";

/** What breaks or watches a server: its input and its output pass through. */
export interface Pipes {
  readonly input?: TransformStream<Uint8Array, Uint8Array>;
  readonly output?: TransformStream<Uint8Array, Uint8Array>;
}

/** Makes it out of a real one; `serve` makes the server of each program that is started. */
export function pipedRuntime(
  runtime: Runtime,
  serve: () => Server,
  pipesOf: () => Pipes = () => ({}),
): Runtime {
  return {
    ...runtime,
    spawn(): Child {
      const { input: stdin = plain(), output: stdout = plain() } = pipesOf();
      const end = new AbortController();
      const writer = stdout.writable.getWriter();
      const done = serveStdio(serve(), {
        readable: stdin.readable,
        writable: new WritableStream({ write: (bytes) => writer.write(bytes) }),
        signal: end.signal,
      });
      const exited = done.then(() => ({ code: 0, signal: undefined }));
      // A reader that is gone has broken the pipe already: there is nothing left to close.
      exited.then(() => writer.close()).catch(() => {});
      return {
        pid: 0,
        stdin: stdin.writable,
        stdout: stdout.readable,
        stderr: undefined,
        exited,
        killGroup() {
          end.abort();
          return false;
        },
        groupAlive: () => false,
      };
    },
  };
}

function plain(): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream();
}
