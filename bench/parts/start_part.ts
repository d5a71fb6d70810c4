// The whole host server: time from its start to its first answer, and memory at rest.

import { type BenchContext, type Start, withServers } from "../bench_context.ts";
import { checkCall, modernCall } from "../calls.ts";
import { atMost, compared, type Figures, inTurn, type Result, spreads } from "../figures.ts";
import { residentKib } from "../server_process.ts";

/** Milliseconds and MiB more than the bare runtime's, at the most. */
const TARGETS: { readonly [runtime: string]: readonly [ms: number, mib: number] } = {
  deno: [40, 12],
  bun: [25, 12],
  node20: [60, 15],
  node24: [60, 15],
};
/** Starts a round are cheap, and one alone says little. */
const STARTS_A_ROUND = 3;
const SETTLE_MS = 1_000;

/** Measures both on a runtime. */
export async function measureStart(context: BenchContext): Promise<Result[]> {
  const raw = context.start("raw", "http");
  const state = await Deno.makeTempDir({ prefix: "lmcp-bench-" });
  const host = context.lmcp("serve", "--port", "0");
  const env = { ...host.env, XDG_STATE_HOME: state };
  try {
    const servers = { raw, lmcp: { ...host, env }, sdk: context.start("sdk", "http") };
    const all = await inTurn(
      context.rounds * STARTS_A_ROUND,
      Object.fromEntries(
        Object.entries(servers).map(([name, start]) => [
          name,
          () => measure(start, name === "lmcp" ? "ping" : "add"),
        ]),
      ),
    );
    const [ms, mib] = TARGETS[context.runtime] ?? [];
    return [{
      part: "start",
      runtime: context.runtime,
      what: "whole host server",
      servers: spreads(all),
      ratios: [
        atMost("ms over raw to the first answer", compared(all, "ms", "lmcp", "raw", "minus"), ms),
        atMost("MiB over raw at rest", compared(all, "idle_mib", "lmcp", "raw", "minus"), mib),
      ],
    }];
  } finally {
    await Deno.remove(state, { recursive: true });
  }
}

async function measure(start: Start, tool: string): Promise<Figures> {
  const args = tool === "add" ? { a: 1, b: 2 } : {};
  const begin = performance.now();
  return await withServers({ one: start }, async ({ one }) => {
    await checkCall(one.url, modernCall({ name: tool, arguments: args }));
    const ms = performance.now() - begin;
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    return { ms, idle_mib: residentKib(one.pid) / 1024 };
  });
}
