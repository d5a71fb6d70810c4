// A hub with a host for each way in which hosts go wrong, all at once, and one that is well: what a
// caller of each sees, how long it takes, and whether the next call works once the fault is over.
// Used by the test and by the script that prints the table. Everything is real: processes, sockets,
// sshd, and a clock that is set by libfaketime.

import { type Client, ClientError, connect } from "../../src/client/mod.ts";
import { startSshd } from "../../src/hub/testing/sshd.ts";
import { type Fault, startFaultyProxy } from "../support/faulty_proxy.ts";
import { type ServerProgram, startHub, startServer } from "../support/program.ts";

/** What came of one fault. */
export interface FaultRow {
  readonly fault: string;
  /** What the caller was told, on one line. */
  readonly seen: string;
  readonly ms: number;
  /** The same for the next call, after the fault. */
  readonly next: string;
  readonly nextMs: number;
}

/** What came of all of them. */
export interface FaultTable {
  readonly rows: readonly FaultRow[];
  /** Milliseconds of calls on the host that is well: before the faults, and while they were. */
  readonly before: readonly number[];
  readonly during: readonly number[];
  /** What the hub said of a registry that was edited to nonsense. */
  readonly registry: string;
}

/** The settings of the hub: short, so that a table takes seconds. */
const HUB_ENV = {
  LMCP_HUB_PROBE_BUDGET: "1",
  LMCP_HUB_SSH_HARD_TIMEOUT: "3",
  LMCP_HUB_PROBE_TTL_DOWN_MIN: "600",
};
const FAKETIME = ["x86_64", "aarch64"].map((arch) =>
  `/usr/lib/${arch}-linux-gnu/faketime/libfaketime.so.1`
);
const SETTLED_CALLS = 60;

/** Faults that a proxy makes, and whether the host was well before, so that it counts as up. */
const WAY_FAULTS: readonly (readonly [name: string, fault: Fault, warm: boolean])[] = [
  ["refused", "refused", true],
  ["blackhole, from the start", "blackhole", false],
  ["blackhole, just now", "blackhole", true],
  ["reset mid-answer", "reset", true],
  ["401", 401, true],
  ["500", 500, true],
  ["garbage", "garbage", true],
  ["slow drip", "drip", true],
];

/** The library that sets the clock of a program; undefined where it is not installed. */
export function fakeClock(): string | undefined {
  return FAKETIME.find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  });
}

/** Makes the faults and sees what comes of them. */
export async function runFaults(): Promise<FaultTable> {
  const dir = await Deno.makeTempDir({ prefix: "lmcp-faults-" });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Deno.remove(dir, { recursive: true }));
  const well = stack.use(await startServer());
  const ways = [];
  for (const [name, fault, warm] of WAY_FAULTS) {
    const host = name.replace(/[^a-z0-9]+/g, "-");
    const proxy = stack.use(await startFaultyProxy(well.url));
    if (!warm) await proxy.set(fault);
    ways.push({ name, fault, warm, host, proxy });
  }
  const mortal = await startMortal(stack);
  const changed = stack.use(await startSshd());
  const hanging = stack.use(await startSshd({ config: ["ForceCommand sleep 600"] }));
  await Deno.writeTextFile(
    `${dir}/ssh_config`,
    [
      "Host *",
      ...[changed, hanging].map((sshd) => `  IdentityFile ${sshd.dir}/user_key`),
      "  IdentitiesOnly yes",
      "  GlobalKnownHostsFile /dev/null",
      `  UserKnownHostsFile ${changed.dir}/known_hosts ${hanging.dir}/known_hosts`,
    ].join("\n"),
  );
  const gone = "http://127.0.0.1:47/mcp";
  const registry = `${dir}/backends.conf`;
  const lines = [
    `well ${well.url}`,
    ...ways.map(({ host, proxy }) => `${host} ${proxy.url}`),
    `mortal ${mortal.url}`,
    `changed ${gone} ssh=${changed.target}`,
    `hanging ${gone} ssh=${hanging.target}`,
  ].join("\n");
  await Deno.writeTextFile(registry, lines);
  await Deno.writeTextFile(`${dir}/clock`, "+0");
  const hub = stack.use(
    await startHub(["--backends", registry], {
      env: { ...HUB_ENV, ...clockEnv(dir), LMCP_HUB_SSH: `ssh -F ${dir}/ssh_config` },
      boundMs: 180_000,
    }),
  );
  const client = await connect(hub.url, { timeoutMs: 100_000 });
  stack.defer(() => client.close());

  // A host counts as up once a call has worked.
  for (const { host, warm } of ways) if (warm) await ask(client, host);
  await ask(client, "mortal");
  await ask(client, "well");
  const before = await timeCalls(client, SETTLED_CALLS);
  for (const { fault, proxy, warm } of ways) if (warm) await proxy.set(fault, fault === "reset");

  let over = false;
  const meanwhile = timeCalls(client, Infinity, () => over);
  const faults = await Promise.all([
    ...ways.map(({ name, host, proxy }) =>
      row(name, () => ask(client, host), () => proxy.set("none"), () => ask(client, host))
    ),
    row(
      "restart during call",
      () => ask(client, "mortal", "sleep 30", mortal.kill),
      mortal.restart,
      () => ask(client, "mortal"),
    ),
    row(
      "clock jump of a day forth, and back",
      async () => {
        await Deno.writeTextFile(`${dir}/clock`, "+1d");
        return await ask(client, "well");
      },
      () => Deno.writeTextFile(`${dir}/clock`, "-1d"),
      () => ask(client, "well"),
    ),
    row(
      "ssh host key changed",
      async () => {
        await changed.changeKnownKey();
        return await ask(client, "changed");
      },
      async () => {
        const key = (await Deno.readTextFile(`${changed.dir}/host_key.pub`)).split(" ");
        const port = new URL(changed.target.replace("ssh:", "http:")).port;
        await Deno.writeTextFile(
          `${changed.dir}/known_hosts`,
          `[127.0.0.1]:${port} ${key[0]} ${key[1]}\n`,
        );
      },
      () => ask(client, "changed"),
    ),
    row(
      "ssh hangs after auth",
      () => ask(client, "hanging"),
      () => Promise.resolve(),
      () => ask(client, "well"),
    ),
  ]);
  over = true;
  const during = await meanwhile;
  const edited = await row(
    "registry edited to nonsense",
    async () => {
      await Deno.writeTextFile(registry, `${lines}\nnew ssh=-oProxyCommand=touch\n`);
      return await ask(client, "well");
    },
    () => Deno.writeTextFile(registry, `${lines}\nnew ${well.url}\n`),
    () => ask(client, "new"),
  );
  await Deno.writeTextFile(registry, `${lines}\nevil - ssh=-oProxyCommand=touch\n`);
  const listed = await client.callTool("remote_list_hosts");
  const told = (listed.structuredContent as { registry_problem?: string }).registry_problem ?? "";
  return { rows: [...faults, edited], before, during, registry: told };
}

async function row(
  fault: string,
  call: () => Promise<string>,
  mend: () => Promise<unknown>,
  again: () => Promise<string>,
): Promise<FaultRow> {
  const start = performance.now();
  const seen = await call();
  const ms = performance.now() - start;
  await mend();
  const from = performance.now();
  const next = await again();
  return { fault, seen, ms, next, nextMs: performance.now() - from };
}

/** Runs a command on a host; gives what the caller sees, on one line. */
async function ask(
  client: Client,
  host: string,
  command = "echo fine",
  begun?: (pid: number) => void,
): Promise<string> {
  const marked = begun === undefined ? command : `echo pid $$; ${command}`;
  const args = { host, command: marked, timeout_s: begun === undefined ? 1 : 30 };
  try {
    const { content } = await client.callTool("remote_shell", args, {
      ...(begun === undefined ? {} : {
        onProgress({ message = "" }) {
          const pid = /pid (\d+)/.exec(message)?.[1];
          if (pid !== undefined) begun(Number(pid));
        },
      }),
    });
    return content.map((block) => block.type === "text" ? block.text : block.type).join(" ")
      .replace(/\s+/g, " ").trim();
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    return `ClientError ${error.code}: ${error.message}`;
  }
}

/** Milliseconds of calls on the host that is well, one after the other. */
async function timeCalls(
  client: Client,
  most: number,
  over: () => boolean = () => false,
): Promise<number[]> {
  const times: number[] = [];
  while (times.length < most && !over()) {
    const start = performance.now();
    const { isError } = await client.callTool("remote_ping", { host: "well" });
    if (isError === true) throw new Error("the host that is well failed");
    times.push(performance.now() - start);
  }
  return times;
}

/** A server that can be killed, and comes back at the same address. */
async function startMortal(stack: AsyncDisposableStack) {
  let program: ServerProgram = await startServer();
  const { url } = program;
  stack.defer(() => program[Symbol.asyncDispose]());
  return {
    url,
    kill: () => program.kill("SIGKILL"),
    async restart() {
      await program.exited;
      program = await startServer(["--port", new URL(url).port]);
    },
  };
}

function clockEnv(dir: string): { [name: string]: string } {
  const library = fakeClock();
  if (library === undefined) return {};
  return {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: `${dir}/clock`,
    FAKETIME_NO_CACHE: "1",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
  };
}
