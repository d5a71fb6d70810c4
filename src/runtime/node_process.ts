// Starts processes on Node and Bun, each the leader of a process group of its own, and signals them.
// Used by `node.ts` and `bun.ts`; what concerns a group as a whole is in `process_group.ts`. Never
// lets an error of a child reach the event loop.

import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { failureOf } from "./node_errors.ts";
import { NODE_PROC } from "./node_proc.ts";
import { readableBytes, writableBytes } from "./node_streams.ts";
import { checkSignalled, ProcessGroup, type SignalName } from "./process_group.ts";
import type { Child, ExitStatus, SpawnOptions } from "./runtime.ts";
import { spawnErrorOf } from "./spawn_error.ts";

const MACHINE = {
  signal: killNode,
  proc: process.platform === "linux" ? NODE_PROC : undefined,
};

/** Starts a process; throws a `SpawnError` when it cannot be started. */
export function spawnNode(command: string, options: SpawnOptions): Child {
  const child = start(command, options);
  const pid = child.pid!;
  const group = new ProcessGroup(pid, MACHINE);
  const exited = new Promise<ExitStatus>((resolve) => {
    child.once("exit", (code, signal) => {
      group.leaderEnded();
      resolve({ code: code ?? undefined, signal: signal ?? undefined });
    });
  });
  const { stdin, stdout, stderr } = child;
  return {
    pid,
    stdin: stdin === null ? undefined : writableBytes(stdin),
    stdout: stdout === null ? undefined : readableBytes(stdout),
    stderr: stderr === null ? undefined : readableBytes(stderr),
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

function start(command: string, options: SpawnOptions): ChildProcess {
  try {
    const child = spawn(command, options.args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...options.env },
      detached: true,
      stdio: [
        options.stdin === "piped" ? "pipe" : "ignore",
        options.stdout === "piped" ? "pipe" : "ignore",
        options.stderr === "piped" ? "pipe" : "ignore",
      ],
    });
    // Some failures come later, as an event; that there is no number tells at once.
    child.on("error", () => undefined);
    if (child.pid !== undefined) return child;
    for (const stream of child.stdio) stream?.destroy();
  } catch (error) {
    throw spawnErrorOf(command, options, failureOf(error), isDir);
  }
  throw spawnErrorOf(command, options, whyNot(command, options), isDir);
}

// Node tells why only in the event. What it does not throw at once is one of these three.
function whyNot(command: string, { env }: SpawnOptions): { code: string; reason: string } {
  const paths = command.includes("/")
    ? [command]
    : (env.PATH ?? "/usr/bin:/bin").split(":").map((dir) => `${dir}/${command}`);
  const there = paths.filter((path) => isThere(path, constants.F_OK));
  if (there.length === 0) return { code: "ENOENT", reason: "" };
  const runs = there.some((path) => !isDir(path) && isThere(path, constants.X_OK));
  return { code: runs ? "EAGAIN" : "EACCES", reason: "" };
}

function isThere(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
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
