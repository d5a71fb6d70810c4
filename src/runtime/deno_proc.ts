// Looks into /proc by Deno's own calls. Used by `deno_ports.ts` and `deno_process.ts`.

import { systemCode } from "./deno_errors.ts";
import type { ProcReader } from "./proc_reader.ts";

/** Reads /proc. */
export const DENO_PROC: ProcReader = {
  text: (path) => Deno.readTextFileSync(path),
  names: (path) => Array.from(Deno.readDirSync(path), ({ name }) => name),
  link: (path) => Deno.readLinkSync(path),
  isGone(error) {
    const code = systemCode(error);
    return code === "ENOENT" || code === "ESRCH";
  },
};
