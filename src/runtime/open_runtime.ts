// Finds the runtime that this program runs on. Called by the command line and by tests; loads only
// the files of that runtime.

import type { Runtime } from "./runtime.ts";

/** Finds the runtime that this program runs on. */
export async function openRuntime(): Promise<Runtime> {
  if ("Deno" in globalThis) return (await import("./deno.ts")).openDeno();
  throw new Error("Cannot find a runtime: lmcp's programs run on Deno; the library runs anywhere");
}
