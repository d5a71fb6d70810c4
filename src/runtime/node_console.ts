// The program's standard streams on Node and Bun, safe against a reader that is slow or has gone.
// Used by `node_machine.ts`. Never throws for the reader's sake; never lets a reader of standard
// error that has stopped reading stop the event loop.

import { Buffer } from "node:buffer";
import { constants, fstatSync, openSync, writeSync } from "node:fs";
import process from "node:process";
import { tty } from "./node_late.ts";

/** Standard output and error of the program. */
export interface Console {
  readonly stderrIsTerminal: boolean;
  stderr(text: string): void;
  print(text: string, to?: "stdout" | "stderr"): void;
  /** Writes what still waits for standard error; called right before the program ends. */
  flush(): void;
}

const STDOUT = 1;
const STDERR = 2;
/** Bytes that wait for a reader; what comes after them is counted and dropped. */
const WAITING_BYTES = 256 * 1024;
/** How long a full stream is left alone. */
const RETRY_MS = 10;
/** A stream that takes nothing for so long has no reader, and is not waited for at the end. */
const STALLED_MS = 1_000;

/** Takes the program's streams. */
export function nodeConsole(): Console {
  const { fd: stderrFd, isTerminal: stderrIsTerminal } = openStderr();
  let waiting: Uint8Array = new Uint8Array();
  let dropped = 0;
  let fullSince: number | undefined;

  /** Writes what waits, as far as it goes; says last how much was left out. */
  function advance(): void {
    waiting = writeSome(stderrFd, waiting);
    if (waiting.length > 0 || dropped === 0) return;
    const lines = `lmcp: ${dropped} lines dropped: nobody read standard error\n`;
    dropped = 0;
    waiting = writeSome(stderrFd, Buffer.from(lines));
  }

  function work(): void {
    const before = waiting.length;
    advance();
    if (waiting.length === 0) {
      fullSince = undefined;
      return;
    }
    if (fullSince === undefined || waiting.length < before) fullSince = performance.now();
    setTimeout(work, RETRY_MS).unref();
  }

  function flush(): void {
    const since = fullSince ?? performance.now();
    while ((waiting.length > 0 || dropped > 0) && performance.now() - since < STALLED_MS) {
      advance();
      if (waiting.length > 0) pause();
    }
  }

  return {
    stderrIsTerminal,
    stderr(text) {
      const line = Buffer.from(text.endsWith("\n") ? text : `${text}\n`);
      if (waiting.length === 0) {
        waiting = line;
        work();
      } else if (waiting.length + line.length > WAITING_BYTES) dropped++;
      else waiting = Buffer.concat([waiting, line]);
    },
    print(text, to = "stdout") {
      if (to === "stderr") flush(); // What was said before comes before.
      writeAll(to === "stderr" ? STDERR : STDOUT, Buffer.from(text));
    },
    flush,
  };
}

/**
 * Standard error as one that says "full", and does not wait for its reader. To look at
 * `process.stderr` makes it so, and loads 5 ms of streams; most often it is a pipe, or a file or
 * /dev/null, which never wait.
 */
function openStderr(): { readonly fd: number; readonly isTerminal: boolean } {
  try {
    const info = fstatSync(STDERR);
    if (info.isFile() || (info.isCharacterDevice() && !tty().isatty(STDERR))) {
      return { fd: STDERR, isTerminal: false };
    }
    if (info.isFIFO() && process.platform === "linux") {
      const fd = openSync("/proc/self/fd/2", constants.O_WRONLY | constants.O_NONBLOCK);
      return { fd, isTerminal: false };
    }
  } catch {
    // It was closed, or is another user's.
  }
  return { fd: STDERR, isTerminal: process.stderr.isTTY === true };
}

/** Writes all, however long its reader takes. */
function writeAll(fd: number, bytes: Uint8Array): void {
  while (bytes.length > 0) {
    bytes = writeSome(fd, bytes, true);
    if (bytes.length > 0) pause();
  }
}

/**
 * Writes what a stream takes now, and gives the rest. When its reader is gone there is none. What
 * `must` be written, and cannot be, throws.
 */
function writeSome(fd: number, bytes: Uint8Array, must = false): Uint8Array {
  try {
    while (bytes.length > 0) bytes = bytes.subarray(writeSync(fd, bytes));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EAGAIN") return bytes;
    if (must && code !== "EPIPE") throw error;
    return new Uint8Array(); // A reader that has gone away (`lmcp list … | head`) is no failure.
  }
  return bytes;
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
}
