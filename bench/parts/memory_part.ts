// Memory: after load, and for each of many sessions that hold a stream open.

import { type BenchContext, withServers } from "../bench_context.ts";
import { modernCall, openSession, sessionHeaders } from "../calls.ts";
import { atMost, compared, type Figures, inTurn, type Result, spreads } from "../figures.ts";
import { holdStream } from "../held_streams.ts";
import { load } from "../http_load.ts";
import { residentKib, type ServerProcess } from "../server_process.ts";

const SESSIONS = 1_000;
/** Opening so many takes a while, and gives nearly the same each time. */
const HELD_ROUNDS = 2;
const SETTLE_MS = 500;
/** KiB that a session may cost over a bare stream. */
const MOST_KIB = 20;
/** MiB over the bare runtime after load. */
const AFTER_LOAD: { readonly [runtime: string]: number } = {
  deno: 60,
  bun: 20,
  node20: 60,
  node24: 60,
};

/** Measures both on a runtime. */
export async function measureMemory(context: BenchContext): Promise<Result[]> {
  const { runtime, rounds, seconds } = context;
  const names = ["raw", "lmcp", "sdk"] as const;
  const measures = (measure: (server: ServerProcess) => Promise<Figures>) =>
    Object.fromEntries(names.map((name) => [
      name,
      () => withServers({ one: context.start(name, "http") }, ({ one }) => measure(one)),
    ]));
  const loaded = await inTurn(
    rounds,
    measures(async (server) => {
      const before = residentKib(server.pid);
      await load(server, modernCall({ name: "add", arguments: { a: 1, b: 2 } }), 32, 2 * seconds);
      return { idle_mib: before / 1024, loaded_mib: residentKib(server.pid) / 1024 };
    }),
  );
  const held = await inTurn(Math.min(rounds, HELD_ROUNDS), measures(holdMany));
  return [
    {
      part: "memory",
      runtime,
      what: "after load",
      servers: spreads(loaded),
      ratios: [
        atMost(
          "MiB over raw",
          compared(loaded, "loaded_mib", "lmcp", "raw", "minus"),
          AFTER_LOAD[runtime],
        ),
        atMost("MiB over SDK", compared(loaded, "loaded_mib", "lmcp", "sdk", "minus"), undefined),
      ],
    },
    {
      part: "memory",
      runtime,
      what: `${SESSIONS} sessions with a stream`,
      servers: spreads(held),
      ratios: [
        atMost("KiB each over raw", compared(held, "kib_each", "lmcp", "raw", "minus"), MOST_KIB),
        atMost("KiB each over SDK", compared(held, "kib_each", "lmcp", "sdk", "minus"), undefined),
      ],
    },
  ];
}

async function holdMany(server: ServerProcess): Promise<Figures> {
  const close = [await hold(server)]; // What the first one loads is not its own.
  const before = residentKib(server.pid);
  for (let count = 0; count < SESSIONS; count++) close.push(await hold(server));
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const after = residentKib(server.pid);
  close.forEach((each) => each());
  return { kib_each: (after - before) / SESSIONS };
}

async function hold({ url }: ServerProcess): Promise<() => void> {
  const session = await openSession(url, "stream");
  return await holdStream(url, { ...sessionHeaders(session), accept: "text/event-stream" });
}
