// Where a path lies inside the proc file system, wherever that is mounted (Linux).
// Called by `protected_files.ts` for the few names that matter.

import { FileError, type Files } from "../src/runtime/runtime.ts";
import { isInside } from "./path_inside.ts";

interface Mount {
  readonly point: string;
  /** The part of the file system that is seen there. */
  readonly root: string;
}

/** The path inside proc (`/123/environ`); undefined for one that is not in any proc. */
export async function procPath(files: Files, path: string): Promise<string | undefined> {
  const mounts = parseProcMounts(await readMounts(files))
    .filter(({ point }) => isInside(path, point))
    .sort((a, b) => b.point.length - a.point.length);
  const mount = mounts[0];
  if (mount === undefined) return undefined;
  return `${mount.root === "/" ? "" : mount.root}${path.slice(mount.point.length)}`;
}

/** The mounts of proc in the text of `/proc/self/mountinfo`. */
export function parseProcMounts(text: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split("\n")) {
    const [left, right] = line.split(" - ");
    const [, , , root, point] = left!.split(" ");
    if (right?.startsWith("proc ") && root !== undefined && point !== undefined) {
      mounts.push({ root: unescaped(root), point: unescaped(point) });
    }
  }
  return mounts;
}

function unescaped(text: string): string {
  return text.replace(
    /\\([0-7]{3})/g,
    (_, digits: string) => String.fromCharCode(parseInt(digits, 8)),
  );
}

async function readMounts(files: Files): Promise<string> {
  const buffer = new Uint8Array(64 * 1024);
  const decoder = new TextDecoder();
  let text = "";
  try {
    const file = await files.open("/proc/self/mountinfo", { read: true });
    try {
      for (let n = await file.read(buffer); n !== null; n = await file.read(buffer)) {
        text += decoder.decode(buffer.subarray(0, n), { stream: true });
      }
    } finally {
      file.close();
    }
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return "0 0 0:0 / /proc - proc proc rw";
  }
  return text;
}
