// Words a search's findings: as text in the manner of grep, and as structured content.
// Used by `search_files.ts`. Says of every cut how to go on, and of an empty answer what was left out.

import type { ToolResult } from "../src/protocol/types.ts";
import type { FileFindings, LineFindings } from "./search_findings.ts";
import type { SearchLine } from "./search_query.ts";

/** What the answer says besides what was found. */
export interface AnswerFacts {
  readonly engine: string;
  /** The time was over before the end. */
  readonly outOfTime: boolean;
  /** Something could not be read. */
  readonly unreadable: boolean;
  /** Hidden or ignored files were left out. */
  readonly leftOut: boolean;
  /** The path of a found file, as the caller can use it. */
  pathOf(path: string): string;
}

/** Words what was found by name. */
export function fileAnswer({ files, cursor }: FileFindings, facts: AnswerFacts): ToolResult {
  const paths = files.map((path) => facts.pathOf(path));
  return answer(paths, { files: paths }, cursor, facts, "files", paths.length);
}

/** Words what was found in files. */
export function lineAnswer(
  { results, matches, cursor }: LineFindings,
  context: number,
  facts: AnswerFacts,
): ToolResult {
  const blocks = results.map(({ path, lines }) =>
    `${facts.pathOf(path)}\n${linesText(lines, context)}${context > 0 ? "\n" : ""}`
  );
  const structured = results.map(({ path, lines }) => ({
    path: facts.pathOf(path),
    lines: lines.map(({ number, text, match }) =>
      match ? { line: number, text } : { line: number, text, context: true }
    ),
  }));
  return answer(blocks, { results: structured }, cursor, facts, "matching lines", matches);
}

function linesText(lines: readonly SearchLine[], context: number): string {
  const shown: string[] = [];
  let before: number | undefined;
  for (const { number, text, match } of lines) {
    if (context > 0 && before !== undefined && number > before + 1) shown.push("--");
    shown.push(`${number}${match ? ":" : "-"} ${text}`);
    before = number;
  }
  return shown.join("\n");
}

function answer(
  blocks: readonly string[],
  found: { readonly [name: string]: unknown },
  cursor: string | undefined,
  facts: AnswerFacts,
  things: string,
  count: number,
): ToolResult {
  const notes: string[] = [];
  if (cursor !== undefined) {
    const why = facts.outOfTime ? "the time was over" : "there are more";
    notes.push(
      `[${count} ${things} shown, then ${why}: narrow path or pattern, or go on with cursor ` +
        `${JSON.stringify(cursor)}]`,
    );
  } else if (count === 0) {
    notes.push(`[no ${things} found${facts.leftOut ? LEFT_OUT : ""}]`);
  }
  if (facts.unreadable) notes.push("[some files or folders could not be read]");
  const structuredContent = {
    ...found,
    truncated: cursor !== undefined,
    ...(cursor === undefined ? {} : { next_cursor: cursor }),
    ...(facts.unreadable ? { unreadable: true } : {}),
    engine: facts.engine,
  };
  return {
    content: [{ type: "text", text: [...blocks, ...notes].join("\n") }],
    structuredContent,
  };
}

const LEFT_OUT = "; hidden files (hidden: true finds them) and what .gitignore names (ignore: " +
  "false) were left out";
