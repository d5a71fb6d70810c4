// Whether a program can be started by the system's `setsid`, which makes a process the leader of a
// session and then becomes the program. Deno's own `detached` copies the memory map of the whole
// program before: that holds everything else up for 5 to 20 ms, where this takes a third of one.
// Used by `deno_process.ts`. Says yes only where `setsid` is sure to become the program, as Deno tells
// more of what cannot be started.

import type { SpawnOptions } from "./runtime.ts";

/** Where Linux has it. */
export const SETSID = "/usr/bin/setsid";
/** Characters that every system takes as one argument, or as all of them and the environment. */
const SURE_CHARS = 30_000;

let isThere: boolean | undefined;

/** Whether `setsid` is there, and becomes this program for sure. */
export function setsidStarts(command: string, { args, env }: SpawnOptions): boolean {
  isThere ??= Deno.build.os === "linux" && mayRun(SETSID) && isProgram(SETSID) === true;
  if (!isThere || command.startsWith("-")) return false;
  let chars = 0;
  for (const text of args) chars += text.length + 1;
  for (const name in env) chars += name.length + env[name]!.length + 2;
  return chars <= SURE_CHARS && isSure(command, env.PATH ?? "");
}

/** Whether this program was let run another: one that may only run some is not asked for more. */
function mayRun(command: string): boolean {
  return Deno.permissions.querySync({ name: "run", command }).state === "granted";
}

function isSure(command: string, path: string): boolean {
  if (command.startsWith("/")) return isProgram(command) === true;
  if (command === "" || command.includes("/")) return false;
  for (const folder of path.split(":")) {
    const found = folder.startsWith("/") ? isProgram(`${folder}/${command}`) : false;
    // The system goes on looking where there is none; what else is there, it decides about.
    if (found !== undefined) return found;
  }
  return false;
}

/** Whether a file is a program for everybody, and not a script; undefined where there is none. */
function isProgram(path: string): boolean | undefined {
  try {
    const { isFile, mode } = Deno.statSync(path);
    if (!isFile || ((mode ?? 0) & 0o111) !== 0o111) return false;
    using file = Deno.openSync(path);
    const start = new Uint8Array(4);
    file.readSync(start);
    return String.fromCharCode(...start) === "\x7fELF";
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? undefined : false;
  }
}
