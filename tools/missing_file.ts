// The failure for a path that leads nowhere: how far it goes, and which names there are most alike.
// Called by `file_access.ts`. Never tells of names outside the roots or in protected folders.

import { FileError } from "../src/runtime/runtime.ts";
import { ToolError } from "../src/server/define.ts";
import { isMissing } from "./file_failure.ts";
import { joinPath, lastName, parentPath, quoted } from "./path_inside.ts";
import { type Held, holdPath, type PathGate } from "./path_gate.ts";
import { mostSimilar } from "./similar_text.ts";

const NAMES = 10_000;

/** Says what of a path is missing and what is there instead; `asked` is what the model asked for. */
export async function missingFile(
  gate: PathGate,
  path: string,
  doing: string,
  asked: string = path,
): Promise<ToolError> {
  const { dir, name } = await deepest(gate, path, doing, asked);
  const wanted = `Cannot ${doing} ${quoted(asked)}`;
  if (dir === undefined) return missing(asked, `${wanted}: no such file or folder`);
  try {
    const info = await gate.files.stat(dir.at);
    if (info.type !== "dir") {
      return missing(asked, `${wanted}: ${quoted(dir.path)} is a file, not a folder`);
    }
    if (await isSymlink(gate, joinPath(dir.at, name))) {
      const link = `${quoted(name)} in ${quoted(dir.path)}`;
      return missing(asked, `${wanted}: ${link} is a symlink, and nothing is where it leads`);
    }
    const names = mostSimilar(name, await namesIn(gate, dir), 3).map(quoted);
    const hint = names.length > 0
      ? `did you mean ${names.join(" or ")}?`
      : "list_dir shows what is there";
    return missing(asked, `${wanted}: there is no ${quoted(name)} in ${quoted(dir.path)}; ${hint}`);
  } finally {
    dir.close();
  }
}

function missing(path: string, message: string): ToolError {
  return new ToolError(message, { code: "not_found", path });
}

async function isSymlink(gate: PathGate, at: string): Promise<boolean> {
  try {
    return (await gate.files.lstat(at)).type === "symlink";
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}

async function deepest(
  gate: PathGate,
  path: string,
  doing: string,
  asked: string,
): Promise<{ dir: Held | undefined; name: string }> {
  for (let at = path; at !== "/"; at = parentPath(at)) {
    try {
      return { dir: await holdPath(gate, parentPath(at), asked, doing), name: lastName(at) };
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  return { dir: undefined, name: "" };
}

async function namesIn(gate: PathGate, dir: Held): Promise<string[]> {
  const names: string[] = [];
  try {
    await gate.protected.check(dir.path, await gate.files.stat(dir.at), "list");
    for await (const { name } of gate.files.list(dir.at)) {
      names.push(name);
      if (names.length >= NAMES) break;
    }
  } catch (error) {
    // No suggestions then: the failure itself is the news.
    if (!(error instanceof FileError || error instanceof ToolError)) throw error;
  }
  return names;
}
