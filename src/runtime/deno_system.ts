// What the machine is and how it is doing, by Deno's own calls.
// Used by `deno.ts`. Never fails: what the system does not say is undefined.

import type { SystemFacts } from "./runtime.ts";

/** Looks at the machine now. */
export function denoSystem(): SystemFacts {
  return {
    os: Deno.build.os,
    kernel: said(() => Deno.osRelease()),
    arch: Deno.build.arch,
    hostname: said(() => Deno.hostname()),
    cpus: navigator.hardwareConcurrency,
    loadavg: Deno.build.os === "windows" ? undefined : said(loads),
    memory: said(memory),
    uptimeS: said(() => Deno.osUptime()),
    uid: said(() => Deno.uid() ?? undefined),
    runtime: { name: "deno", version: Deno.version.deno },
    addresses: said(addresses) ?? [],
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
