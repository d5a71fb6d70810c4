// The only way from a path that a model gave to a file: resolves it, keeps it inside the roots and
// away from what is protected, and hands out what was found. Made once, used by every file tool.
// Tools go on by the `at` of what they got, never again by the path: with roots, on Linux, it leads
// through a handle, so that a folder swapped for a symlink after the check changes nothing.

import { FileError, type FileInfo, type Runtime } from "../src/runtime/runtime.ts";
import { ToolError } from "../src/server/define.ts";
import { fileFailure, isMissing, kindName, notAFile } from "./file_failure.ts";
import { createFileLocks, type FileLocks } from "./file_locks.ts";
import { missingFile } from "./missing_file.ts";
import { notADir, type OpenedDir, openedDir, type OpenedFile, openHeldFile } from "./opened_dir.ts";
import { joinPath, lastName, parentPath, quoted } from "./path_inside.ts";
import { type Held, holdPath, openRoots, type PathGate } from "./path_gate.ts";
import { type FileUse, protectFiles } from "./protected_files.ts";

export type { OpenedDir, OpenedFile } from "./opened_dir.ts";

/** What the file tools may reach. */
export interface FileAccessOptions {
  /** Folders that everything stays inside. Default: none, which means everywhere. */
  readonly roots?: readonly string[];
  /** lmcp's own token and configuration files, which nothing may touch. */
  readonly secrets?: readonly string[];
  /** lmcp's state folder, which nothing may touch but to read a log by its path. */
  readonly stateDir: string;
}

/** A place for a file: a folder that is there, and a name in it that may not be. */
export interface FilePlace {
  /** With no symlink left in it. */
  readonly path: string;
  readonly dir: OpenedDir;
  readonly name: string;
  /** The path to use for calls on the file. */
  readonly at: string;
  /** Whether `at` leads through a handle, because there are roots. */
  readonly held: boolean;
  /** What is there now; undefined for nothing. Refuses what is protected or no regular file. */
  look(): Promise<FileInfo | undefined>;
  close(): void;
}

/** The files that tools may touch. Every member throws a `ToolError` that says what to do. */
export interface FileAccess {
  /** Resolved; empty means everywhere. */
  readonly roots: readonly string[];
  /** One writer a file at a time; by `FilePlace.path`. */
  readonly locks: FileLocks;
  /** The absolute form of a path: `~` is the home folder; relative is to the first root, else to the server's folder. */
  absolute(path: string): string;
  openFile(path: string): Promise<OpenedFile>;
  openDir(path: string): Promise<OpenedDir>;
  /**
   * Where a file is to be written, symlinks followed. Makes missing folders where asked; `false`
   * says that the caller could ask.
   */
  openPlace(path: string, createDirs?: boolean): Promise<FilePlace>;
}

/** What the tools say of their paths. */
export const PATH_HINT = "Absolute, ~/…, or relative to the first root, else the server's folder";

const HOPS = 40;

function namesFolder(path: string, asked: string): ToolError {
  return new ToolError(
    `Cannot write ${quoted(path)}: it ends as the path of a folder does; end it with the name of ` +
      "a file",
    { code: "is_a_dir", path: asked },
  );
}

/** Opens the way to the files. @throws {Error} for a root that is no folder. */
export async function openFileAccess(
  runtime: Runtime,
  options: FileAccessOptions,
): Promise<FileAccess> {
  const { files } = runtime;
  const roots = await openRoots(runtime, options.roots ?? []);
  const own = (options.secrets ?? []).map((path) => absolutePath(path));
  const gate: PathGate = {
    files,
    roots,
    protected: protectFiles(runtime, absolutePath(options.stateDir), own),
  };

  function absolutePath(path: string): string {
    const expanded = path === "~" || path.startsWith("~/") ? `${home(path)}${path.slice(1)}` : path;
    const full = expanded.startsWith("/")
      ? expanded
      : joinPath(roots[0] ?? runtime.cwd(), expanded);
    return full.replace(/\/(?:\.?\/)+/g, "/").replace(/(?<=.)\/\.?$/, "");
  }

  function home(path: string): string {
    const dir = runtime.env("HOME");
    if (dir !== undefined) return dir;
    throw new ToolError(`Cannot tell what ${quoted(path)} is: HOME is not set; use the full path`);
  }

  function absolute(path: string): string {
    if (path === "") throw new ToolError('Cannot use "" as a path: name a file or folder');
    if (path.includes("\0")) {
      throw new ToolError(`Cannot use ${quoted(path)} as a path: it holds a NUL character`);
    }
    return absolutePath(path);
  }

  /** Holds what is at a path that must lead somewhere. */
  async function hold(path: string, doing: FileUse): Promise<Held> {
    try {
      return await holdPath(gate, path, path, doing);
    } catch (error) {
      if (!isMissing(error)) throw fileFailure(error, doing, path);
      throw await special(path, doing) ?? await missingFile(gate, path, doing);
    }
  }

  // Pipes and sockets of a process (`/dev/stdin`) are there, yet have no path.
  async function special(path: string, doing: FileUse): Promise<ToolError | undefined> {
    try {
      const { type } = await files.stat(path);
      return type === "file" || type === "dir" ? undefined : notAFile(doing, path, type);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return undefined;
    }
  }

  async function openFile(path: string): Promise<OpenedFile> {
    const asked = absolute(path);
    const held = await hold(asked, "read");
    try {
      const info = await files.stat(held.at);
      await gate.protected.check(held.path, info, "read");
      return await openHeldFile(gate, held, info, asked, "read");
    } catch (error) {
      throw fileFailure(error, "read", asked);
    } finally {
      held.close();
    }
  }

  async function openDir(path: string): Promise<OpenedDir> {
    const asked = absolute(path);
    const held = await hold(asked, "list");
    try {
      const info = await files.stat(held.at);
      if (info.type !== "dir") throw notADir(asked);
      await gate.protected.check(held.path, info, "list");
      return openedDir(gate, held);
    } catch (error) {
      held.close();
      throw fileFailure(error, "list", asked);
    }
  }

  async function openPlace(path: string, createDirs?: boolean): Promise<FilePlace> {
    const asked = absolute(path);
    if (/(?:^|\/)\.{0,2}$/.test(path)) throw namesFolder(path, asked);
    let next = asked;
    for (let hops = 0; hops < HOPS; hops++) {
      const dir = await holdParent(next, asked, createDirs);
      try {
        const target = await symlinkTarget(joinPath(dir.at, lastName(next)));
        if (target === undefined) return placeIn(dir, lastName(next), asked);
        dir.close();
        next = target.startsWith("/") ? target : joinPath(dir.path, target);
      } catch (error) {
        dir.close();
        throw fileFailure(error, "write", asked);
      }
    }
    throw fileFailure(new FileError("loop", asked, ""), "write", asked);
  }

  async function symlinkTarget(at: string): Promise<string | undefined> {
    try {
      return (await files.lstat(at)).type === "symlink" ? await files.readlink(at) : undefined;
    } catch (error) {
      if (!isMissing(error)) throw error;
      return undefined;
    }
  }

  async function holdParent(path: string, asked: string, createDirs?: boolean): Promise<Held> {
    const parent = parentPath(path);
    try {
      return createDirs
        ? await makeDirs(parent, asked)
        : await holdPath(gate, parent, asked, "write");
    } catch (error) {
      if (!isMissing(error)) throw fileFailure(error, "write", asked);
      const failure = await missingFile(gate, parent, "write", asked);
      const hint = createDirs === false ? "; create_dirs makes missing folders" : "";
      throw new ToolError(`${failure.message}${hint}`, { code: "not_found", path: asked });
    }
  }

  async function makeDirs(path: string, asked: string): Promise<Held> {
    try {
      return await holdPath(gate, path, asked, "write");
    } catch (error) {
      if (!isMissing(error) || path === "/") throw error;
    }
    const name = lastName(path);
    const up = await makeDirs(parentPath(path), asked);
    try {
      await gate.protected.check(joinPath(up.path, name), undefined, "write");
      const at = joinPath(up.at, name);
      await files.mkdir(at).catch((error) => {
        if (!(error instanceof FileError && error.code === "exists")) throw error;
      });
      return await holdPath(gate, at, asked, "write");
    } finally {
      up.close();
    }
  }

  function placeIn(held: Held, name: string, asked: string): FilePlace {
    const path = joinPath(held.path, name);
    const at = joinPath(held.at, name);
    return {
      path,
      dir: openedDir(gate, held),
      name,
      at,
      held: roots.length > 0,
      async look() {
        const info = await files.lstat(at).catch((error) => {
          if (isMissing(error)) return undefined;
          throw fileFailure(error, "write", asked);
        });
        if (info !== undefined && info.type !== "file") {
          if (info.type === "dir") throw notAFile("write", asked, info.type);
          throw new ToolError(
            `Cannot write ${quoted(asked)}: it is ${kindName(info.type)}, not a regular file`,
            { code: "not_a_file", path: asked },
          );
        }
        await gate.protected.check(path, info, "write");
        return info;
      },
      close: held.close,
    };
  }

  return { roots, locks: createFileLocks(), absolute, openFile, openDir, openPlace };
}
