// Sentences for programs that could not be started, the same on every runtime.
// Called by `deno_process.ts` and `node_process.ts`. Never looks at the machine itself.

import type { Failure } from "./file_error.ts";
import { SpawnError, type SpawnOptions } from "./runtime.ts";

/** Makes the `SpawnError` of a program; `isDir` looks whether a folder is there. */
export function spawnErrorOf(
  command: string,
  options: SpawnOptions,
  failure: Failure,
  isDir: (path: string) => boolean,
): SpawnError {
  const wanted = `Cannot run ${JSON.stringify(command)}`;
  if (options.cwd !== undefined && !isDir(options.cwd)) {
    const folder = JSON.stringify(options.cwd);
    return new SpawnError("bad_cwd", `${wanted}: the folder to run in, ${folder}, is not there`);
  }
  if ([command, ...options.args, ...Object.entries(options.env).flat()].some(hasNul)) {
    return new SpawnError(
      "other",
      `${wanted}: its name, arguments and environment cannot hold a NUL character`,
    );
  }
  switch (command === "" ? "ENOENT" : failure.code) {
    case "ENOENT":
      return new SpawnError(
        "not_found",
        command.includes("/")
          ? `${wanted}: no such program, or its interpreter is missing`
          : `${wanted}: no such program on PATH (${JSON.stringify(options.env.PATH ?? "")})`,
      );
    case "EACCES":
    case "EPERM":
    case "ENOEXEC":
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
    default:
      return new SpawnError("other", `${wanted}: ${failure.reason}`);
  }
}

function hasNul(text: string): boolean {
  return text.includes("\0");
}
