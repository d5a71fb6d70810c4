// What board this is: its model, processor, temperatures, and whether it is being throttled.
// Called by `systeminfo`. Each fact fails alone: what the machine does not tell is undefined.

import type { Runtime } from "../src/runtime/runtime.ts";
import { smallFileText } from "./small_file.ts";

/** What the machine says of its hardware. */
export interface BoardFacts {
  readonly model: string | undefined;
  readonly cpu: string | undefined;
  readonly temperatures: readonly { readonly name: string; readonly celsius: number }[];
  /** Only on boards that tell (Raspberry Pi). */
  readonly throttling: Throttling | undefined;
}

/** Why a board runs slower than it could. */
export interface Throttling {
  readonly now: readonly string[];
  readonly since_boot: readonly string[];
}

/** Asks a program for a fact; undefined when it cannot tell. */
export type Ask = (...command: [string, ...string[]]) => Promise<string | undefined>;

/** Looks at the hardware. `root` is where the system's own files are found, for tests. */
export async function boardFacts(runtime: Runtime, ask: Ask, root = ""): Promise<BoardFacts> {
  const read = async (path: string): Promise<string | undefined> => {
    const text = await smallFileText(runtime.files.open(root + path, { read: true }));
    return text?.replaceAll("\0", "").trim() || undefined;
  };
  if (runtime.system().os === "darwin") {
    const [model, cpu] = await Promise.all([
      ask("sysctl", "-n", "hw.model"),
      ask("sysctl", "-n", "machdep.cpu.brand_string"),
    ]);
    return { model: model?.trim(), cpu: cpu?.trim(), temperatures: [], throttling: undefined };
  }
  const [model, cpuinfo, throttled, temperatures] = await Promise.all([
    boardModel(read),
    read("/proc/cpuinfo"),
    read("/sys/devices/platform/soc/soc:firmware/get_throttled"),
    thermalZones(read),
  ]);
  return {
    model,
    cpu: cpuinfo === undefined ? undefined : cpuName(cpuinfo),
    temperatures,
    throttling: throttled === undefined ? undefined : throttlingOf(throttled),
  };
}

const MOST_ZONES = 64;

type Read = (path: string) => Promise<string | undefined>;

async function boardModel(read: Read): Promise<string | undefined> {
  const tree = await read("/proc/device-tree/model") ??
    await read("/sys/firmware/devicetree/base/model");
  if (tree !== undefined) return tree;
  const vendor = await read("/sys/devices/virtual/dmi/id/sys_vendor");
  const product = await read("/sys/devices/virtual/dmi/id/product_name");
  if (product === undefined || vendor === undefined) return product;
  return product.startsWith(vendor) ? product : `${vendor} ${product}`;
}

async function thermalZones(read: Read): Promise<{ name: string; celsius: number }[]> {
  const zones: { name: string; celsius: number }[] = [];
  // Zones are numbered from 0 without gaps.
  for (let zone = 0; zone < MOST_ZONES; zone++) {
    const folder = `/sys/class/thermal/thermal_zone${zone}`;
    const name = await read(`${folder}/type`);
    if (name === undefined) break;
    // A zone whose sensor is off fails to read, and some say nonsense instead.
    const celsius = Number(await read(`${folder}/temp`)) / 1000;
    if (celsius > -100 && celsius < 300) {
      zones.push({ name, celsius: Math.round(celsius * 10) / 10 });
    }
  }
  return zones;
}

// ARM kernels tell the core's number where others tell its name.
const ARM_CORES: { readonly [part: string]: string } = {
  "0xb76": "ARM1176",
  "0xc07": "Cortex-A7",
  "0xc08": "Cortex-A8",
  "0xc09": "Cortex-A9",
  "0xc0f": "Cortex-A15",
  "0xd03": "Cortex-A53",
  "0xd04": "Cortex-A35",
  "0xd05": "Cortex-A55",
  "0xd07": "Cortex-A57",
  "0xd08": "Cortex-A72",
  "0xd09": "Cortex-A73",
  "0xd0a": "Cortex-A75",
  "0xd0b": "Cortex-A76",
  "0xd0c": "Neoverse-N1",
  "0xd41": "Cortex-A78",
};

/** The name of the processor, from the text of `/proc/cpuinfo`. */
export function cpuName(cpuinfo: string): string | undefined {
  const name = /^model name\s*:\s*(.+)$/m.exec(cpuinfo)?.[1];
  const parts = [...cpuinfo.matchAll(/^CPU part\s*:\s*(\S+)$/gm)].map(([, part = ""]) => part);
  if (parts.length === 0) return name ?? /^(?:uarch|cpu model)\s*:\s*(.+)$/m.exec(cpuinfo)?.[1];
  const counts = new Map<string, number>();
  for (const part of parts) {
    const core = ARM_CORES[part.toLowerCase()] ?? name ?? `part ${part}`;
    counts.set(core, (counts.get(core) ?? 0) + 1);
  }
  return [...counts].map(([core, count]) => `${count}x ${core}`).join(" + ");
}

const REASONS = ["under-voltage", "frequency capped", "throttled", "soft temperature limit"];

/** What the flags of a Raspberry Pi's firmware mean: the low bits are now, bits 16 up since boot. */
export function throttlingOf(flags: string): Throttling | undefined {
  if (!/^(0x)?[0-9a-f]+$/i.test(flags)) return undefined;
  const bits = Number.parseInt(flags, 16);
  return {
    now: REASONS.filter((_, bit) => bits & (1 << bit)),
    since_boot: REASONS.filter((_, bit) => bits & (1 << (bit + 16))),
  };
}
