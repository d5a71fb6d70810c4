// The machine's own disks and how full they are.
// Called by `systeminfo`. Asks `df` only about local disks: one dead network mount among its
// arguments would leave it, and us, without any answer.

import type { Files } from "../src/runtime/runtime.ts";
import type { Ask } from "./board_facts.ts";
import { smallFileText } from "./small_file.ts";

/** A mounted disk. */
export interface Disk {
  readonly mount: string;
  readonly device: string;
  readonly total_bytes: number;
  readonly available_bytes: number;
}

/** The mounted disks; undefined when the machine does not tell in time. */
export async function diskFacts(files: Files, ask: Ask): Promise<Disk[] | undefined> {
  const mounts = await smallFileText(files.open("/proc/mounts", { read: true }));
  const places = mounts === undefined ? ["-l"] : ["--", ...localMounts(mounts)];
  const table = await ask("df", "-kP", ...places);
  return table === undefined ? undefined : disksOf(table);
}

/** The folders that local disks are mounted on, from the text of `/proc/mounts`, each disk once. */
export function localMounts(mounts: string): string[] {
  const places = new Map<string, string>();
  for (const line of mounts.split("\n")) {
    const [device = "", mount = "", type = ""] = line.split(" ").map(unescaped);
    const pooled = type === "zfs" || type === "bcachefs";
    const disk = device.startsWith("/dev/") && !device.startsWith("/dev/loop");
    if (!disk && !pooled && mount !== "/") continue;
    // A bind mount shows a disk again, and a mount on the same place hides the one below.
    const known = places.get(device);
    if (known === undefined || mount.length < known.length) places.set(device, mount);
  }
  return [...new Set(places.values())];
}

function unescaped(field: string): string {
  return field.replace(
    /\\([0-7]{3})/g,
    (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)),
  );
}

/** The disks in a table of `df -kP`. */
export function disksOf(table: string): Disk[] {
  const disks: Disk[] = [];
  for (const line of table.split("\n").slice(1)) {
    const parts = /^(.+?) +(\d+) +\d+ +(\d+) +\S+ +(\/.*)$/.exec(line);
    if (parts === null) continue;
    const [, device = "", total, available, mount = ""] = parts;
    // What has no size holds no files: autofs, devfs.
    if (Number(total) === 0) continue;
    disks.push({
      mount,
      device,
      total_bytes: Number(total) * 1024,
      available_bytes: Number(available) * 1024,
    });
  }
  return disks;
}
