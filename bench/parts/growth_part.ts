// What must not cost more when there is more of it: tools that are registered, sessions that are
// open, jobs that run or have run.

import { type BenchContext, type Start, withServers } from "../bench_context.ts";
import { checkCall, type HttpCall, modernCall, openSession, sessionCall } from "../calls.ts";
import { atMost, compared, inTurn, type Result, spreads } from "../figures.ts";
import { load } from "../http_load.ts";
import type { ServerProcess } from "../server_process.ts";

const ADD = { name: "add", arguments: { a: 1, b: 2 } };
const CONNECTIONS = 32;
const MORE_TOOLS = 1_000;
/** The most that a handler keeps by default. */
const MORE_SESSIONS = 9_000;
/** Half of them run all the while. */
const MORE_JOBS = 200;
/** Most that a call may cost of what it costs with few. */
const MOST = 1.1;

/** Measures all three on a runtime. */
export async function measureGrowth(context: BenchContext): Promise<Result[]> {
  return [...await measureLibrary(context), await measureJobs(context)];
}

async function measureLibrary(context: BenchContext): Promise<Result[]> {
  const starts = {
    few: context.start("lmcp", "http", "10"),
    many: context.start("lmcp", "http", String(MORE_TOOLS)),
  };
  return await withServers(starts, async ({ few, many }) => {
    const call = modernCall(ADD);
    const tools = await compare(context, `10 or ${MORE_TOOLS} tools`, [few, call], [many, call]);
    // From here on `many` has many sessions as well, all of them opened and idle.
    const fewCall = sessionCall(await openSession(few.url, "json"), ADD);
    const manyCall = sessionCall(await openSession(many.url, "json"), ADD);
    for (let count = 0; count < MORE_SESSIONS; count += 10) {
      await Promise.all(Array.from({ length: 10 }, () => openSession(many.url, "json")));
    }
    const what = `1 or ${MORE_SESSIONS} sessions`;
    return [tools, await compare(context, what, [few, fewCall], [many, manyCall])];
  });
}

async function measureJobs(context: BenchContext): Promise<Result> {
  const folders = [await Deno.makeTempDir(), await Deno.makeTempDir()] as const;
  const startIn = (folder: string): Start => {
    const start = context.lmcp("serve", "--port", "0");
    return { ...start, env: { ...start.env, XDG_STATE_HOME: folder } };
  };
  try {
    const starts = { few: startIn(folders[0]), many: startIn(folders[1]) };
    return await withServers(starts, async ({ few, many }) => {
      const jobs = await startJobs(many.url);
      const call = modernCall({ name: "ping", arguments: {} });
      const result = await compare(context, `0 or ${MORE_JOBS} jobs`, [few, call], [many, call]);
      for (const job_id of jobs) {
        await checkCall(many.url, modernCall({ name: "job_kill", arguments: { job_id } }));
      }
      return result;
    });
  } finally {
    for (const folder of folders) await Deno.remove(folder, { recursive: true });
  }
}

/** Starts as many as there are to be; gives the names of those that run on. */
async function startJobs(url: string): Promise<string[]> {
  const running: string[] = [];
  for (let count = 0; count < MORE_JOBS; count++) {
    const command = count % 2 === 0 ? "sleep 600" : "true";
    const answer = await checkCall(url, modernCall({ name: "shell_bg", arguments: { command } }));
    const [, id] = /"job_id":"([^"]+)"/.exec(answer) ?? [];
    if (id === undefined) throw new Error(`A job must start: got ${answer}`);
    if (count % 2 === 0) running.push(id);
  }
  return running;
}

/** Loads a server that has few of something and one that has many, in turn. */
async function compare(
  { runtime, rounds, seconds }: BenchContext,
  what: string,
  few: readonly [ServerProcess, HttpCall],
  many: readonly [ServerProcess, HttpCall],
): Promise<Result> {
  for (const [server, call] of [few, many]) await load(server, call, CONNECTIONS, 1);
  const all = await inTurn(rounds, {
    few: () => load(...few, CONNECTIONS, seconds),
    many: () => load(...many, CONNECTIONS, seconds),
  });
  const ratio = atMost("CPU time over few", compared(all, "cpu_us", "many", "few"), MOST);
  return { part: "growth", runtime, what, servers: spreads(all), ratios: [ratio] };
}
