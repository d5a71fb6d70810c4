// The program as the archives and single files hold it; scripts/archive/bundle.ts makes one script
// of it. What the launcher set for Deno alone must not reach the commands that lmcp runs.

import { main } from "../../src/cli.ts";

if ("Deno" in globalThis) {
  for (const name of ["DENO_DIR", "DENO_NO_UPDATE_CHECK"]) {
    const was = Deno.env.get(`LMCP_WAS_${name}`);
    if (was === undefined) continue; // Not started by the launcher.
    Deno.env.delete(`LMCP_WAS_${name}`);
    if (was === "") Deno.env.delete(name);
    else Deno.env.set(name, was);
  }
}
await main();
