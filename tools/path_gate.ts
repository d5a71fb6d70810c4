// Finds what is behind a path and lets through only what lies inside the roots.
// Used by `file_access.ts` and the files beside it. With roots, on Linux, what was found is held by
// a handle and every later call goes through it; elsewhere calls go by the resolved path.

import type { Files, Runtime } from "../src/runtime/runtime.ts";
import { ToolError } from "../src/server/define.ts";
import { isInside, joinPath, quoted } from "./path_inside.ts";
import type { ProtectedFiles } from "./protected_files.ts";

/** What was found behind a path. */
export interface Held {
  /** With no symlink left in it. */
  readonly path: string;
  /** The path to use for calls on it. */
  readonly at: string;
  close(): void;
}

/** What decides on paths. */
export interface PathGate {
  readonly files: Files;
  /** Resolved; empty means everywhere. */
  readonly roots: readonly string[];
  readonly protected: ProtectedFiles;
}

/** Resolves the roots. @throws {Error} for one that is no folder. */
export async function openRoots(runtime: Runtime, roots: readonly string[]): Promise<string[]> {
  const resolved: string[] = [];
  for (const root of roots) {
    const path = root.startsWith("/") ? root : joinPath(runtime.cwd(), root);
    const real = await runtime.files.realpath(path);
    if ((await runtime.files.stat(real)).type !== "dir") {
      throw new Error(`Cannot use ${quoted(root)} as a root: it is not a folder; name a folder`);
    }
    resolved.push(real);
  }
  return resolved;
}

/**
 * Follows a path to what is there and holds it.
 *
 * @throws {FileError} when nothing is there, {ToolError} when it is outside the roots.
 */
export async function holdPath(
  gate: PathGate,
  path: string,
  asked: string,
  doing: string,
): Promise<Held> {
  if (gate.roots.length === 0) {
    const real = await gate.files.realpath(path);
    return { path: real, at: real, close() {} };
  }
  const pin = await gate.files.pin(path);
  const real = pin?.realPath ?? await gate.files.realpath(path);
  if (!isWithin(gate, real)) {
    pin?.close();
    throw outsideRoots(gate, asked, doing);
  }
  return { path: real, at: pin?.path ?? real, close: () => pin?.close() };
}

/** Whether a resolved path lies inside the roots. */
export function isWithin(gate: PathGate, path: string): boolean {
  return gate.roots.length === 0 || gate.roots.some((root) => isInside(path, root));
}

/** The failure for a path that leads out. It never says where to. */
export function outsideRoots(gate: PathGate, asked: string, doing: string): ToolError {
  const roots = gate.roots.map(quoted).join(", ");
  return new ToolError(
    `Cannot ${doing} ${quoted(asked)}: it is outside of what the file tools may use; ` +
      `use a path inside ${roots}`,
    { code: "outside_roots", path: asked },
  );
}
