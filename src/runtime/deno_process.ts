// Starts processes on Deno, each the leader of a process group of its own, and signals them.
// Used by `deno.ts`; what concerns a group as a whole is in `process_group.ts`. Never lets a child
// inherit the environment of the program.

import { plainMessage, systemCode } from "./deno_errors.ts";
import { DENO_PROC } from "./deno_proc.ts";
import { SETSID, setsidStarts } from "./deno_setsid.ts";
import { checkSignalled, ProcessGroup, type SignalName } from "./process_group.ts";
import type { Child, ExitStatus, SpawnOptions } from "./runtime.ts";
import { spawnErrorOf } from "./spawn_error.ts";

const MACHINE = {
  signal: signalled,
  proc: Deno.build.os === "linux" ? DENO_PROC : undefined,
};

/** Starts a process; throws a `SpawnError` when it cannot be started. */
export function spawnDeno(command: string, options: SpawnOptions): Child {
  const viaSetsid = setsidStarts(command, options);
  const child = start(command, options, viaSetsid);
  const group = new ProcessGroup(child.pid, MACHINE, !viaSetsid);

  async function wait(): Promise<ExitStatus> {
    const status = await child.status.catch(unnamedSignal);
    group.leaderEnded();
    const { code, signal } = status;
    return signal === null ? { code, signal: undefined } : { code: undefined, signal };
  }

  return {
    pid: child.pid,
    stdin: options.stdin === "piped" ? child.stdin : undefined,
    stdout: options.stdout === "piped" ? child.stdout : undefined,
    stderr: options.stderr === "piped" ? child.stderr : undefined,
    exited: wait(),
    killGroup: (signal) => group.kill(signal),
    groupAlive: () => group.alive(),
  };
}

/** Signals a process (or with a negative number a group); false when there is none. */
export function signalled(pid: number, signal: SignalName): boolean {
  checkSignalled(pid);
  try {
    // The type leaves out 0, which asks without sending; the system takes it.
    Deno.kill(pid, signal as Deno.Signal);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    // It is there, and belongs to another user.
    if (error instanceof Deno.errors.PermissionDenied) return true;
    throw error;
  }
}

// Deno has no name for a real-time signal, and fails when one ended a process.
function unnamedSignal(error: unknown): { code: number; signal: string | null } {
  const [, number] = /^Invalid signal: (\d+)$/.exec(plainMessage(error)) ?? [];
  if (number === undefined) throw error;
  return { code: 128 + Number(number), signal: `SIG${number}` };
}

function start(command: string, options: SpawnOptions, viaSetsid: boolean): Deno.ChildProcess {
  try {
    return new Deno.Command(viaSetsid ? SETSID : command, {
      args: viaSetsid ? [command, ...options.args] : [...options.args],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      clearEnv: true,
      env: options.env,
      detached: !viaSetsid,
      stdin: options.stdin === "piped" ? "piped" : "null",
      stdout: options.stdout === "piped" ? "piped" : "null",
      stderr: options.stderr === "piped" ? "piped" : "null",
    }).spawn();
  } catch (error) {
    const reason = plainMessage(error).replace(/^Failed to spawn '[^']*': /, "");
    throw spawnErrorOf(command, options, { code: systemCode(error), reason }, isDir);
  }
}

function isDir(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
