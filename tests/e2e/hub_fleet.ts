// deno-lint-ignore-file no-console -- it is a program that prints what it measured
// A hub with many hosts, half of them dead in every way, and what that costs: run in a network of its
// own (`dead_network.ts`), it prints one JSON object. Arguments: how many hosts, seconds of load, and
// of probing at a shortened clock, and of doing nothing.
//
// The hosts that are well are names of a few real servers; the dead ones take connections and say
// nothing, swallow every packet, or have an ssh that hangs.

import { type Client, connect } from "../../src/client/mod.ts";
import { startBlackhole } from "../../src/hub/testing/hub_bench.ts";
import { startSshd } from "../../src/hub/testing/sshd.ts";
import { DEAD_ADDRESS } from "../support/dead_network.ts";
import { type ServerProgram, startHub, startServer } from "../support/program.ts";

/** What was measured, in milliseconds. */
export interface FleetMeasured {
  /** `remote_list_hosts` with `force`, the slowest of a few. */
  readonly forcedMs: number;
  /** The same from memory, the median and the slowest. */
  readonly memoryMs: readonly [number, number];
  /** How many hosts of each state it told of. */
  readonly states: { readonly [state: string]: number };
  /** Calls on hosts that are well, 32 callers, round by round. */
  readonly rounds: readonly Round[];
  /** One call at a time: the median through the hub, and direct. */
  readonly hubMs: number;
  readonly directMs: number;
  /** Share of a core that the hub took while nobody called, with the times of its verdicts as they are. */
  readonly idleShare: number;
  /** Descriptors and memory of a hub that probes all hosts each second or two, from first to last. */
  readonly probing: readonly { readonly files: number; readonly bytes: number }[];
}

/** The same calls on the hosts that are well, one after the other. */
export interface Round {
  /** Through a hub that has no dead ones. */
  readonly alone: Load;
  /** Through a hub that has them, too. */
  readonly among: Load;
  /** Through that hub while others call the dead ones through it all the time. */
  readonly called: Load;
  /** Through the first hub while others do so through the second: what the machine alone makes of it. */
  readonly beside: Load;
}

/** What calls took. */
export interface Load {
  readonly calls: number;
  readonly p50: number;
  readonly p99: number;
}

const CALLERS = 32;
/** Each caller thinks between its calls, as the machine must not be what is measured. */
const THINK_MS = 100;
const BUDGET_S = 1;
const OFTEN = {
  LMCP_HUB_PROBE_TTL_UP: "1",
  LMCP_HUB_PROBE_TTL_DOWN_MIN: "1",
  LMCP_HUB_PROBE_TTL_DOWN_MAX: "2",
};
const ROUNDS = 3;

if (import.meta.main) {
  const [hosts = 12, seconds = 2, probing = 5, idle = 5] = Deno.args.map(Number);
  console.log(JSON.stringify(await measure(hosts, seconds, probing, idle)));
}

async function measure(
  count: number,
  seconds: number,
  probingS: number,
  idleS: number,
): Promise<FleetMeasured> {
  await using stack = new AsyncDisposableStack();
  const dir = await Deno.makeTempDir({ prefix: "lmcp-fleet-" });
  stack.defer(() => Deno.remove(dir, { recursive: true }));
  const boundMs = 1_800_000;
  const servers = await Promise.all([1, 2, 3].map(() => startServer([], { boundMs })));
  for (const server of servers) stack.use(server);
  const silent = stack.use(startBlackhole());
  const sshd = stack.use(await startSshd({ config: ["ForceCommand sleep 600"] }));
  const dead = [
    silent.url,
    `http://${DEAD_ADDRESS}:8080/mcp`,
    `http://127.0.0.1:47/mcp ssh=${sshd.target}`,
  ];
  const half = Math.floor(count / 2);
  const well = Array.from(
    { length: count - half },
    (_, at) => `well${at} ${servers[at % servers.length]!.url}`,
  );
  const gone = Array.from({ length: half }, (_, at) => `dead${at} ${dead[at % dead.length]}`);
  const hubOf = async (name: string, lines: readonly string[], env = {}) => {
    await Deno.writeTextFile(`${dir}/${name}`, `${lines.join("\n")}\n`);
    const hub = stack.use(
      await startHub(["--backends", `${dir}/${name}`], {
        boundMs,
        env: {
          ...env,
          LMCP_HUB_PROBE_BUDGET: String(BUDGET_S),
          LMCP_HUB_SSH_HARD_TIMEOUT: "3",
          LMCP_HUB_SSH: sshd.ssh.join(" "),
        },
      }),
    );
    return { pid: hub.pid, client: await connected(stack, hub) };
  };
  const { client: alone } = await hubOf("well", well);
  const { client: among, pid } = await hubOf("all", [...well, ...gone]);
  const direct = await connected(stack, servers[0]!);

  const forced: number[] = [];
  for (let round = 0; round < 3; round++) {
    forced.push(await timed(() => among.callTool("remote_list_hosts", { force: true })));
  }
  const memory: number[] = [];
  for (let round = 0; round < 20; round++) {
    memory.push(await timed(() => among.callTool("remote_list_hosts")));
  }
  const { structuredContent } = await among.callTool("remote_list_hosts");
  const states: { [state: string]: number } = {};
  for (const { state } of (structuredContent as { hosts: { state: string }[] }).hosts) {
    states[state] = (states[state] ?? 0) + 1;
  }
  const names = well.map((line) => line.split(" ")[0]!);
  const bad = gone.map((line) => line.split(" ")[0]!);
  for (const client of [alone, among]) await load(client, names, seconds / 2);
  const whileCalled = async (client: Client) => {
    const leaving = new AbortController();
    const hanging = callDead(among, bad, leaving.signal);
    const measured = await load(client, names, seconds);
    leaving.abort();
    await hanging;
    return measured;
  };
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({
      alone: await load(alone, names, seconds),
      among: await load(among, names, seconds),
      called: await whileCalled(among),
      beside: await whileCalled(alone),
    });
  }
  const one = (client: Client, tool: string, args: object) => async () => {
    const times: number[] = [];
    for (let call = 0; call < 300; call++) {
      times.push(await timed(() => client.callTool(tool, { ...args })));
    }
    return at(times, 0.5);
  };
  const throughHub = one(among, "remote_ping", { host: names[0] });
  const straight = one(direct, "ping", {});
  await throughHub();
  await straight();
  const [hubMs, directMs] = [await throughHub(), await straight()];
  const before = cpuSeconds(pid);
  await pause(idleS * 1_000);
  const idleShare = (cpuSeconds(pid) - before) / idleS;
  const busy = await hubOf("often", [...well, ...gone], OFTEN);
  return {
    forcedMs: Math.max(...forced),
    memoryMs: [at(memory, 0.5), Math.max(...memory)],
    states,
    rounds,
    hubMs,
    directMs,
    idleShare,
    probing: await watch(busy, probingS),
  };
}

/** Looks at a hub that probes, from when it has settled on. */
async function watch(hub: { readonly pid: number; readonly client: Client }, seconds: number) {
  const seen = [];
  const samples = 20;
  for (let sample = 0; sample <= samples; sample++) {
    await pause(seconds * 1_000 / samples);
    await hub.client.callTool("remote_list_hosts");
    if (sample === 0) continue;
    const files = [...Deno.readDirSync(`/proc/${hub.pid}/fd`)].length;
    seen.push({ files, bytes: residentBytes(hub.pid) });
  }
  return seen;
}

// Not from load_figures.ts: this program runs without the imports of the tests.
function residentBytes(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}

/** Seconds of a core that a process has used. */
function cpuSeconds(pid: number): number {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function connected(stack: AsyncDisposableStack, { url }: ServerProgram): Promise<Client> {
  const client = await connect(url, { timeoutMs: 60_000 });
  stack.defer(() => client.close());
  return client;
}

/** Calls of all callers on hosts that are well, for a while. */
async function load(client: Client, hosts: readonly string[], seconds: number): Promise<Load> {
  const end = performance.now() + seconds * 1_000;
  const times: number[] = [];
  await Promise.all(Array.from({ length: CALLERS }, async (_, caller) => {
    for (let call = caller; performance.now() < end; call++) {
      const host = hosts[call % hosts.length];
      times.push(
        await timed(async () => {
          const { isError } = await client.callTool("remote_ping", { host });
          if (isError === true) throw new Error(`${host} failed`);
        }),
      );
      await pause(THINK_MS * (0.5 + Math.random()));
    }
  }));
  return { calls: times.length, p50: at(times, 0.5), p99: at(times, 0.99) };
}

/** Somebody calls the dead hosts all the while. */
async function callDead(
  client: Client,
  hosts: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    hosts.slice(0, 8).map(async (host) => {
      while (!signal.aborted) {
        const args = { host, command: "true", timeout_s: 1 };
        const result = await client.callTool("remote_shell", args, { signal }).catch(() =>
          undefined
        );
        if (result !== undefined && result.isError !== true) throw new Error(`${host} is not dead`);
      }
    }),
  );
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

function at(values: readonly number[], share: number): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length * share)] ?? NaN;
}
