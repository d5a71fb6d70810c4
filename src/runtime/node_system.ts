// What the machine is and how it is doing, by Node's calls, on Node and Bun, in Deno's words.
// Used by `node.ts` and `bun.ts`. Never fails: what the system does not say is undefined.

import { readFileSync } from "node:fs";
import os from "node:os";
import process from "node:process";
import type { SystemFacts } from "./runtime.ts";

const OS_NAMES: { readonly [platform: string]: string } = { win32: "windows" };
const ARCH_NAMES: { readonly [arch: string]: string } = { x64: "x86_64", arm64: "aarch64" };

/**
 * The machine. A fact is asked for when it is read: a start needs few of them. `name` and `version`
 * are the runtime's.
 */
export function nodeSystem(name: string, version: string): SystemFacts {
  const { platform, arch } = process;
  return {
    os: OS_NAMES[platform] ?? platform,
    arch: ARCH_NAMES[arch] ?? arch,
    runtime: { name, version },
    get kernel() {
      return said(() => os.release());
    },
    get hostname() {
      return said(() => os.hostname());
    },
    get cpus() {
      return said(() => os.availableParallelism()) ?? 1;
    },
    get loadavg() {
      return platform === "win32" ? undefined : said(loads);
    },
    get memory() {
      return said(memory);
    },
    get uptimeS() {
      return said(() => Math.floor(os.uptime()));
    },
    get uid() {
      return said(() => process.getuid?.());
    },
    get addresses() {
      return said(addresses) ?? [];
    },
  };
}

function said<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}

function loads(): readonly [number, number, number] {
  const [one = 0, five = 0, fifteen = 0] = os.loadavg();
  return [one, five, fifteen];
}

// What is free is less than what could be had: Linux says both.
function memory(): { total: number; available: number } {
  const total = os.totalmem();
  if (process.platform !== "linux") return { total, available: os.freemem() };
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1];
  return { total, available: kilobytes === undefined ? os.freemem() : Number(kilobytes) * 1024 };
}

function addresses(): SystemFacts["addresses"] {
  return Object.entries(os.networkInterfaces()).flatMap(([name, found = []]) =>
    found.map(({ family, address, internal }) => ({ interface: name, family, address, internal }))
  );
}
