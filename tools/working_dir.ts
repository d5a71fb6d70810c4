// The folder that a command is to run in, from what the caller wrote.
// Used by the tools that run programs. A folder that is not there is an error that shows what is.

import { FileError, type Files, type Runtime } from "../src/runtime/runtime.ts";
import { ToolError } from "../src/server/define.ts";

const MOST_NAMES = 20;

/** The absolute path of a folder that exists. @throws {ToolError} when it does not. */
export async function workingDir(runtime: Runtime, asked: string): Promise<string> {
  const path = absolute(runtime, asked);
  const type = await typeOf(runtime.files, path);
  if (type === "dir") return path;
  const what = type === undefined ? "it is not there" : `it is a ${type}, not a folder`;
  const near = await nearestDir(runtime.files, path);
  const names = await namesIn(runtime.files, near);
  throw new ToolError(
    `cwd must be a folder: got ${JSON.stringify(asked)}, and ${what}. ` +
      `The nearest folder that exists is ${JSON.stringify(near)}` +
      (names === "" ? ", with no folder in it." : `, with ${names}.`),
  );
}

function absolute(runtime: Runtime, asked: string): string {
  const home = runtime.env("HOME");
  if (home !== undefined && /^~(\/|$)/.test(asked)) return home + asked.slice(1);
  return asked.startsWith("/") ? asked : `${runtime.cwd()}/${asked}`;
}

async function nearestDir(files: Files, path: string): Promise<string> {
  let dir = path;
  do {
    dir = dir.replace(/\/*[^/]*\/*$/, "");
  } while (dir !== "" && await typeOf(files, dir) !== "dir");
  return dir || "/";
}

async function typeOf(files: Files, path: string): Promise<string | undefined> {
  try {
    return (await files.stat(path)).type;
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

async function namesIn(files: Files, dir: string): Promise<string> {
  const names: string[] = [];
  try {
    for await (const { name, type } of files.list(dir)) {
      if (type === "dir") names.push(name);
    }
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
  }
  const shown = names.sort().slice(0, MOST_NAMES).map((name) => JSON.stringify(name)).join(", ");
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
}
