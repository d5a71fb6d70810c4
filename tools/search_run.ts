// Runs a search: where it begins, what is left out, how long it may take.
// Called by `search_files.ts`. Lets nothing of lmcp's own through, whichever way of searching.

import type { ToolResult } from "../src/protocol/types.ts";
import { FileError } from "../src/runtime/runtime.ts";
import { ToolError } from "../src/server/define.ts";
import { fileFailure } from "./file_failure.ts";
import type { Host } from "./host.ts";
import { isInside, joinPath, lastName, parentPath } from "./path_inside.ts";
import { fileAnswer, lineAnswer } from "./search_answer.ts";
import { collectFiles, collectLines, type FindingsLimits } from "./search_findings.ts";
import { globOf, pointOf, type SearchInput, textOf } from "./search_input.ts";
import { DEFAULT_LIMIT, type SearchEngine, type SearchPlace } from "./search_query.ts";
import { untilAborted } from "./until_aborted.ts";

/** Characters left for what the answer says besides what was found. */
const NOTE_ROOM = 1_000;
/** Files beyond the limit, some of which may turn out to be lmcp's own. */
const SPARE = 1_000;

/** How to search. */
export interface SearchOptions {
  readonly engine: SearchEngine;
  /** Ends the search. */
  readonly signal: AbortSignal;
  /** Milliseconds after which the answer is what was found by then. */
  readonly timeMs: number;
}

interface Start {
  readonly folder: string;
  readonly start: SearchPlace["start"];
  /** The path of what is found, as the caller can use it. */
  pathOf(path: string): string;
}

/** Searches, and words the answer. @throws {ToolError} what the caller can mend. */
export async function runSearch(
  host: Host,
  input: SearchInput,
  { engine, signal, timeMs }: SearchOptions,
): Promise<ToolResult> {
  const { content, hidden = false, ignore = true, limit = DEFAULT_LIMIT } = input;
  const text = content === undefined ? undefined : textOf(content, input);
  const wants = input.pattern === undefined ? () => true : globOf(input.pattern, input.case);
  const from = input.cursor === undefined ? undefined : pointOf(input.cursor, text);
  const state = await realPath(host, host.stateDir);
  const { folder, start, pathOf } = await openStart(host, input.path ?? ".");
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new Error("The time is over")), timeMs);
  let unreadable = false;
  const place: SearchPlace = {
    folder,
    start,
    wants: (path) => wants(path) && ("file" in start || !isInside(joinPath(folder, path), state)),
    wantsAll: input.pattern === undefined,
    hidden,
    ignore,
    from,
    signal: AbortSignal.any([signal, deadline.signal]),
    onUnreadable: () => unreadable = true,
  };
  const limits: FindingsLimits = {
    limit,
    chars: Math.max(1, host.outputLimit - NOTE_ROOM),
    deadline: deadline.signal,
    mayShow: (path) => mayShow(host, joinPath(folder, path)),
  };
  const facts = () => ({
    engine: engine.name,
    outOfTime: deadline.signal.aborted,
    unreadable,
    leftOut: "openDir" in start && (!hidden || ignore),
    pathOf,
  });
  try {
    if (text === undefined) {
      const paths = untilAborted(engine.files(place, limit + SPARE), place.signal);
      const findings = await collectFiles(paths, limits);
      return fileAnswer(findings, facts());
    }
    const searched = untilAborted(engine.lines(place, text, limit + 1), place.signal);
    const findings = await collectLines(searched, from, text.context, limits);
    return lineAnswer(findings, text.context, facts());
  } catch (error) {
    throw fileFailure(error, "search", folder);
  } finally {
    clearTimeout(timer);
  }
}

async function openStart(host: Host, path: string): Promise<Start> {
  const asked = host.files.absolute(path);
  try {
    const dir = await host.files.openDir(path);
    dir.close();
    return {
      folder: dir.path,
      start: { openDir: () => host.files.openDir(path) },
      pathOf: (inner) => joinPath(asked, inner),
    };
  } catch (error) {
    if (!(error instanceof ToolError && error.structured?.code === "not_a_dir")) throw error;
  }
  const file = await host.files.openFile(path);
  file.close();
  return {
    folder: parentPath(file.path),
    start: { file: { path: lastName(file.path), open: () => host.files.openFile(path) } },
    pathOf: () => asked,
  };
}

// lmcp's own files may have other names, by hard links; the check of the file itself knows them.
async function mayShow({ files }: Host, path: string): Promise<boolean> {
  try {
    (await files.openFile(path)).close();
    return true;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return error.structured?.code !== "protected" && error.structured?.code !== "outside_roots";
  }
}

async function realPath({ runtime }: Host, path: string): Promise<string> {
  try {
    return await runtime.files.realpath(path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return path;
  }
}
