// What the parts of the benchmark are given: a runtime, and how its servers are started.
// Made by `main.ts` for each runtime.

import type { RuntimeName } from "../tests/contract/contract.ts";
import { commandOf, type Stage } from "../scripts/runtimes/stage.ts";
import { LARGE_BYTES, TOKEN } from "./servers/samples.ts";
import { type ServerProcess, startServer } from "./server_process.ts";

/** The servers that are compared. */
export type ServerName = "raw" | "lmcp" | "sdk";

/** A command and what it needs around it. */
export interface Start {
  readonly command: readonly string[];
  readonly cwd?: string;
  readonly env?: { readonly [name: string]: string };
}

/** One runtime of the benchmark. */
export interface BenchContext {
  readonly runtime: RuntimeName;
  readonly rounds: number;
  /** Seconds of one run under load. */
  readonly seconds: number;
  /** How a server is started. */
  start(server: ServerName, ...args: string[]): Start;
  /** How the program `lmcp` is started: on Deno from its sources, else from the npm package. */
  lmcp(...args: string[]): Start;
}

/** What the servers are started from. */
export interface BenchFolders {
  /** The sources, as Bun and Node can run them. */
  readonly stage: Stage | undefined;
  /** The npm package. */
  readonly program: string | undefined;
  /** The SDK's packages and its server. */
  readonly sdk: string;
}

/** Makes it. */
export function openContext(
  options: Pick<BenchContext, "runtime" | "rounds" | "seconds">,
  executable: string,
  { stage, program, sdk }: BenchFolders,
): BenchContext {
  const { runtime } = options;
  return {
    ...options,
    start(server, ...args) {
      if (server !== "sdk") {
        return { command: [...commandOf(runtime, executable, stage, `bench_${server}`), ...args] };
      }
      const first = runtime === "deno" ? [executable, "run", "-A", "--quiet"] : [executable];
      const env = { BENCH_TOKEN: TOKEN, BENCH_LARGE_BYTES: String(LARGE_BYTES) };
      return { command: [...first, `${sdk}/sdk.mjs`, ...args], cwd: sdk, env };
    },
    lmcp(...args) {
      if (runtime === "deno") {
        return { command: [...commandOf(runtime, executable, stage, "lmcp"), ...args] };
      }
      return { command: [executable, `${program}/bin/lmcp.mjs`, ...args] };
    },
  };
}

/** Starts servers, gives them to `use`, and stops them whatever happens. */
export async function withServers<T extends { readonly [name: string]: Start }, R>(
  starts: T,
  use: (servers: { readonly [N in keyof T]: ServerProcess }) => Promise<R>,
): Promise<R> {
  const running: { [name: string]: ServerProcess } = {};
  try {
    for (const [name, { command, ...options }] of Object.entries(starts)) {
      running[name] = await startServer(command, options);
    }
    return await use(running as { readonly [N in keyof T]: ServerProcess });
  } finally {
    await Promise.all(Object.values(running).map((server) => server.stop()));
  }
}
