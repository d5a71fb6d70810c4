// What the `systeminfo` tool does when it is called. Loaded by `systeminfo.ts` at the first call.
// Each fact fails alone, and none may hang the call: what cannot be had in time is left out.

import { type Runtime, SpawnError } from "../src/runtime/runtime.ts";
import { text } from "../src/server/define.ts";
import { VERSION } from "../src/version.ts";
import { type Ask, type BoardFacts, boardFacts } from "./board_facts.ts";
import { type Disk, diskFacts } from "./disk_facts.ts";
import type { Host } from "./host.ts";
import { runProcess } from "./run_process.ts";
import { smallFileText } from "./small_file.ts";

const ASK_MS = 3_000;

/** What `systeminfo` answers; sizes in bytes, times in seconds. */
interface Facts {
  readonly os: string;
  readonly os_name?: string | undefined;
  readonly kernel?: string | undefined;
  readonly arch: string;
  readonly hostname?: string | undefined;
  readonly board?: string | undefined;
  readonly cpus: { readonly count: number; readonly model?: string | undefined };
  readonly load?: readonly number[] | undefined;
  readonly memory?: { readonly total_bytes: number; readonly available_bytes: number } | undefined;
  readonly disks?: readonly Disk[] | undefined;
  readonly temperatures?: BoardFacts["temperatures"] | undefined;
  readonly throttling?: BoardFacts["throttling"];
  readonly uptime_s?: number | undefined;
  readonly addresses: readonly { readonly interface: string; readonly address: string }[];
  readonly versions: { readonly [name: string]: string };
  readonly path: string;
}

/** Finds the facts, and words them. */
export async function runSysteminfo(host: Host, signal: AbortSignal) {
  const facts = await systemFacts(host, signal);
  return { content: [text(textOf(facts))], structuredContent: facts };
}

async function systemFacts(host: Host, signal: AbortSignal): Promise<Facts> {
  const { runtime } = host;
  const path = await host.shell.path();
  const ask: Ask = (...command) => printed(host, path, command, signal);
  const [osName, board, disks] = await Promise.all([
    nameOfOs(runtime, ask),
    boardFacts(runtime, ask),
    diskFacts(runtime.files, ask),
  ]);
  const system = runtime.system();
  const { memory } = system;
  return present<Facts>({
    os: system.os,
    os_name: osName,
    kernel: system.kernel,
    arch: system.arch,
    hostname: system.hostname,
    board: board.model,
    cpus: present({ count: system.cpus, model: board.cpu }),
    load: system.loadavg,
    memory: memory === undefined ? undefined : {
      total_bytes: memory.total,
      available_bytes: memory.available,
    },
    disks,
    temperatures: board.temperatures.length === 0 ? undefined : board.temperatures,
    throttling: board.throttling,
    uptime_s: system.uptimeS,
    addresses: system.addresses.filter((address) => !address.internal)
      .map(({ interface: name, address }) => ({ interface: name, address })),
    versions: { lmcp: VERSION, [system.runtime.name]: system.runtime.version },
    path,
  });
}

/** What a program prints; undefined when it is not there, fails or takes too long. */
async function printed(
  { processes }: Host,
  path: string,
  [command = "", ...args]: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    const { how, exit } = await runProcess(processes, {
      command,
      args,
      env: { PATH: path, LC_ALL: "C" },
      timeoutMs: ASK_MS,
      signal,
      onOutput: (bytes) => {
        text += decoder.decode(bytes, { stream: true });
        return Promise.resolve();
      },
    });
    return how === "exited" && exit.code === 0 ? text : undefined;
  } catch (error) {
    if (error instanceof SpawnError) return undefined;
    throw error;
  }
}

async function nameOfOs(runtime: Runtime, ask: Ask): Promise<string | undefined> {
  if (runtime.system().os === "darwin") {
    const version = await ask("sw_vers", "-productVersion");
    return version === undefined ? undefined : `macOS ${version.trim()}`;
  }
  const release = await smallFileText(runtime.files.open("/etc/os-release", { read: true }));
  return /^PRETTY_NAME="?([^"\n]*)/m.exec(release ?? "")?.[1];
}

function present<T extends object>(facts: T): T {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as T;
}

function textOf(facts: Facts): string {
  const { memory, cpus, throttling } = facts;
  const lines: (readonly [string, string | undefined])[] = [
    ["host", facts.hostname],
    ["system", [facts.os_name ?? facts.os, facts.kernel, facts.arch].filter(Boolean).join(", ")],
    ["board", facts.board],
    ["cpus", [cpus.count, cpus.model].filter(Boolean).join(", ")],
    ["load", facts.load?.map((load) => load.toFixed(2)).join(" ")],
    ["memory", memory && share(memory)],
    ...(facts.disks ?? []).map((disk) => [`disk ${disk.mount}`, share(disk)] as const),
    ["temperatures", facts.temperatures?.map((at) => `${at.name} ${at.celsius} °C`).join(", ")],
    ["throttled now", throttling && (throttling.now.join(", ") || "no")],
    ["throttled since boot", throttling && (throttling.since_boot.join(", ") || "no")],
    ["uptime", facts.uptime_s === undefined ? undefined : duration(facts.uptime_s)],
    ["addresses", facts.addresses.map((at) => `${at.address} (${at.interface})`).join(", ")],
    ["versions", Object.entries(facts.versions).map((each) => each.join(" ")).join(", ")],
    ["PATH", facts.path],
  ];
  return lines.filter(([, value]) => value).map(([name, value]) => `${name}: ${value}`).join("\n");
}

function share(space: { readonly total_bytes: number; readonly available_bytes: number }): string {
  return `${size(space.available_bytes)} free of ${size(space.total_bytes)}`;
}

function size(bytes: number): string {
  const gib = bytes / 2 ** 30;
  return gib >= 1 ? `${gib.toFixed(1)} GiB` : `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}

function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24];
  return days > 0
    ? `${days} d ${hours} h`
    : hours > 0
    ? `${hours} h ${minutes % 60} min`
    : `${minutes} min`;
}
