// The program's standard output and error, safe against a reader that is slow or has gone.
// Used by `deno.ts`. Never throws for the reader's sake; never lets a reader of standard error
// that has stopped reading stop the event loop.

/** Standard output and error of the program. */
export interface Console {
  /** Opens standard output. Made only when asked for: Deno takes 3 ms to load its streams. */
  stdout(): WritableStream<Uint8Array>;
  readonly stderrIsTerminal: boolean;
  stderr(text: string): void;
  print(text: string, to?: "stdout" | "stderr"): void;
  /** Writes what still waits for standard error; called right before the program ends. */
  flush(): void;
}

/** Bytes that any pipe holds though nobody reads: so many are written at once. */
const AT_ONCE_BYTES = 8 * 1024;
/** Characters that wait for a reader; what comes after them is counted and dropped. */
const WAITING_CHARS = 256 * 1024;
/** A write that takes longer has no reader, and is not waited for at the end. */
const STALLED_MS = 1_000;
/** How long a stream that another program made non-blocking is left alone when it is full. */
const RETRY_MS = 5;

/** Takes the program's streams. */
export function denoConsole(): Console {
  const isTerminal = Deno.stderr.isTerminal();
  let atOnce = isTerminal || !isPipe("/dev/fd/2") ? Infinity : AT_ONCE_BYTES;
  let waiting: string[] = [];
  let waitingChars = 0;
  let dropped = 0;
  let busySince: number | undefined;

  function take(): Uint8Array {
    if (dropped > 0) waiting.push(`lmcp: ${dropped} lines dropped: nobody read standard error\n`);
    const bytes = new TextEncoder().encode(waiting.join(""));
    waiting = [];
    waitingChars = dropped = 0;
    return bytes;
  }

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      busySince = performance.now();
      // A closed stream has nobody to tell.
      await writeAll(Deno.stderr, take()).catch(() => undefined);
      busySince = undefined;
    }
  }

  function flush(): void {
    // A write at once comes after the one under way, so an empty one waits for that alone.
    const stalled = busySince !== undefined && performance.now() - busySince > STALLED_MS;
    if (!stalled && (busySince !== undefined || waiting.length > 0 || dropped > 0)) {
      writeNow(Deno.stderr, take());
    }
  }

  return {
    stdout: () => new WritableStream({ write: (bytes) => writeAll(Deno.stdout, bytes) }),
    stderrIsTerminal: isTerminal,
    stderr(text) {
      const line = text.endsWith("\n") ? text : `${text}\n`;
      const bytes = new TextEncoder().encode(line);
      if (bytes.length <= atOnce) {
        atOnce -= bytes.length;
        writeNow(Deno.stderr, bytes);
        return;
      }
      atOnce = 0;
      if (waitingChars + line.length > WAITING_CHARS) {
        dropped++;
        return;
      }
      waiting.push(line);
      waitingChars += line.length;
      if (busySince === undefined) work();
    },
    print(text, to = "stdout") {
      if (to === "stderr") flush(); // What was said before comes before.
      writeNow(to === "stderr" ? Deno.stderr : Deno.stdout, new TextEncoder().encode(text), true);
    },
    flush,
  };
}

function isPipe(path: string): boolean {
  try {
    const info = Deno.statSync(path);
    return info.isFifo === true || info.isSocket === true;
  } catch {
    return true;
  }
}

async function writeAll(
  stream: { write(bytes: Uint8Array): Promise<number> },
  bytes: Uint8Array,
): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    try {
      done += await stream.write(bytes.subarray(done));
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

// A reader that has gone away (`lmcp list … | head`) is no failure of ours: the rest is dropped.
// What `must` be written, and cannot be, throws.
function writeNow(
  stream: { writeSync(bytes: Uint8Array): number },
  bytes: Uint8Array,
  must = false,
): void {
  let done = 0;
  do {
    try {
      done += stream.writeSync(bytes.subarray(done));
    } catch (error) {
      if (must && !mayPass(error)) throw error;
      if (!(error instanceof Deno.errors.WouldBlock)) return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  } while (done < bytes.length);
}

function mayPass(error: unknown): boolean {
  return error instanceof Deno.errors.WouldBlock || error instanceof Deno.errors.BrokenPipe;
}
