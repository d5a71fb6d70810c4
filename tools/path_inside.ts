// Absolute paths as text: what lies inside what, by whole segments, and their parts.
// Used by the file tools. Never looks at the disk: symlinks must be resolved before.

/** Whether a path is a folder or below it. `/allowed-evil` is not inside `/allowed`. */
export function isInside(path: string, dir: string): boolean {
  return path === dir || path.startsWith(dir.endsWith("/") ? dir : `${dir}/`);
}

/** The path of an entry of a folder. */
export function joinPath(dir: string, name: string): string {
  return dir.endsWith("/") ? `${dir}${name}` : `${dir}/${name}`;
}

/** The folder of a path: `/a` for `/a/b`, `/` for `/a`. */
export function parentPath(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

/** The last segment of a path: `b` for `/a/b`. */
export function lastName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** A path in a sentence. */
export function quoted(path: string): string {
  return JSON.stringify(path);
}
