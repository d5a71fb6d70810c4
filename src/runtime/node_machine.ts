// The machine as Node's modules give it, which Bun has, too: all of a `Runtime` but its HTTP server.
// Called by `node.ts` and `bun.ts`, which add that.

import process from "node:process";
import { openHasher } from "./hasher.ts";
import { nodeConsole } from "./node_console.ts";
import { nodeFiles } from "./node_files.ts";
import { tty } from "./node_late.ts";
import { portHolder } from "./node_ports.ts";
import { killNode, spawnNode } from "./node_process.ts";
import { nodeRequest } from "./node_request.ts";
import { readableBytes, writableBytes } from "./node_streams.ts";
import { nodeSystem } from "./node_system.ts";
import type { Runtime } from "./runtime.ts";

/** Makes the runtime of a program that runs on Node, or on what has Node's modules. */
export function nodeMachine(
  name: Runtime["name"],
  version: string,
  serve: Runtime["serve"],
): Runtime {
  const console = nodeConsole();
  return {
    name,
    args: process.argv.slice(2),
    env: (name) => process.env[name] || undefined,
    environ: () => definedOf(process.env),
    cwd: () => process.cwd(),
    pid: process.pid,
    serve,
    request: nodeRequest,
    portHolder,
    stdio: () => ({
      // Not before somebody wants it: to look at it is to read from it.
      get stdin() {
        return readableBytes(process.stdin);
      },
      get stdout() {
        return writableBytes(process.stdout);
      },
      stdinIsTerminal: tty().isatty(0),
      stderrIsTerminal: console.stderrIsTerminal,
      stdoutIsTerminal: process.stdout.isTTY === true,
    }),
    stderr: console.stderr,
    print: console.print,
    spawn: spawnNode,
    kill: killNode,
    files: nodeFiles(),
    hasher: openHasher,
    system: () => nodeSystem(name, version),
    onSignal(names, fn) {
      for (const name of names) process.on(name, fn);
      return () => {
        for (const name of names) process.off(name, fn);
      };
    },
    onFault(fn) {
      process.on("uncaughtException", (error) => fn("error", error));
      process.on("unhandledRejection", (reason) => fn("rejection", reason));
    },
    exit(code) {
      console.flush();
      process.exit(code);
    },
  };
}

function definedOf(env: NodeJS.ProcessEnv): { [name: string]: string } {
  const defined: { [name: string]: string } = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined) defined[name] = value;
  return defined;
}
