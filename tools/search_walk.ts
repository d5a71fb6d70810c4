// Walks a folder for the search: all files below it, in the order of their paths.
// Used where there is no ripgrep, and under `--root`, where every folder is entered by its handle.
// Never follows a symlink, so it cannot run in circles or leave the folder.

import { FileError, type Files } from "../src/runtime/runtime.ts";
import { ToolError } from "../src/server/define.ts";
import { compareBytes } from "./byte_order.ts";
import { type IgnoreRules, parseGitignore } from "./gitignore.ts";
import type { OpenedDir, OpenedFile } from "./opened_dir.ts";
import { joinPath } from "./path_inside.ts";
import type { Candidate, SearchPlace } from "./search_query.ts";
import { smallFileText } from "./small_file.ts";

/** Where the kernel shows itself as files: endless, and some of them wait when they are read. */
export const KERNEL_DIRS: readonly string[] = ["/dev", "/proc", "/sys"];

interface Entry {
  readonly name: string;
  readonly isDir: boolean;
}

interface Rules {
  /** The length of the path of their folder, with its slash. */
  readonly base: number;
  readonly rules: IgnoreRules;
}

/** A folder on the way down. */
interface Folder {
  readonly dir: OpenedDir;
  /** `""` or a path that ends with a slash. */
  readonly prefix: string;
  /** What is left of it, the first one last. */
  readonly left: Entry[];
  /** The .gitignore files that count here, the nearest first. */
  readonly rules: readonly Rules[];
  /** How many of its files are being opened. */
  opening: number;
  done: boolean;
}

/** Walks the files below a folder that are wanted, and closes the folder. */
export async function* walkFiles(
  files: Files,
  start: OpenedDir,
  place: SearchPlace,
): AsyncGenerator<Candidate> {
  const way: Folder[] = [];
  try {
    way.push(await enter(files, place, start, "", []));
    for (let folder = way.at(-1); folder !== undefined; folder = way.at(-1)) {
      place.signal.throwIfAborted();
      const entry = folder.left.pop();
      if (entry === undefined) {
        way.pop();
        leave(folder);
      } else if (entry.isDir) {
        const inner = await descend(files, place, folder, entry.name);
        if (inner !== undefined) way.push(inner);
      } else {
        const path = folder.prefix + entry.name;
        if (place.wants(path)) yield { path, open: () => openIn(folder, entry.name) };
      }
    }
  } finally {
    for (const folder of way) leave(folder);
  }
}

async function descend(
  files: Files,
  place: SearchPlace,
  folder: Folder,
  name: string,
): Promise<Folder | undefined> {
  try {
    const dir = await folder.dir.openDir(name);
    return await enter(files, place, dir, `${folder.prefix}${name}/`, folder.rules);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    place.onUnreadable();
    return undefined;
  }
}

async function enter(
  files: Files,
  place: SearchPlace,
  dir: OpenedDir,
  prefix: string,
  above: readonly Rules[],
): Promise<Folder> {
  try {
    const { entries, rules } = await look(files, place, dir, prefix, above);
    const left = entries
      .filter((entry) => isAhead(entry, prefix, place) && !isIgnored(entry, prefix, rules))
      .sort((a, b) => compareBytes(sortKey(b), sortKey(a)));
    return { dir, prefix, left, rules, opening: 0, done: false };
  } catch (error) {
    dir.close();
    throw error;
  }
}

/** What is in a folder, and what may be left out there. */
async function look(
  files: Files,
  place: SearchPlace,
  dir: OpenedDir,
  prefix: string,
  above: readonly Rules[],
): Promise<{ readonly entries: Entry[]; readonly rules: readonly Rules[] }> {
  const entries: Entry[] = [];
  let repository = false;
  let gitignore = false;
  for await (const { name, type } of files.list(dir.at)) {
    if (name === ".git") repository = true;
    else if (name === ".gitignore" && type === "file") gitignore = place.ignore;
    // A name that is no UTF-8 cannot be asked for.
    if (name === ".git" || name.includes("\uFFFD")) continue;
    if (name.startsWith(".") && !place.hidden) continue;
    if (type === "file") entries.push({ name, isDir: false });
    if (type === "dir" && !KERNEL_DIRS.includes(joinPath(dir.path, name))) {
      entries.push({ name, isDir: true });
    }
  }
  // A repository in another is not told by it what to ignore.
  const inherited = repository ? [] : above;
  const own = gitignore ? await readRules(dir) : undefined;
  if (own === undefined) return { entries, rules: inherited };
  return { entries, rules: [{ base: prefix.length, rules: own }, ...inherited] };
}

async function readRules(dir: OpenedDir): Promise<IgnoreRules | undefined> {
  try {
    const { file } = await dir.openFile(".gitignore");
    const text = await smallFileText(Promise.resolve(file));
    return text === undefined ? undefined : parseGitignore(text);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return undefined;
  }
}

// "a.b" comes before "a/b", so a folder sorts as if its name ended with the slash.
function sortKey({ name, isDir }: Entry): string {
  return isDir ? `${name}/` : name;
}

function isAhead({ name, isDir }: Entry, prefix: string, { from }: SearchPlace): boolean {
  if (from === undefined) return true;
  const path = prefix + name;
  if (isDir) return from.path.startsWith(`${path}/`) || compareBytes(`${path}/`, from.path) > 0;
  const order = compareBytes(path, from.path);
  return order > 0 || (order === 0 && from.line !== undefined);
}

function isIgnored({ name, isDir }: Entry, prefix: string, rules: readonly Rules[]): boolean {
  const path = prefix + name;
  for (const { base, rules: each } of rules) {
    const ignored = each.ignores(path.slice(base), isDir);
    if (ignored !== undefined) return ignored;
  }
  return false;
}

async function openIn(folder: Folder, name: string): Promise<OpenedFile> {
  folder.opening++;
  try {
    return await folder.dir.openFile(name);
  } finally {
    folder.opening--;
    if (folder.done) leave(folder);
  }
}

function leave(folder: Folder): void {
  folder.done = true;
  if (folder.opening === 0) folder.dir.close();
}

/** Whether an error says of a file or folder that it cannot be read, and of nothing else. */
export function isUnreadable(error: unknown): boolean {
  return error instanceof FileError || error instanceof ToolError;
}
