// What the machine is and how it is doing, by Deno's own calls.
// Used by `deno.ts`. Never fails: what the system does not say is undefined.

import type { SystemFacts } from "./runtime.ts";

/** The machine. A fact is asked for when it is read: a start needs few of them. */
export function denoSystem(): SystemFacts {
  return {
    os: Deno.build.os,
    arch: Deno.build.arch,
    runtime: { name: "deno", version: Deno.version.deno },
    get kernel() {
      return said(() => Deno.osRelease());
    },
    get hostname() {
      return said(() => Deno.hostname());
    },
    get cpus() {
      return navigator.hardwareConcurrency;
    },
    get loadavg() {
      return Deno.build.os === "windows" ? undefined : said(loads);
    },
    get memory() {
      return said(memory);
    },
    get uptimeS() {
      return said(() => Deno.osUptime());
    },
    get uid() {
      return said(() => Deno.uid() ?? undefined);
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
  const [one = 0, five = 0, fifteen = 0] = Deno.loadavg();
  return [one, five, fifteen];
}

function memory(): { total: number; available: number } {
  const { total, available } = Deno.systemMemoryInfo();
  return { total, available };
}

function addresses(): SystemFacts["addresses"] {
  return Deno.networkInterfaces().map(({ name, family, address }) => ({
    interface: name,
    family,
    address,
    internal: address === "::1" || address.startsWith("127."),
  }));
}
