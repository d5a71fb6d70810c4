// Calls over standard input and output: one at a time, and 100 in flight.

import type { BenchContext, ServerName, Start } from "../bench_context.ts";
import { atLeast, compared, inTurn, type Result, spreads } from "../figures.ts";
import { openStdioLoad, type StdioLoad } from "../stdio_load.ts";

const DEPTHS = [1, 100] as const;

/** Measures both on a runtime. */
export async function measureStdio(context: BenchContext): Promise<Result[]> {
  const names: ServerName[] = ["raw", "lmcp", "sdk"];
  const results: Result[] = [];
  for (const depth of DEPTHS) {
    const loads = names.map((
      name,
    ): [string, StdioLoad] => [name, open(context.start(name, "stdio"))]);
    try {
      for (const [, load] of loads) await load.run(depth, 0.5);
      const all = await inTurn(
        context.rounds,
        Object.fromEntries(loads.map(([name, load]) => [name, () => load.run(depth, 1)])),
      );
      const held = depth > 1;
      results.push({
        part: "stdio",
        runtime: context.runtime,
        what: depth === 1 ? "one at a time" : `${depth} in flight`,
        servers: spreads(all),
        ratios: [
          atLeast(
            "x raw, by CPU time",
            compared(all, "cpu_us", "raw", "lmcp"),
            held ? 0.3 : undefined,
          ),
          atLeast(
            "x SDK, by CPU time",
            compared(all, "cpu_us", "sdk", "lmcp"),
            held ? 4 : undefined,
          ),
        ],
      });
    } finally {
      for (const [, load] of loads) await load.stop();
    }
  }
  return results;
}

function open({ command, ...options }: Start): StdioLoad {
  return openStdioLoad(command, options);
}
