// Starts processes on Node and Bun, each the leader of a process group of its own, and signals them.
// Used by `node.ts` and `bun.ts`; what concerns a group as a whole is in `process_group.ts`. Never
// lets an error of a child reach the event loop.

import type { ChildProcess } from "node:child_process";
import { accessSync, closeSync, constants, existsSync, statSync } from "node:fs";
import process from "node:process";
import type { Readable, Writable } from "node:stream";
import { readBunPipe, writeBunPipe } from "./bun_pipes.ts";
import type { Failure } from "./file_error.ts";
import { failureOf } from "./node_errors.ts";
import { childProcess, net } from "./node_late.ts";
import { openPipe, type Pipe } from "./node_pipes.ts";
import { NODE_PROC } from "./node_proc.ts";
import { readableBytes, writableBytes } from "./node_streams.ts";
import { checkSignalled, ProcessGroup, type SignalName } from "./process_group.ts";
import type { Child, ExitStatus, SpawnOptions } from "./runtime.ts";
import { spawnErrorOf } from "./spawn_error.ts";

const IS_BUN = "Bun" in globalThis;
const MACHINE = {
  signal: killNode,
  proc: process.platform === "linux" ? NODE_PROC : undefined,
};

/** Starts a process; throws a `SpawnError` when it cannot be started. */
export function spawnNode(command: string, options: SpawnOptions): Child {
  const pipes = [
    options.stdin === "piped" ? openPipe("write") : undefined,
    options.stdout === "piped" ? openPipe("read") : undefined,
    options.stderr === "piped" ? openPipe("read") : undefined,
  ];
  let child: ChildProcess;
  try {
    child = start(command, options, pipes);
  } catch (error) {
    for (const pipe of pipes) if (pipe !== undefined) closeSync(pipe.ours);
    throw error;
  } finally {
    for (const pipe of pipes) if (pipe !== undefined) closeSync(pipe.theirs);
  }
  const group = new ProcessGroup(child.pid!, MACHINE);
  const exited = new Promise<ExitStatus>((resolve) => {
    child.once("exit", (code, signal) => {
      group.leaderEnded();
      resolve({ code: code ?? undefined, signal: signal ?? undefined });
    });
  });
  const [stdin, stdout, stderr] = pipes;
  return {
    pid: child.pid!,
    stdin: stdin === undefined ? writing(child.stdin) : writePipe(stdin.ours),
    stdout: stdout === undefined ? reading(child.stdout) : readPipe(stdout.ours),
    stderr: stderr === undefined ? reading(child.stderr) : readPipe(stderr.ours),
    exited,
    killGroup: (signal) => group.kill(signal),
    groupAlive: () => group.alive(),
  };
}

/** Signals a process (or with a negative number a group); false when there is none. */
export function killNode(pid: number, signal: SignalName): boolean {
  checkSignalled(pid);
  try {
    return process.kill(pid, signal);
  } catch (error) {
    const { code } = failureOf(error);
    if (code === "ESRCH") return false;
    // It is there, and belongs to another user.
    if (code === "EPERM") return true;
    throw error;
  }
}

function writing(stream: Writable | null): WritableStream<Uint8Array> | undefined {
  return stream === null ? undefined : writableBytes(stream);
}

function reading(stream: Readable | null): ReadableStream<Uint8Array> | undefined {
  return stream === null ? undefined : readableBytes(stream);
}

function writePipe(fd: number): WritableStream<Uint8Array> {
  if (IS_BUN) return writeBunPipe(fd);
  return writableBytes(new (net().Socket)({ fd, readable: false, writable: true }));
}

function readPipe(fd: number): ReadableStream<Uint8Array> {
  if (IS_BUN) return readBunPipe(fd);
  return readableBytes(new (net().Socket)({ fd, readable: true, writable: false }));
}

function start(
  command: string,
  options: SpawnOptions,
  pipes: readonly (Pipe | undefined)[],
): ChildProcess {
  const { stdin, stdout, stderr } = options;
  try {
    const child = childProcess().spawn(command, options.args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...options.env },
      detached: true,
      stdio: [stdin, stdout, stderr].map((how, n) =>
        how === "piped" ? pipes[n]?.theirs ?? "pipe" : "ignore"
      ),
    });
    // Some failures come later, as an event; that there is no number tells at once.
    child.on("error", () => undefined);
    if (child.pid !== undefined) return child;
    // Where no more files can be open there are not even streams.
    for (const stream of (child.stdio as typeof child.stdio | undefined) ?? []) stream?.destroy();
  } catch (error) {
    throw spawnErrorOf(command, options, failureOf(error), isDir);
  }
  throw spawnErrorOf(command, options, whyNot(command, options), isDir);
}

// Node tells why in an event, which is too late. What it does not throw at once is one of these.
function whyNot(command: string, { env }: SpawnOptions): Failure {
  const because = (code: string) => ({ code, reason: "it could not be started" });
  const isPath = command.includes("/");
  if (isPath && existsSync(command) && !isProgram(command)) return because("EACCES");
  const paths = isPath ? [command] : (env.PATH ?? "").split(":").map((dir) => `${dir}/${command}`);
  const known = paths.some(isProgram);
  return because(known && !startsAnything() ? "EAGAIN" : "ENOENT");
}

// A program that is there is not found when its interpreter is missing; then another still starts,
// with as many streams.
function startsAnything(): boolean {
  return childProcess().spawnSync("/bin/sh", ["-c", ":"], { stdio: "pipe" }).error === undefined;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return !isDir(path);
  } catch {
    return false;
  }
}

function isDir(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
