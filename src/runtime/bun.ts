// The machine as Bun gives it: its own HTTP server, and Node's modules for the rest.
// Called by `openRuntime()`.

import process from "node:process";
import { serveBun } from "./bun_http.ts";
import { nodeMachine } from "./node_machine.ts";
import { portHolder } from "./node_ports.ts";
import type { Runtime } from "./runtime.ts";

/** The runtime of a program that runs on Bun. */
export function openBun(): Runtime {
  // Async, so that an address that cannot be had rejects and does not throw.
  // deno-lint-ignore require-await
  const serve: Runtime["serve"] = async (handler, options) =>
    serveBun(handler, options, portHolder);
  return nodeMachine("bun", process.versions.bun ?? "unknown", serve);
}
