// Calls over HTTP: each era, JSON and streams, large arguments and results.

import { type BenchContext, withServers } from "../bench_context.ts";
import { checkCall, type HttpCall, modernCall, openSession, sessionCall } from "../calls.ts";
import type { ToolCall } from "../calls.ts";
import { atLeast, atMost, compared, inTurn, type Result, spreads } from "../figures.ts";
import { load } from "../http_load.ts";
import type { ServerProcess } from "../server_process.ts";

const CONNECTIONS = 32;
const ADD: ToolCall = { name: "add", arguments: { a: 1, b: 2 } };
const WAIT: ToolCall = { name: "wait", arguments: { a: 1, b: 2 } };
const REPORT: ToolCall = { name: "report", arguments: {}, progress: true };
const LENGTH: ToolCall = { name: "length", arguments: { text: "x".repeat(64 * 1024) } };
const LARGE: ToolCall = { name: "large", arguments: {} };

type Era = "modern" | "session";

interface Scenario {
  readonly what: string;
  readonly era: Era;
  readonly tool: ToolCall;
  readonly answers: "json" | "stream";
  /** Whether the targets of the project are about it. */
  readonly held: boolean;
}

const SCENARIOS: readonly Scenario[] = [
  { what: "tools/call, newest revision", era: "modern", tool: ADD, answers: "json", held: true },
  { what: "tools/call, session", era: "session", tool: ADD, answers: "json", held: true },
  { what: "async handler", era: "modern", tool: WAIT, answers: "json", held: false },
  { what: "streamed, newest", era: "modern", tool: REPORT, answers: "stream", held: false },
  { what: "streamed, session", era: "session", tool: REPORT, answers: "stream", held: false },
  { what: "64 KiB of arguments", era: "modern", tool: LENGTH, answers: "json", held: false },
  { what: "1 MiB of result", era: "modern", tool: LARGE, answers: "json", held: false },
];

/** Least of the bare runtime's and the SDK's speed, and most of the SDK's p99. */
const TARGETS: { readonly [runtime: string]: readonly [raw: number, sdk: number, p99: number] } = {
  deno: [0.5, 6, 1 / 5],
  bun: [0.65, 4, 1 / 2],
  node20: [0.5, 6, 1 / 5],
  node24: [0.5, 6, 1 / 5],
};

/** Measures all of them on a runtime. */
export async function measureHttp(context: BenchContext): Promise<Result[]> {
  const starts = {
    raw: context.start("raw", "http"),
    lmcp: context.start("lmcp", "http"),
    sdk: context.start("sdk", "http"),
  };
  return await withServers(starts, async (servers) => {
    const results: Result[] = [];
    for (const scenario of SCENARIOS) results.push(await measure(context, servers, scenario));
    return results;
  });
}

async function measure(
  { runtime, rounds, seconds }: BenchContext,
  servers: { readonly [name: string]: ServerProcess },
  { what, era, tool, answers, held }: Scenario,
): Promise<Result> {
  const measures: { [name: string]: () => ReturnType<typeof load> } = {};
  for (const [name, server] of Object.entries(servers)) {
    const call = await callTo(server.url, era, tool, answers);
    await checkCall(server.url, call);
    await load(server, call, CONNECTIONS, 1); // Until everything that is hot is compiled.
    measures[name] = () => load(server, call, CONNECTIONS, seconds);
  }
  const all = await inTurn(rounds, measures);
  const [raw, sdk, p99] = held ? TARGETS[runtime] ?? [] : [];
  const ofModern = era === "modern" ? sdk : undefined;
  return {
    part: "http",
    runtime,
    what,
    servers: spreads(all),
    ratios: [
      atLeast("x raw, by CPU time", compared(all, "cpu_us", "raw", "lmcp"), raw),
      atLeast("x SDK, by CPU time", compared(all, "cpu_us", "sdk", "lmcp"), ofModern),
      atMost("p99 over SDK's", compared(all, "p99_ms", "lmcp", "sdk"), p99),
    ],
  };
}

async function callTo(
  url: string,
  era: Era,
  tool: ToolCall,
  answers: "json" | "stream",
): Promise<HttpCall> {
  return era === "modern" ? modernCall(tool) : sessionCall(await openSession(url, answers), tool);
}
