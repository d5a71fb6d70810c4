// Finds the runtime that this program runs on. Called by the command line and by tests; loads only
// the files of that runtime.

import type { Runtime } from "./runtime.ts";

/**
 * Finds the runtime that this program runs on: Deno, Bun, or Node 20 and later.
 *
 * @example
 * ```ts
 * import { openRuntime } from "@lmcp/lmcp/runtime";
 *
 * const runtime = await openRuntime();
 * const listener = await runtime.serve(() => new Response("here"), {
 *   hostname: "127.0.0.1",
 *   port: 0,
 *   onError: (error) => runtime.stderr(String(error)),
 * });
 * if (await (await fetch(listener.url)).text() !== "here") throw new Error("unexpected text");
 * await listener.close();
 * ```
 */
export async function openRuntime(): Promise<Runtime> {
  if ("Deno" in globalThis) return (await import("./deno.ts")).openDeno();
  if ("Bun" in globalThis) return (await import("./bun.ts")).openBun();
  if ("process" in globalThis) return (await import("./node.ts")).openNode();
  throw new Error("Cannot find a runtime: lmcp's programs run on Deno, Bun and Node");
}
