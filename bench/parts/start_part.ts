// The whole host server: time from its start to its first answer, and memory at rest.

import { type BenchContext, type Start, withServers } from "../bench_context.ts";
import { checkCall, type HttpCall, modernCall } from "../calls.ts";
import { atMost, compared, type Figures, inTurn, type Result, spreads } from "../figures.ts";
import { residentKib } from "../server_process.ts";

/** Milliseconds and MiB more than the bare runtime's, at the most. */
const TARGETS: { readonly [runtime: string]: readonly [ms: number, mib: number] } = {
  deno: [40, 12],
  bun: [25, 12],
  node20: [60, 15],
  node24: [60, 15],
};
/** Starts are cheap, and one alone says little. */
const STARTS_A_ROUND = 5;
/** Until what the host server puts off at its start is done. */
const SETTLE_MS = 2_500;

/** Measures both on a runtime. */
export async function measureStart(context: BenchContext): Promise<Result[]> {
  const raw = context.start("raw", "http");
  const state = await Deno.makeTempDir({ prefix: "lmcp-bench-" });
  const host = context.lmcp("serve", "--port", "0");
  const env = { ...host.env, XDG_STATE_HOME: state };
  try {
    const servers = { raw, lmcp: { ...host, env }, sdk: context.start("sdk", "http") };
    const measures = (measure: (start: Start, tool: string) => Promise<Figures>) =>
      Object.fromEntries(
        Object.entries(servers).map(([name, start]) => [
          name,
          () => measure(start, name === "lmcp" ? "ping" : "add"),
        ]),
      );
    await inTurn(1, measures(timeOf)); // Each has compiled what it keeps compiled.
    const times = await inTurn(context.rounds * STARTS_A_ROUND, measures(timeOf));
    const rest = await inTurn(context.rounds, measures(restOf));
    const [ms, mib] = TARGETS[context.runtime] ?? [];
    return [
      {
        part: "start",
        runtime: context.runtime,
        what: "whole host server",
        servers: spreads(times),
        ratios: [
          atMost(
            "ms over raw to the first answer",
            compared(times, "ms", "lmcp", "raw", "minus"),
            ms,
          ),
        ],
      },
      {
        part: "start",
        runtime: context.runtime,
        what: "whole host server at rest",
        servers: spreads(rest),
        ratios: [
          atMost("MiB over raw", compared(rest, "idle_mib", "lmcp", "raw", "minus"), mib),
        ],
      },
    ];
  } finally {
    await Deno.remove(state, { recursive: true });
  }
}

async function timeOf(start: Start, tool: string): Promise<Figures> {
  const begin = performance.now();
  return await withServers({ one: start }, async ({ one }) => {
    await checkCall(one.url, callOf(tool));
    return { ms: performance.now() - begin };
  });
}

async function restOf(start: Start, tool: string): Promise<Figures> {
  return await withServers({ one: start }, async ({ one }) => {
    await checkCall(one.url, callOf(tool));
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    return { idle_mib: residentKib(one.pid) / 1024 };
  });
}

function callOf(tool: string): HttpCall {
  return modernCall({ name: tool, arguments: tool === "add" ? { a: 1, b: 2 } : {} });
}
