// Gathers what a search finds into findings of bounded size, and says where to go on after a cut.
// Used by `search_files.ts`. Gets everything in the order of the paths, so a cut is the same each
// time; only one by the clock is not.

import { ToolError } from "../src/server/define.ts";
import type { SearchedFile, SearchLine, SearchPoint } from "./search_query.ts";

/** How much is wanted. */
export interface FindingsLimits {
  /** Files, or matching lines. */
  readonly limit: number;
  /** Characters, about. */
  readonly chars: number;
  /** Aborted when the time is over: what was found by then is the answer. */
  readonly deadline: AbortSignal;
  /** Whether a file may be shown at all; asked only of what would be. */
  mayShow(path: string): Promise<boolean>;
}

/** The files that were found. */
export interface FileFindings {
  readonly files: readonly string[];
  /** Where to go on; undefined when there is no more. */
  readonly cursor: string | undefined;
}

/** The lines that were found. */
export interface LineFindings {
  readonly results: readonly SearchedFile[];
  readonly matches: number;
  readonly cursor: string | undefined;
}

/** What a line or path costs besides its text. */
const FRAME = 24;

/** Gathers files. */
export async function collectFiles(
  paths: AsyncIterable<string>,
  limits: FindingsLimits,
): Promise<FileFindings> {
  const files: string[] = [];
  let chars = 0;
  try {
    for await (const path of paths) {
      if (!await limits.mayShow(path)) continue;
      chars += path.length + FRAME;
      const full = files.length === limits.limit || chars > limits.chars;
      if (full && files.length > 0) return { files, cursor: files.at(-1) };
      files.push(path);
    }
  } catch (error) {
    const last = files.at(-1);
    if (last === undefined) throw tooSlow(error, limits);
    if (!limits.deadline.aborted) throw error;
    return { files, cursor: last };
  }
  return { files, cursor: undefined };
}

/** Gathers lines. `from` is where the search went on, `context` what was asked for. */
export async function collectLines(
  searched: AsyncIterable<SearchedFile>,
  from: SearchPoint | undefined,
  context: number,
  limits: FindingsLimits,
): Promise<LineFindings> {
  const results: SearchedFile[] = [];
  let matches = 0;
  let chars = 0;
  let last: SearchPoint | undefined;
  let reached: SearchPoint | undefined = from;
  try {
    for await (const file of searched) {
      const { path } = file;
      const goesOn = from?.path === path;
      const found = goesOn ? besideMatches(file.lines, context) : file.lines;
      if (found.length > 0 && await limits.mayShow(path)) {
        const lines: SearchLine[] = [];
        results.push({ path, lines });
        chars += path.length + FRAME;
        for (const line of found) {
          chars += line.text.length + FRAME;
          const full = (line.match && matches === limits.limit) || chars > limits.chars;
          if (full && matches > 0) {
            return { results: trimmed(results, context), matches, cursor: cursorOf(last) };
          }
          lines.push(line);
          if (!line.match) continue;
          matches++;
          last = { path, line: line.number };
        }
      }
      reached = { path, line: undefined };
    }
  } catch (error) {
    if (reached === from) throw tooSlow(error, limits);
    if (!limits.deadline.aborted) throw error;
    return { results, matches, cursor: cursorOf(reached) };
  }
  return { results, matches, cursor: undefined };
}

/** Reads a cursor of a search in files. @throws {ToolError} when it is none. */
export function parseLineCursor(cursor: string): SearchPoint {
  const [, path, line] = /^(.+):(\d+|end)$/s.exec(cursor) ?? [];
  if (path === undefined) {
    throw new ToolError(
      `cursor must be one that a search for content gave: got ${JSON.stringify(cursor)}; ` +
        "leave it out to begin at the start",
    );
  }
  return { path, line: line === "end" ? undefined : Number(line) };
}

function cursorOf(point: SearchPoint | undefined): string | undefined {
  return point && `${point.path}:${point.line ?? "end"}`;
}

function tooSlow(error: unknown, { deadline }: FindingsLimits): unknown {
  if (!deadline.aborted) return error;
  return new ToolError(
    "The search took too long and found nothing by then; name a folder further down as path, or a " +
      "narrower pattern",
  );
}

// Where a search goes on in a file, the lines after the last match were shown before.
function besideMatches(lines: readonly SearchLine[], context: number): readonly SearchLine[] {
  const matches = lines.filter((line) => line.match).map((line) => line.number);
  return lines.filter(({ number }) => matches.some((at) => Math.abs(at - number) <= context));
}

// Takes away the lines that were to lead up to a match that did not fit any more.
function trimmed(results: SearchedFile[], context: number): SearchedFile[] {
  const last = results.pop();
  if (last === undefined) return results;
  const lines = besideMatches(last.lines, context);
  return lines.length === 0 ? results : [...results, { path: last.path, lines }];
}
