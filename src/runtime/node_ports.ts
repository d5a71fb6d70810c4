// Finds the program that listens on a port, on Node and Bun. Used by `node.ts` and `bun.ts`.

import process from "node:process";
import { NODE_PROC } from "./node_proc.ts";
import { findPortHolder } from "./port_holder.ts";

/** The program behind a TCP port of this machine; undefined where that cannot be seen. */
export function portHolder(port: number): { pid: number; name: string } | undefined {
  return process.platform === "linux" ? findPortHolder(NODE_PROC, port) : undefined;
}
