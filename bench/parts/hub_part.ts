// A call through the hub against the same call to the host itself: what the way costs.

import { type BenchContext, withServers } from "../bench_context.ts";
import { checkCall, modernCall } from "../calls.ts";
import { compared, inTurn, type Result, spreads } from "../figures.ts";
import { load } from "../http_load.ts";

/** Few, as each call through the hub is two. */
const CONNECTIONS = 8;

/** Measures it on a runtime. */
export async function measureHub(context: BenchContext): Promise<Result[]> {
  const { runtime, rounds, seconds } = context;
  const folder = await Deno.makeTempDir({ prefix: "lmcp-bench-" });
  const backends = `${folder}/backends.conf`;
  const env = { XDG_STATE_HOME: folder };
  const host = { ...context.lmcp("serve", "--port", "0"), env };
  const hub = { ...context.lmcp("hub", "--port", "0", "--backends", backends), env };
  const direct = modernCall({ name: "ping", arguments: {} });
  const remote = modernCall({ name: "remote_ping", arguments: { host: "one" } });
  try {
    return await withServers({ host }, async (hosts) => {
      await Deno.writeTextFile(backends, `one ${hosts.host.url}\n`);
      return await withServers({ hub }, async (hubs) => {
        await checkCall(hosts.host.url, direct);
        await checkCall(hubs.hub.url, remote);
        await load(hubs.hub, remote, CONNECTIONS, 1);
        const all = await inTurn(rounds, {
          direct: () => load(hosts.host, direct, CONNECTIONS, seconds),
          hub: () => load(hubs.hub, remote, CONNECTIONS, seconds),
        });
        const ratio = {
          name: "x a direct call's time",
          value: compared(all, "p50_ms", "hub", "direct"),
        };
        return [{ part: "hub", runtime, what: "ping", servers: spreads(all), ratios: [ratio] }];
      });
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
