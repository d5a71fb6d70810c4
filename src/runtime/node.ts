// The machine as Node gives it. Called by `openRuntime()`.

import process from "node:process";
import { serveNode } from "./node_http.ts";
import { nodeMachine } from "./node_machine.ts";
import { portHolder } from "./node_ports.ts";
import type { Runtime } from "./runtime.ts";

/** The runtime of a program that runs on Node. */
export function openNode(): Runtime {
  const serve: Runtime["serve"] = (handler, options) => serveNode(handler, options, portHolder);
  return nodeMachine("node", process.versions.node, serve);
}
