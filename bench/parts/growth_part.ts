// What must not cost more when there is more of it: tools that are registered, sessions that are open.

import { type BenchContext, withServers } from "../bench_context.ts";
import { modernCall, openSession, sessionCall } from "../calls.ts";
import { atMost, compared, inTurn, type Result, spreads } from "../figures.ts";
import { load } from "../http_load.ts";

const ADD = { name: "add", arguments: { a: 1, b: 2 } };
const MORE_TOOLS = 1_000;
/** The most that a handler keeps by default. */
const MORE_SESSIONS = 9_000;
/** Most that a call may cost of what it costs with few. */
const MOST = 1.1;

/** Measures both on a runtime. */
export async function measureGrowth(context: BenchContext): Promise<Result[]> {
  const { runtime, rounds, seconds } = context;
  const starts = {
    few: context.start("lmcp", "http", "10"),
    many: context.start("lmcp", "http", String(MORE_TOOLS)),
  };
  return await withServers(starts, async ({ few, many }) => {
    const call = modernCall(ADD);
    for (const server of [few, many]) await load(server, call, 32, 1);
    const tools = await inTurn(rounds, {
      few: () => load(few, call, 32, seconds),
      many: () => load(many, call, 32, seconds),
    });
    // From here on `many` has many sessions as well, all of them opened and idle.
    const fewCall = sessionCall(await openSession(few.url, "json"), ADD);
    const manyCall = sessionCall(await openSession(many.url, "json"), ADD);
    for (let count = 0; count < MORE_SESSIONS; count += 10) {
      await Promise.all(Array.from({ length: 10 }, () => openSession(many.url, "json")));
    }
    await load(few, fewCall, 32, 1);
    await load(many, manyCall, 32, 1);
    const sessions = await inTurn(rounds, {
      few: () => load(few, fewCall, 32, seconds),
      many: () => load(many, manyCall, 32, seconds),
    });
    const result = (what: string, all: typeof tools): Result => ({
      part: "growth",
      runtime,
      what,
      servers: spreads(all),
      ratios: [atMost("CPU time over few", compared(all, "cpu_us", "many", "few"), MOST)],
    });
    return [
      result(`10 or ${MORE_TOOLS} tools`, tools),
      result(`1 or ${MORE_SESSIONS} sessions`, sessions),
    ];
  });
}
