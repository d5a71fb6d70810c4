// Large files through the host server: a page of a large file, and a search through it, against what
// the system's own tools take for the same.

import { type BenchContext, withServers } from "../bench_context.ts";
import { checkCall, modernCall, type ToolCall } from "../calls.ts";
import { compared, type Figures, inTurn, type Result, spreads } from "../figures.ts";

const LINES = 2_000_000;
const NEEDLE = "the only line that is looked for";

/** Measures both on a runtime. */
export async function measureFiles(context: BenchContext): Promise<Result[]> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "lmcp-bench-" }));
  const file = `${folder}/large.txt`;
  try {
    await writeLarge(file);
    const read = { path: file, offset: LINES - 100, limit: 50 };
    const search = { path: folder, content: NEEDLE };
    const start = context.lmcp("serve", "--port", "0");
    const env = { ...start.env, XDG_STATE_HOME: folder };
    return await withServers({ one: { ...start, env } }, async ({ one }) => [
      await measure(context, one.url, "the end of a file of 100 MB", {
        name: "read_file",
        arguments: read,
      }, ["sh", "-c", `tail -n 100 ${file} | head -n 50; sha256sum ${file}`]),
      await measure(context, one.url, "a search through 100 MB", {
        name: "search_files",
        arguments: search,
      }, ["grep", "-n", NEEDLE, file]),
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function measure(
  { runtime, rounds }: BenchContext,
  url: string,
  what: string,
  tool: ToolCall,
  command: readonly string[],
): Promise<Result> {
  const [file = "", ...args] = command;
  const all = await inTurn(rounds, {
    tool: () => timed(() => checkCall(url, modernCall(tool))),
    system: () => timed(() => new Deno.Command(file, { args, stdout: "null" }).output()),
  });
  const ratio = {
    name: "x the system's tools' time",
    value: compared(all, "ms", "tool", "system"),
  };
  return { part: "files", runtime, what, servers: spreads(all), ratios: [ratio] };
}

async function timed(work: () => Promise<unknown>): Promise<Figures> {
  const begin = performance.now();
  await work();
  return { ms: performance.now() - begin };
}

async function writeLarge(path: string): Promise<void> {
  using file = await Deno.open(path, { write: true, create: true });
  const writer = file.writable.getWriter();
  const block = 10_000;
  for (let line = 0; line < LINES; line += block) {
    let text = "";
    for (let at = line; at < line + block; at++) text += `line ${at}: ${"x".repeat(36)}\n`;
    if (line === LINES / 2) text += `${NEEDLE}\n`;
    await writer.write(new TextEncoder().encode(text));
  }
  await writer.close();
}
