// The `search_files` tool: finds files by name, and lines in them by a regular expression.
// Made by `hostTools()`. Searches with ripgrep where it is there and with an engine of our own where
// not, with the same results. Every cut is declared, with how to go on.

import type { ToolResult } from "../src/protocol/types.ts";
import { FileError } from "../src/runtime/runtime.ts";
import { type Context, defineTool, type Tool, ToolError } from "../src/server/define.ts";
import { Automaton } from "./automaton.ts";
import { parseGlob } from "./glob.ts";
import type { Host } from "./host.ts";
import { isInside, joinPath, lastName, parentPath } from "./path_inside.ts";
import { requiredText, toRust } from "./pattern.ts";
import { parseRegex } from "./regex_dialect.ts";
import { builtinEngine } from "./search_builtin.ts";
import {
  collectFiles,
  collectLines,
  type FindingsLimits,
  parseLineCursor,
} from "./search_findings.ts";
import type { SearchEngine, SearchPlace, SearchPoint, SearchText } from "./search_query.ts";
import { findRipgrep } from "./search_ripgrep.ts";
import { fileAnswer, lineAnswer } from "./search_answer.ts";

const DEFAULT_LIMIT = 200;
const MOST_LIMIT = 2_000;
const MOST_CONTEXT = 10;
const TIME_MS = 30_000;
/** Characters left for what the answer says besides what was found. */
const NOTE_ROOM = 1_000;
/** Files beyond the limit, some of which may turn out to be lmcp's own. */
const SPARE = 1_000;

type Case = "sensitive" | "insensitive" | "smart";

interface SearchInput {
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

/** Makes the `search_files` tool. */
export function searchFiles(host: Host): Tool {
  const builtin = builtinEngine(host.runtime.files);
  let found: Promise<SearchEngine> | undefined;
  return searchTool(host, () => found ??= chooseEngine(host, builtin));
}

async function chooseEngine(host: Host, builtin: SearchEngine): Promise<SearchEngine> {
  if (host.files.roots.length > 0) return builtin;
  return await findRipgrep(host, builtin) ?? builtin;
}

/** Makes the tool with an engine of the caller's choice. */
export function searchTool(host: Host, engine: () => Promise<SearchEngine>): Tool {
  return defineTool({
    name: "search_files",
    title: "Search files",
    description:
      "Finds files by name, or with `content` the lines in them that match, in the order of their " +
      "paths. A symlink given as path is followed, those inside are not. Binary files are passed over.",
    annotations: {
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    },
    lenient: true,
    input: {
      type: "object",
      properties: {
        path: { type: "string", description: "Folder or file. Default: the server's folder." },
        pattern: {
          type: "string",
          minLength: 1,
          maxLength: 1_000,
          description:
            'Glob for names ("*.ts"); with a "/" for paths below `path` ("src/**/*.ts").',
        },
        content: {
          type: "string",
          minLength: 1,
          maxLength: 4_000,
          description: "Regular expression for a line. No lookaround, no back-references.",
        },
        case: {
          enum: ["sensitive", "insensitive", "smart"],
          default: "sensitive",
          description: "Of pattern and content; smart: sensitive if there is a capital in it.",
        },
        context: {
          type: "integer",
          minimum: 0,
          maximum: MOST_CONTEXT,
          default: 0,
          description: "Lines to show around each match.",
        },
        limit: {
          type: "integer",
          minimum: 1,
          maximum: MOST_LIMIT,
          default: DEFAULT_LIMIT,
          description: "Files, or matching lines.",
        },
        hidden: {
          type: "boolean",
          default: false,
          description: "Names that begin with a dot, too.",
        },
        ignore: {
          type: "boolean",
          default: true,
          description: "Leave out what .gitignore files in `path` name.",
        },
        cursor: { type: "string", description: "Goes on where an earlier answer was cut." },
      },
      additionalProperties: false,
    },
    output: {
      type: "object",
      properties: {
        files: { type: "array", items: { type: "string" } },
        results: {
          type: "array",
          items: {
            type: "object",
            properties: {
              path: { type: "string" },
              lines: { type: "array", description: "{line, text}, with context: true if no match" },
            },
          },
        },
        truncated: { type: "boolean" },
        cursor: { type: "string" },
        engine: { type: "string" },
      },
      required: ["truncated", "engine"],
    },
    run: async (input: SearchInput, ctx) => search(host, await engine(), input, ctx),
  });
}

interface Start {
  readonly folder: string;
  readonly start: SearchPlace["start"];
  /** The path of what is found, as the caller can use it. */
  pathOf(path: string): string;
  close(): void;
}

async function search(
  host: Host,
  engine: SearchEngine,
  input: SearchInput,
  ctx: Context,
): Promise<ToolResult> {
  const { content, hidden = false, ignore = true, limit = DEFAULT_LIMIT } = input;
  const text = content === undefined ? undefined : textOf(content, input);
  const wants = input.pattern === undefined ? () => true : globOf(input.pattern, input.case);
  const from = input.cursor === undefined ? undefined : pointOf(input.cursor, text);
  const state = await realPath(host, host.stateDir);
  const { folder, start, pathOf, close } = await openStart(host, input.path ?? ".");
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new Error("The time is over")), TIME_MS);
  let unreadable = false;
  const place: SearchPlace = {
    folder,
    start,
    wants: (path) => wants(path) && ("file" in start || !isInside(joinPath(folder, path), state)),
    wantsAll: input.pattern === undefined,
    hidden,
    ignore,
    from,
    signal: AbortSignal.any([ctx.signal, deadline.signal]),
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
    leftOut: "dir" in start && (!hidden || ignore),
    pathOf,
  });
  try {
    if (text === undefined) {
      const findings = await collectFiles(engine.files(place, limit + SPARE), limits);
      return fileAnswer(findings, facts());
    }
    const lines = engine.lines(place, text, limit + 1);
    const findings = await collectLines(lines, from, text.context, limits);
    return lineAnswer(findings, text.context, facts());
  } finally {
    clearTimeout(timer);
    close();
  }
}

async function openStart(host: Host, path: string): Promise<Start> {
  const asked = host.files.absolute(path);
  try {
    const dir = await host.files.openDir(path);
    return {
      folder: dir.path,
      start: { dir },
      pathOf: (inner) => joinPath(asked, inner),
      close: () => dir.close(),
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
    close: () => {},
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

function textOf(
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

// Without a "/" a glob is for the name alone.
function globOf(glob: string, how: Case = "sensitive"): (path: string) => boolean {
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

function pointOf(cursor: string, text: SearchText | undefined): SearchPoint {
  return text === undefined ? { path: cursor, line: undefined } : parseLineCursor(cursor);
}
