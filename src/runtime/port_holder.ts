// Finds the program that listens on a port, so that "in use" can say by whom (Linux).
// Used by each runtime. Never fails: what cannot be seen is undefined.

import type { ProcReader } from "./proc_reader.ts";

/** The program behind a TCP port of this machine, as far as this user may see it. */
export function findPortHolder(
  proc: ProcReader,
  port: number,
): { pid: number; name: string } | undefined {
  const sockets = new Set([
    ...listening(proc, "/proc/net/tcp", port),
    ...listening(proc, "/proc/net/tcp6", port),
  ]);
  if (sockets.size === 0) return undefined;
  for (const pid of numbersIn(proc, "/proc")) {
    for (const fd of numbersIn(proc, `/proc/${pid}/fd`)) {
      const target = seen(() => proc.link(`/proc/${pid}/fd/${fd}`));
      if (target === undefined || !sockets.has(target)) continue;
      const name = seen(() => proc.text(`/proc/${pid}/comm`))?.trim() ?? "?";
      return { pid, name };
    }
  }
  return undefined;
}

// Columns: number, local address:port in hex, remote, state (0A listens), five more, inode.
function listening(proc: ProcReader, table: string, port: number): string[] {
  const rows = seen(() => proc.text(table))?.split("\n").slice(1) ?? [];
  const found: string[] = [];
  for (const row of rows) {
    const columns = row.trim().split(/\s+/);
    const local = columns[1]?.split(":")[1] ?? "";
    if (columns[3] === "0A" && parseInt(local, 16) === port) found.push(`socket:[${columns[9]}]`);
  }
  return found;
}

function numbersIn(proc: ProcReader, folder: string): number[] {
  return (seen(() => proc.names(folder)) ?? []).map(Number).filter((number) => number >= 0);
}

// Processes end while one looks, and those of others cannot be looked into.
function seen<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
