// Whether a path lies within the folders that a client named, by whole segments.
// Called by `context.ts`. spec: client/roots

import type { Root } from "./questions.ts";

/** Whether a path (or `file:` URI) is a root or lies below one. */
export function isInRoots(path: string, roots: readonly Root[]): boolean {
  const wanted = segmentsOf(path);
  if (wanted === undefined) return false;
  return roots.some(({ uri }) => {
    const root = segmentsOf(uri);
    return root !== undefined && root.length <= wanted.length &&
      root.every((part, at) => part === wanted[at]);
  });
}

/** The names of an absolute path, with `.` and `..` resolved; undefined when it is not one. */
function segmentsOf(path: string): string[] | undefined {
  let plain = path;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path)) {
    if (!/^file:/i.test(path) || !URL.canParse(path)) return undefined;
    try {
      plain = decodeURIComponent(new URL(path).pathname);
    } catch {
      return undefined; // A percent sign that encodes nothing.
    }
  }
  if (!plain.startsWith("/")) return undefined;
  const out: string[] = [];
  for (const part of plain.split("/")) {
    if (part === "..") out.pop();
    else if (part !== "" && part !== ".") out.push(part);
  }
  return out;
}
