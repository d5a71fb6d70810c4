// Runs a program for a call, to its end, its timeout or the call's cancellation, and says which.
// Used by the tools that run programs. The program gets no terminal; what it leaves running after
// a normal end lives on, and its output goes on to `onOutput`.

import type { ExitStatus } from "../src/runtime/runtime.ts";
import { OutputPump } from "./output_pump.ts";
import type { ProcessRegistry } from "./process_registry.ts";

/** What to run, and how long. */
export interface RunOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Default: lmcp's own. */
  readonly cwd?: string | undefined;
  /** The whole environment. */
  readonly env: { readonly [name: string]: string };
  /** What the program reads; without it, its input is at its end. */
  readonly stdin?: string | undefined;
  readonly timeoutMs: number;
  /** The call's: aborted, the program and all it started are ended. */
  readonly signal: AbortSignal;
  /** Takes the next bytes of standard output; the program waits until it resolves. */
  onOutput(bytes: Uint8Array): Promise<void>;
}

/** How a run went. */
export interface RunOutcome {
  readonly how: "exited" | "timed_out" | "cancelled";
  readonly exit: ExitStatus;
  readonly durationMs: number;
  /** False when some process could not even be killed. */
  readonly gone: boolean;
  /**
   * Set when the program ended but something it started still holds its output: `onOutput` is
   * called on, and this resolves at the end of it.
   */
  readonly rest: Promise<void> | undefined;
}

/**
 * Runs a program.
 *
 * @throws {SpawnError} when it cannot be started; the signal's reason when that is aborted
 * already; what `onOutput` throws.
 */
export async function runProcess(
  processes: ProcessRegistry,
  options: RunOptions,
): Promise<RunOutcome> {
  options.signal.throwIfAborted();
  const start = performance.now();
  const tree = processes.spawn(options.command, {
    args: options.args,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: options.env,
    stdin: options.stdin === undefined ? "closed" : "piped",
    stdout: "piped",
    stderr: "ignored",
  });
  const { child } = tree;
  const pump = new OutputPump(child.stdout!, (bytes) => options.onOutput(bytes));
  if (options.stdin !== undefined) void feed(child.stdin!, options.stdin);

  const broken = pump.done.then(() => pump.failure === undefined ? child.exited : undefined);
  const ended = Promise.race([child.exited, broken]);
  const how = await firstOf(ended, options.timeoutMs, options.signal);
  const gone = how === "exited" || await tree.end();
  await pump.settle();
  if (pump.failure !== undefined) {
    await tree.end();
    throw pump.failure;
  }
  const held = !pump.ended;
  if (held && how !== "exited") await pump.cancel();
  return {
    how,
    exit: gone ? await child.exited : { code: undefined, signal: undefined },
    durationMs: Math.round(performance.now() - start),
    gone,
    rest: held && how === "exited" ? pump.done : undefined,
  };
}

async function firstOf(
  ended: Promise<unknown>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<RunOutcome["how"]> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let onAbort: (() => void) | undefined;
  const stopped = new Promise<"timed_out" | "cancelled">((resolve) => {
    timer = setTimeout(resolve, timeoutMs, "timed_out");
    onAbort = () => resolve("cancelled");
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort);
  });
  try {
    return await Promise.race([ended.then(() => "exited" as const), stopped]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort!);
  }
}

/** Writes a text to a program and closes; answers whether the program took all of it. */
async function feed(stdin: WritableStream<Uint8Array>, text: string): Promise<boolean> {
  const writer = stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
    return true;
  } catch {
    // The program ended or closed its input: it has read what it wanted.
    return false;
  }
}
