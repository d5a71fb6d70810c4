// Where lmcp keeps what outlives a call: logs, jobs, keys.
// Called when a host is opened and by whoever writes there. Never makes a folder before it is needed.

import { FileError, type Runtime } from "../src/runtime/runtime.ts";

/**
 * The path of the state folder: `$XDG_STATE_HOME/lmcp`; without that, `/var/lib/lmcp` for root and
 * `~/.local/state/lmcp` for others. A relative `XDG_STATE_HOME` is ignored, as its standard says.
 */
export function stateDirPath(runtime: Runtime): string {
  const xdg = runtime.env("XDG_STATE_HOME");
  if (xdg?.startsWith("/")) return `${xdg.replace(/\/+$/, "")}/lmcp`;
  if (runtime.system().uid === 0) return "/var/lib/lmcp";
  const home = runtime.env("HOME");
  if (home === undefined) {
    throw new Error(
      "Cannot tell where to keep state: neither XDG_STATE_HOME nor HOME is set; set one of them",
    );
  }
  return `${home.replace(/\/+$/, "")}/.local/state/lmcp`;
}

/** Makes a folder inside the state folder, both for this user alone, and answers its path. */
export async function makeStateDir(
  runtime: Runtime,
  stateDir: string,
  name: string,
): Promise<string> {
  const path = `${stateDir}/${name}`;
  const { files } = runtime;
  await files.mkdir(path, { recursive: true, mode: 0o700 });
  for (const dir of [stateDir, path]) {
    const { mode } = await files.stat(dir);
    if (mode === null || (mode & 0o077) === 0) continue;
    try {
      await files.chmod(dir, 0o700);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      throw new FileError(
        error.code,
        dir,
        `Cannot keep state in ${JSON.stringify(dir)}: others may enter it, and its mode cannot ` +
          "be changed to 0700 by this user",
      );
    }
  }
  return path;
}
