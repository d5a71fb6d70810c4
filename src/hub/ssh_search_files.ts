// `search_files` over ssh: `find` names the files and `grep` their lines, and what they give is
// looked at once more by our own glob and expression: so it means the same as on a host that is up.
// What .gitignore files say is not heeded, and the answer says so.

import type { ToolResult } from "../protocol/types.ts";
import { compareBytes, sortBytes } from "../../tools/byte_order.ts";
import { fileFailure } from "../../tools/file_failure.ts";
import { joinPath } from "../../tools/path_inside.ts";
import { fileAnswer, lineAnswer } from "../../tools/search_answer.ts";
import { collectFiles, collectLines, type FindingsLimits } from "../../tools/search_findings.ts";
import { globOf, pointOf, type SearchInput, textOf } from "../../tools/search_input.ts";
import type { SearchedFile, SearchLine, SearchText } from "../../tools/search_query.ts";
import { shownLine } from "../../tools/shown_line.ts";
import { FileError, type FileErrorCode } from "../runtime/runtime.ts";
import { ToolError } from "../server/define.ts";
import type { HostCall } from "./link.ts";
import type { Ssh } from "./ssh_run.ts";
import { assign, assignPath, quote } from "./ssh_script.ts";
import { Transfer } from "./transfer.ts";

const DEFAULT_LIMIT = 200;
const NOTE_ROOM = 1_000;
/** Files, or characters of lines, that are held to be sorted. */
const MOST_FILES = 200_000;
const MOST_CHARS = 8 * 1024 * 1024;

interface Search {
  readonly input: SearchInput;
  readonly text: SearchText | undefined;
  readonly wants: (path: string) => boolean;
}

/** Searches on a host. `limit`: characters of the answer at the most. */
export async function searchOverSsh(
  ssh: Ssh,
  target: string,
  call: HostCall,
  limit: number,
): Promise<ToolResult> {
  const input = call.args as unknown as SearchInput;
  const text = input.content === undefined ? undefined : textOf(input.content, input);
  const wants = input.pattern === undefined ? () => true : globOf(input.pattern, input.case);
  const from = input.cursor === undefined ? undefined : pointOf(input.cursor, text);
  const search: Search = { input, text, wants };
  const transfer = new Transfer((onOutput, signal) =>
    ssh.run({
      target,
      script: { body: assignPath(input.path ?? "~") + scriptOf(search) },
      timeoutMs: call.timeoutMs,
      signal,
      onOutput,
    }), call.signal);
  try {
    const [status, base] = [await transfer.until(0), await transfer.until(0)];
    if (status !== "dir" && status !== "file") {
      throw fileFailure(new FileError(status as FileErrorCode, base, status), "search", base);
    }
    const limits: FindingsLimits = {
      limit: input.limit ?? DEFAULT_LIMIT,
      chars: Math.max(1, limit - NOTE_ROOM),
      deadline: new AbortController().signal,
      mayShow: () => Promise.resolve(true),
    };
    const facts = {
      engine: text === undefined ? "find over ssh" : "grep over ssh",
      outOfTime: false,
      unreadable: false,
      leftOut: false,
      pathOf: (path: string) => status === "file" ? base : joinPath(base, path),
    };
    const result = text === undefined
      ? fileAnswer(
        await collectFiles(filesAfter(await readFiles(transfer, search), from), limits),
        facts,
      )
      : lineAnswer(
        await collectLines(
          linesAfter(await readLines(transfer, search, text), from),
          from,
          text.context,
          limits,
        ),
        text.context,
        facts,
      );
    return input.ignore === false || status === "file" ? result : noted(result);
  } finally {
    await transfer.close();
  }
}

function noted(result: ToolResult): ToolResult {
  const text = "[over ssh what .gitignore names is not left out]";
  return { ...result, content: [...result.content, { type: "text", text }] };
}

function scriptOf({ input, text }: Search): string {
  const hide = input.hidden ? "-name .git" : "-name '.*'";
  // Only what find understands as we do goes to it; our own glob decides.
  const simple = input.pattern !== undefined && /^[\w.*?-]+$/.test(input.pattern);
  const name = simple
    ? ` -${input.case === "insensitive" ? "i" : ""}name ${quote(input.pattern!)}`
    : "";
  const usesName = simple && input.case !== "smart";
  const find = `find . -mindepth 1 ${hide} -prune -o -type f${usesName ? name : ""} -print0`;
  const lines = text === undefined ? "" : assign({ e: text.rust, f: text.required }) +
    `c='${text.ignoreCase ? "-i" : ""} -C ${text.context}'
how=F; printf x | grep -qP x && { printf '' | grep -qP -e "$e"; [ $? -le 1 ] && how=P; }
g() { if [ $how = P ]; then grep -nIHZ -P $c -e "$e" -- "$@"; else grep -nIH --null -F $c -e "$f" -- "$@"; fi; }
`;
  return `if [ ! -e "$p" ]; then printf 'not_found\\0%s\\0' "$p"; exit; fi
if [ -f "$p" ]; then
printf 'file\\0%s\\0' "$p"
${text === undefined ? 'printf "%s\\0" "${p##*/}"' : `${lines}cd -- "\${p%/*}/" && g "./\${p##*/}"`}
exit
fi
cd -- "$p" || { printf 'not_permitted\\0%s\\0' "$p"; exit; }
printf 'dir\\0%s\\0' "$p"
${
    text === undefined ? find : `${lines}export how c e f; export -f g
${find} | xargs -0 -n 200 bash -c 'g "$@"' bash`
  }
`;
}

async function readFiles(transfer: Transfer, { wants }: Search): Promise<string[]> {
  const files: string[] = [];
  while (await transfer.more()) {
    const path = (await transfer.until(0)).replace(/^\.\//, "");
    if (!wants(path)) continue;
    files.push(path);
    if (files.length >= MOST_FILES) throw tooMuch(`${MOST_FILES} files`);
  }
  return sortBytes(files);
}

async function readLines(
  transfer: Transfer,
  { wants }: Search,
  text: SearchText,
): Promise<SearchedFile[]> {
  const files = new Map<string, SearchLine[]>();
  let chars = 0;
  while (await transfer.more()) {
    const path = (await transfer.until(0)).replace(/^(?:--\n)*\.\//, "");
    const line = await transfer.until(0x0a);
    const [, number, sign, content = ""] = /^(\d+)([:-])(.*)$/s.exec(line) ?? [];
    if (number === undefined || !wants(path)) continue;
    const shown = content.replace(/\r$/, "");
    const match = sign === ":" && text.automaton.matches(shown);
    const kept = shownLine(shown, () => 0);
    chars += path.length + kept.length;
    if (chars > MOST_CHARS) throw tooMuch("8 MiB of lines");
    const lines = files.get(path) ?? [];
    files.set(path, lines);
    lines.push({ number: Number(number), text: kept, match });
  }
  return [...files].sort(([a], [b]) => compareBytes(a, b))
    .map(([path, lines]) => ({ path, lines: besideMatches(lines, text.context) }));
}

/** Lines that only a coarser expression found lead to nothing. */
function besideMatches(lines: readonly SearchLine[], context: number): SearchLine[] {
  const matches = lines.filter(({ match }) => match).map(({ number }) => number);
  let next = 0;
  return lines.filter(({ number }) => {
    while (next < matches.length && matches[next]! + context < number) next++;
    return next < matches.length && Math.abs(matches[next]! - number) <= context;
  });
}

async function* filesAfter(
  files: readonly string[],
  from: { readonly path: string } | undefined,
): AsyncGenerator<string> {
  for (const path of files) {
    if (from === undefined || compareBytes(path, from.path) > 0) yield path;
  }
}

async function* linesAfter(
  files: readonly SearchedFile[],
  from: { readonly path: string; readonly line: number | undefined } | undefined,
): AsyncGenerator<SearchedFile> {
  for (const { path, lines } of files) {
    const order = from === undefined ? 1 : compareBytes(path, from.path);
    if (order > 0) yield { path, lines };
    else if (order === 0 && from?.line !== undefined) {
      const after = from.line;
      yield { path, lines: lines.filter(({ number }) => number > after) };
    }
  }
}

function tooMuch(what: string): ToolError {
  return new ToolError(
    `The search found more than ${what}, which is too much over ssh; give a narrower path, pattern ` +
      "or content",
  );
}
