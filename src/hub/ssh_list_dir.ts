// `list_dir` over ssh: the entries come by `find`, and are sorted, cut into pages and worded as the
// tool itself does it.

import type { ToolResult } from "../protocol/types.ts";
import { compareBytes } from "../../tools/byte_order.ts";
import type { DirEntry } from "../../tools/dir_entry.ts";
import { DirPage, parseCursor } from "../../tools/dir_page.ts";
import { fileFailure } from "../../tools/file_failure.ts";
import type { ListInput } from "../../tools/list_dir_run.ts";
import { FileError, type FileErrorCode } from "../runtime/runtime.ts";
import { ToolError } from "../server/define.ts";
import type { HostCall } from "./link.ts";
import type { Ssh } from "./ssh_run.ts";
import { assignPath } from "./ssh_script.ts";
import { Transfer } from "./transfer.ts";

/** Entries that are held to be sorted. */
const MOST_ENTRIES = 100_000;

const TYPES: { readonly [letter: string]: DirEntry["type"] } = {
  f: "file",
  d: "dir",
  l: "symlink",
  p: "fifo",
  s: "socket",
  c: "char",
  b: "block",
};

// GNU's find prints what is asked for; elsewhere each entry is looked at by the shell and by BSD's stat.
function scriptOf(depth: number, hidden: boolean): string {
  const hide = hidden ? "" : `-name '.*' -prune -printf '.\\0\\0\\0\\0\\0' -o `;
  const hideNames = hidden ? "" : `-name '.*' -prune -o `;
  return `if [ ! -e "$p" ] && [ ! -L "$p" ]; then printf 'not_found\\0'; exit; fi
if [ ! -d "$p" ]; then printf 'not_a_dir\\0'; exit; fi
r=$(cd -- "$p" && ls >/dev/null && pwd -P) || { printf 'not_permitted\\0'; exit; }
printf 'ok\\0%s\\0' "$r"
cd -- "$r" || exit
if find . -maxdepth 0 -printf '' ; then
exec find . -mindepth 1 -maxdepth ${depth} ${hide}-printf '%y\\0%s\\0%T@\\0%l\\0%P\\0'
fi
find . -mindepth 1 -maxdepth ${depth} ${hideNames}-print0 | while IFS= read -r -d '' e; do
k=o; [ -f "$e" ] && k=f; [ -d "$e" ] && k=d; [ -p "$e" ] && k=p; [ -S "$e" ] && k=s
l=; [ -L "$e" ] && { k=l; l=$(readlink -- "$e"); }
set -- $(stat -f '%z %m' -- "$e")
printf '%s\\0%s\\0%s\\0%s\\0%s\\0' "$k" "$1" "$2" "$l" "\${e#./}"
done
`;
}

/** Lists a folder of a host. `limit`: characters of the answer at the most. */
export async function listDirOverSsh(
  ssh: Ssh,
  target: string,
  call: HostCall,
  limit: number,
): Promise<ToolResult> {
  const { path, depth = 1, hidden = false, cursor } = call.args as unknown as ListInput;
  const after = cursor === undefined ? undefined : parseCursor(cursor);
  const transfer = new Transfer((onOutput, signal) =>
    ssh.run({
      target,
      script: { body: assignPath(path) + scriptOf(depth, hidden) },
      timeoutMs: call.timeoutMs,
      signal,
      onOutput,
    }), call.signal);
  try {
    const status = await transfer.until(0);
    if (status !== "ok") {
      throw fileFailure(new FileError(status as FileErrorCode, path, status), "list", path);
    }
    const realPath = await transfer.until(0);
    const all: DirEntry[] = [];
    let skipped = 0;
    while (await transfer.more()) {
      const entry = await readEntry(transfer);
      if (entry === undefined) skipped++;
      else all.push(entry);
      if (all.length < MOST_ENTRIES) continue;
      throw new ToolError(
        `Cannot list ${JSON.stringify(path)} over ssh: there are more than ${MOST_ENTRIES} ` +
          "entries; give a smaller depth, or a folder further down",
      );
    }
    const ordered = all.map((entry) => ({ entry, segments: entry.name.split("/") }))
      .sort((a, b) => compareSegments(a.segments, b.segments))
      .filter(({ segments }) => after === undefined || compareSegments(segments, after) > 0);
    const page = new DirPage(realPath, limit);
    for (const { entry } of ordered) if (!page.take(entry)) break;
    return page.result(after ? 0 : skipped);
  } finally {
    await transfer.close();
  }
}

async function readEntry(transfer: Transfer): Promise<DirEntry | undefined> {
  const letter = await transfer.until(0);
  const size = Number(await transfer.until(0));
  const seconds = parseFloat(await transfer.until(0));
  const target = await transfer.until(0);
  const name = await transfer.until(0);
  if (letter === ".") return undefined;
  const type = TYPES[letter] ?? "other";
  return {
    name,
    type,
    ...(type === "file" && { size }),
    ...(Number.isFinite(seconds) && { mtime: timeText(seconds) }),
    ...(type === "symlink" && { target }),
  };
}

/** A folder's content comes right after it. */
function compareSegments(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const order = compareBytes(a[at]!, b[at]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function timeText(seconds: number): string {
  return new Date(Math.trunc(seconds * 1_000)).toISOString().replace(/\.\d+Z$/, "Z");
}
