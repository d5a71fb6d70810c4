// Starts processes, each the leader of a process group of its own, and signals whole groups.
// Used by `deno.ts`. Never signals a group whose number the system may have given to others.

import { plainMessage, systemCode } from "./deno_errors.ts";
import { type Child, type ExitStatus, SpawnError, type SpawnOptions } from "./runtime.ts";

type SignalName = "SIGTERM" | "SIGKILL" | "SIGINT" | "SIGHUP" | number;

/** Starts a process; throws a `SpawnError` when it cannot be started. */
export function spawnDeno(command: string, options: SpawnOptions): Child {
  const child = start(command, options);
  const { pid } = child;
  // The leader's number is not given away while it is not reaped, nor while its group has
  // a member. `gone` is set once both have ended; from then on the number may be a stranger's.
  let reaped = false;
  let gone = false;

  function stillOurs(): boolean {
    // With the leader reaped, a process of its number is a new one: the group had emptied.
    if (!gone && reaped && (signalled(pid, 0) || !signalled(-pid, 0))) gone = true;
    return !gone;
  }

  function groupAlive(): boolean {
    return stillOurs() && signalled(-pid, 0) && hasLiving(pid);
  }

  async function wait(): Promise<ExitStatus> {
    const { code, signal } = await child.status;
    reaped = true;
    stillOurs();
    return signal === null ? { code, signal: undefined } : { code: undefined, signal };
  }

  return {
    pid,
    stdin: options.stdin === "piped" ? child.stdin : undefined,
    stdout: options.stdout === "piped" ? child.stdout : undefined,
    stderr: options.stderr === "piped" ? child.stderr : undefined,
    exited: wait(),
    killGroup(signal) {
      // Looked at before, as the signal may end it; sent in any case, as looking is not atomic.
      const alive = groupAlive();
      return !gone && signalled(-pid, signal) && alive;
    },
    groupAlive,
  };
}

/** Signals a process (or with a negative number a group); false when there is none. */
export function signalled(pid: number, signal: SignalName): boolean {
  // To the system, 0 is our own group and -1 is everybody.
  if (!Number.isSafeInteger(pid) || pid === 0 || pid === -1) {
    throw new RangeError(
      `Cannot signal process ${pid}: give its number, or a group's with a minus`,
    );
  }
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

function start(command: string, options: SpawnOptions): Deno.ChildProcess {
  try {
    return new Deno.Command(command, {
      args: [...options.args],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      clearEnv: true,
      env: options.env,
      detached: true,
      stdin: options.stdin === "piped" ? "piped" : "null",
      stdout: options.stdout === "piped" ? "piped" : "null",
      stderr: options.stderr === "piped" ? "piped" : "null",
    }).spawn();
  } catch (error) {
    throw spawnError(command, options, error);
  }
}

function spawnError(command: string, options: SpawnOptions, error: unknown): SpawnError {
  const wanted = `Cannot run ${JSON.stringify(command)}`;
  if (options.cwd !== undefined && !isDir(options.cwd)) {
    const folder = JSON.stringify(options.cwd);
    return new SpawnError("bad_cwd", `${wanted}: the folder to run in, ${folder}, is not there`);
  }
  switch (systemCode(error)) {
    case "ENOENT":
      return new SpawnError(
        "not_found",
        command.includes("/")
          ? `${wanted}: no such program, or its interpreter is missing`
          : `${wanted}: no such program on PATH (${JSON.stringify(options.env.PATH ?? "")})`,
      );
    case "EACCES":
    case "EPERM":
      return new SpawnError("not_permitted", `${wanted}: it is not a program this user may run`);
    case "E2BIG":
      return new SpawnError(
        "too_long",
        `${wanted}: its arguments and environment are longer than the system takes; ` +
          "pass the data on stdin or in a file",
      );
    case "EAGAIN":
    case "EMFILE":
    case "ENFILE":
    case "ENOMEM":
      return new SpawnError(
        "no_resources",
        `${wanted}: the machine has no process, memory or open file left for it; try later`,
      );
    default: {
      const reason = plainMessage(error).replace(/^Failed to spawn '[^']*': /, "");
      return new SpawnError("other", `${wanted}: ${reason}`);
    }
  }
}

function isDir(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

// A zombie answers to signal 0 and is yet no living member. Only Linux lets us tell; elsewhere,
// and where /proc may not be read, the answer of signal 0 stands.
function hasLiving(group: number): boolean {
  if (Deno.build.os !== "linux") return true;
  if (livesIn(group, group)) return true;
  try {
    for (const entry of Deno.readDirSync("/proc")) {
      const pid = Number(entry.name);
      if (pid > 0 && pid !== group && livesIn(pid, group)) return true;
    }
    return false;
  } catch {
    return true;
  }
}

// The name of the program stands in parentheses and may hold any character, so read past the last.
function livesIn(pid: number, group: number): boolean {
  let stat: string;
  try {
    stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  } catch (error) {
    // It ended meanwhile; any other failure must not pass for an empty group.
    const code = systemCode(error);
    if (code === "ENOENT" || code === "ESRCH") return false;
    throw error;
  }
  const [state, , pgrp] = stat.slice(stat.lastIndexOf(")") + 2).split(" ", 3);
  return Number(pgrp) === group && state !== "Z" && state !== "X";
}
