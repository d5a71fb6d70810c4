// Pipes for the streams of processes on Node and Bun (Linux), which give a child sockets instead:
// those cannot be opened as /dev/stdin or /dev/stderr, and a program that writes when nobody reads
// any more gets an error that it does not expect. Used by `node_process.ts`.
// Never leaves a file or a process behind: where pipes cannot be had this way, there are none.

import { closeSync, constants, openSync, readlinkSync, readSync } from "node:fs";
import process from "node:process";
import { childProcess } from "./node_late.ts";

/** What a shell can number; making pipes starts one, so they are made together. */
const NUMBERS = [3, 4, 5, 6, 7, 8, 9];
/**
 * A shell that has an empty here-document open under each number, which it keeps in a pipe, until
 * its input ends. That it has closed 1 says that it is ready.
 */
const HOLD = [
  `exec ${NUMBERS.map((n) => `${n}<<E`).join(" ")}`,
  ...NUMBERS.map(() => "\nE"),
  "exec 1>&-",
  "read line",
].join("\n");
const READY_MS = 2_000;
const LOOK_MS = 0.2;

/** The two ends of a pipe, each the number of an open file. */
export interface Pipe {
  /** Ours: using it never blocks. */
  readonly ours: number;
  /** The child's. To be closed here as soon as the child has it. */
  readonly theirs: number;
}

/** Pipes that nobody uses yet, each open in both directions. */
const spare: number[] = [];

/** Whether pipes can be had this way, as far as is known. */
let possible = process.platform === "linux";

/** Opens a pipe; undefined where the system has none for us, or has no more of them. */
export function openPipe(weDo: "read" | "write"): Pipe | undefined {
  if (possible && spare.length === 0) possible = makeSpare();
  const fd = spare.pop();
  if (fd === undefined) return undefined;
  const opened: number[] = [];
  try {
    const { O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
    const [ours, theirs] = weDo === "read" ? [O_RDONLY, O_WRONLY] : [O_WRONLY, O_RDONLY];
    for (const flags of [ours | O_NONBLOCK, theirs]) {
      opened.push(openSync(`/proc/self/fd/${fd}`, flags));
    }
    return { ours: opened[0]!, theirs: opened[1]! };
  } catch {
    // Too many files are open: starting the program will say so.
    for (const end of opened) closeSync(end);
    return undefined;
  } finally {
    closeSync(fd);
  }
}

/** Makes pipes, in some 2 ms; false when the shell keeps what it holds in something else. */
function makeSpare(): boolean {
  const holder = childProcess().spawn("/bin/sh", ["-c", HOLD], {
    env: {},
    stdio: ["pipe", "ignore", "ignore"],
  });
  holder.on("error", () => undefined); // What could not be started now may be started later.
  // Without a number it has no streams either.
  if (holder.pid === undefined) return true;
  holder.stdin.on("error", () => undefined);
  const files = `/proc/${holder.pid}/fd`;
  let holdsPipes = true;
  try {
    const late = performance.now() + READY_MS;
    while (linkOf(`${files}/1`) !== undefined && performance.now() < late) pause();
    for (const n of NUMBERS) {
      holdsPipes &&= linkOf(`${files}/${n}`)?.startsWith("pipe:") === true;
      if (!holdsPipes) break;
      const fd = openSync(`${files}/${n}`, constants.O_RDWR | constants.O_NONBLOCK);
      spare.push(fd);
      readSync(fd, new Uint8Array(1));
    }
  } catch {
    // Too many files are open: what could be opened has to do.
  } finally {
    holder.kill("SIGKILL");
    holder.stdin.destroy();
  }
  return holdsPipes;
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_MS);
}
