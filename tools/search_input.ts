// What a search is asked for, understood: the expression, the glob and the cursor.
// Called by `search_run.ts`. What cannot be understood is refused with what would do.

import { ToolError } from "../src/server/define.ts";
import { Automaton } from "./automaton.ts";
import { parseGlob } from "./glob.ts";
import { lastName } from "./path_inside.ts";
import { requiredText, toRust } from "./pattern.ts";
import { parseRegex } from "./regex_dialect.ts";
import { parseLineCursor } from "./search_findings.ts";
import type { SearchPoint, SearchText } from "./search_query.ts";

/** Whether capitals count. */
export type Case = "sensitive" | "insensitive" | "smart";

/** The arguments of `search_files`. */
export interface SearchInput {
  readonly path?: string;
  readonly pattern?: string;
  readonly content?: string;
  readonly case?: Case;
  readonly context?: number;
  readonly limit?: number;
  readonly hidden?: boolean;
  readonly ignore?: boolean;
  readonly cursor?: string;
}

/** What `content` looks for. @throws {ToolError} when it is no expression that is supported. */
export function textOf(
  content: string,
  { case: how = "sensitive", context = 0 }: SearchInput,
): SearchText {
  const regex = parseRegex(content);
  const ignoreCase = regex.ignoreCase || ignoresCase(how, regex.hasUpper);
  return {
    rust: toRust(regex.pattern),
    required: ignoreCase ? "" : requiredText(regex.pattern),
    automaton: new Automaton(regex.pattern, { ignoreCase, whole: false }),
    ignoreCase,
    context,
  };
}

/** Whether a path matches; without a "/" a glob is for the name alone. @throws {ToolError} */
export function globOf(glob: string, how: Case = "sensitive"): (path: string) => boolean {
  const shape = glob.replace(/^(\.?\/)+/, "").replace(/\/$/, "/**");
  const ignoreCase = ignoresCase(how, shape !== shape.toLowerCase());
  const byName = !glob.includes("/");
  try {
    const automaton = new Automaton(parseGlob(shape), { ignoreCase, whole: true });
    return (path) => automaton.matches(byName ? lastName(path) : path);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ToolError(`Cannot use pattern ${JSON.stringify(glob)}: ${error.message}`);
  }
}

function ignoresCase(how: Case, hasUpper: boolean): boolean {
  return how === "insensitive" || (how === "smart" && !hasUpper);
}

/** Where a cursor says to go on. @throws {ToolError} when it says nothing. */
export function pointOf(cursor: string, text: SearchText | undefined): SearchPoint {
  return text === undefined ? { path: cursor, line: undefined } : parseLineCursor(cursor);
}
