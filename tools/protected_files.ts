// What no file tool may touch, wherever the roots are: lmcp's own tokens, configuration and state,
// and the files of /proc that show the environment or memory of a process.
// Called by `file_access.ts` with resolved paths. Goes by device and inode as well as by path, so
// that links, bind mounts and other spellings lead nowhere. Never reads what it protects.

import { FileError, type FileInfo, type Files, type Runtime } from "../src/runtime/runtime.ts";
import { ToolError } from "../src/server/define.ts";
import { isInside, joinPath, lastName, parentPath, quoted } from "./path_inside.ts";
import { procPath } from "./proc_path.ts";

/** What a tool is about to do. */
export type FileUse = "read" | "write" | "list";

/** Says no to what is protected. */
export interface ProtectedFiles {
  /**
   * Looks at a path without symlinks in it, and at what is there.
   *
   * @throws {ToolError} when it is protected.
   */
  check(path: string, info: FileInfo | undefined, use: FileUse): Promise<void>;
  /** The same for an entry of a folder that was checked. */
  checkEntry(path: string, info: FileInfo | undefined, use: FileUse): Promise<void>;
}

interface Identity {
  readonly dev: number;
  readonly ino: number;
}

/** What is known of the protected files for a moment, so that a walk does not ask for each file. */
interface Snapshot {
  readonly state: Identity | undefined;
  readonly secrets: readonly Identity[];
  readonly procDev: number | undefined;
  /** Every file of the state folder; found out at the first file with more than one name. */
  stateFiles: Promise<Set<string>> | undefined;
}

const SNAPSHOT_MS = 1000;
const PROC_NAMES = new Set(["environ", "mem", "kcore", "kmsg"]);
const PROC_SECRET = /^\/(?:(?:\d+|self|thread-self)(?:\/task\/\d+)?\/(?:environ|mem)|kcore|kmsg)$/;

/** Makes the check. The paths are absolute; what is missing may come later. */
export function protectFiles(
  runtime: Runtime,
  stateDir: string,
  secrets: readonly string[],
): ProtectedFiles {
  const { files } = runtime;
  let latest: Promise<Snapshot> | undefined;
  let takenAt = -Infinity;

  function snapshot(): Promise<Snapshot> {
    if (latest === undefined || performance.now() - takenAt > SNAPSHOT_MS) {
      takenAt = performance.now();
      latest = takeSnapshot(files, stateDir, secrets);
    }
    return latest;
  }

  async function checkEntry(path: string, info: FileInfo | undefined, use: FileUse): Promise<void> {
    const now = await snapshot();
    if (secrets.includes(path)) throw ownFile(path, use);
    if (await isProcSecret(files, path, info, now)) {
      throw new ToolError(
        `Cannot ${use} ${
          quoted(path)
        }: it shows the environment or memory of a process, or the kernel's log, ` +
          "which no file tool may do",
        { code: "protected", path },
      );
    }
    if (info === undefined || info.ino === null) return;
    if (now.secrets.some((secret) => isSame(secret, info))) throw ownFile(path, use);
    if (info.type === "dir" && now.state !== undefined && isSame(now.state, info)) {
      throw ownFile(path, use);
    }
    if (info.type === "file" && (info.nlink ?? 1) > 1 && info.dev === now.state?.dev) {
      now.stateFiles ??= filesBelow(files, stateDir);
      if ((await now.stateFiles).has(`${info.dev}:${info.ino}`)) throw ownFile(path, use);
    }
  }

  return {
    async check(path, info, use) {
      const inside = await pathInState(files, path, info, stateDir, (await snapshot()).state);
      if (inside !== undefined && !(use === "read" && isCallLog(inside))) throw ownFile(path, use);
      await checkEntry(path, info, use);
    },
    checkEntry,
  };
}

// The logs of calls: their paths are given to whoever made the call, so that they can be read.
function isCallLog(inState: string): boolean {
  return /^logs\/[^/]+\.log$/.test(inState);
}

function ownFile(path: string, use: FileUse): ToolError {
  return new ToolError(
    `Cannot ${use} ${quoted(path)}: it belongs to lmcp itself (tokens, keys, records of jobs), ` +
      "which no file tool may touch; job_output shows the output of a job",
    { code: "protected", path },
  );
}

async function takeSnapshot(
  files: Files,
  stateDir: string,
  secrets: readonly string[],
): Promise<Snapshot> {
  const [state, proc, ...known] = await Promise.all(
    [stateDir, "/proc", ...secrets].map((path) => identity(files, path)),
  );
  return {
    state,
    secrets: known.filter((each) => each !== undefined),
    procDev: proc?.dev,
    stateFiles: undefined,
  };
}

async function identity(files: Files, path: string): Promise<Identity | undefined> {
  try {
    const { dev, ino } = await files.stat(path);
    return ino === null ? undefined : { dev, ino };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return undefined;
  }
}

function isSame(a: Identity, b: FileInfo): boolean {
  return a.dev === b.dev && a.ino === b.ino;
}

/** The path below the state folder, `""` for the folder itself; undefined for what is elsewhere. */
async function pathInState(
  files: Files,
  path: string,
  info: FileInfo | undefined,
  stateDir: string,
  state: Identity | undefined,
): Promise<string | undefined> {
  if (isInside(path, stateDir)) return path.slice(stateDir.length + 1);
  if (state === undefined || (info !== undefined && info.dev !== state.dev)) return undefined;
  // By inode too: through a bind mount, or in another case where case does not count.
  const above: string[] = [];
  for (let dir = path; dir !== "/"; dir = parentPath(dir)) above.push(dir);
  const found = await Promise.all(above.map((dir) => identity(files, dir)));
  const dir = above[found.findIndex((each) => each?.dev === state.dev && each.ino === state.ino)];
  return dir === undefined ? undefined : path.slice(dir.length + 1);
}

async function filesBelow(files: Files, dir: string): Promise<Set<string>> {
  const found = new Set<string>();
  try {
    for await (const { name, type } of files.list(dir)) {
      const path = joinPath(dir, name);
      if (type === "dir") { for (const each of await filesBelow(files, path)) found.add(each); }
      const known = type === "file" ? await identity(files, path) : undefined;
      if (known !== undefined) found.add(`${known.dev}:${known.ino}`);
    }
  } catch (error) {
    // A job may end, or the whole folder be away, while it is looked at.
    if (!(error instanceof FileError)) throw error;
  }
  return found;
}

async function isProcSecret(
  files: Files,
  path: string,
  info: FileInfo | undefined,
  { procDev }: Snapshot,
): Promise<boolean> {
  if (procDev === undefined) return false;
  const onProc = info?.type === "file" && info.dev === procDev;
  if (!onProc && !PROC_NAMES.has(lastName(path))) return false;
  const inProc = await procPath(files, path);
  // A file of /proc behind a path that is not: something was swapped under us.
  return inProc === undefined ? onProc : PROC_SECRET.test(inProc);
}
