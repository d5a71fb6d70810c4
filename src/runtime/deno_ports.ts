// Finds the program that listens on a port, on Deno. Used by `deno_http.ts` and `deno.ts`.

import { DENO_PROC } from "./deno_proc.ts";
import { findPortHolder } from "./port_holder.ts";

/** The program behind a TCP port of this machine; undefined where that cannot be seen. */
export function portHolder(port: number): { pid: number; name: string } | undefined {
  return Deno.build.os === "linux" ? findPortHolder(DENO_PROC, port) : undefined;
}
