// The machine as Deno gives it: joins the files beside it into one `Runtime`.
// Called by `openRuntime()`. Never imports `node:` modules at start-up, where they cost megabytes.

import { denoConsole } from "./deno_console.ts";
import { denoFiles } from "./deno_files.ts";
import { serveDeno } from "./deno_http.ts";
import { portHolder } from "./deno_ports.ts";
import { signalled, spawnDeno } from "./deno_process.ts";
import { denoSystem } from "./deno_system.ts";
import { openHasher } from "./hasher.ts";
import { nodeRequest } from "./node_request.ts";
import type { Runtime } from "./runtime.ts";

/** The runtime of a program that runs on Deno. */
export function openDeno(): Runtime {
  const console = denoConsole();
  return {
    name: "deno",
    args: Deno.args,
    env: (name) => Deno.env.get(name) || undefined,
    environ: () => Deno.env.toObject(),
    cwd: () => Deno.cwd(),
    pid: Deno.pid,
    async serve(handler, options) {
      if (!options.boundSlowClients) return serveDeno(handler, options);
      const { serveNode } = await import("./node_http.ts");
      return serveNode(handler, options, portHolder);
    },
    request: nodeRequest,
    portHolder,
    stdio: () => ({
      stdin: Deno.stdin.readable,
      stdout: console.stdout(),
      stdinIsTerminal: Deno.stdin.isTerminal(),
      stderrIsTerminal: console.stderrIsTerminal,
      stdoutIsTerminal: Deno.stdout.isTerminal(),
    }),
    stderr: console.stderr,
    print: console.print,
    spawn: spawnDeno,
    kill: signalled,
    files: denoFiles(),
    hasher: openHasher,
    system: denoSystem,
    onSignal(names, fn) {
      const added = names.map((name) => [name, () => fn(name)] as const);
      for (const [name, listener] of added) Deno.addSignalListener(name, listener);
      return () => {
        for (const [name, listener] of added) Deno.removeSignalListener(name, listener);
      };
    },
    onFault(fn) {
      globalThis.addEventListener("unhandledrejection", (event) => {
        event.preventDefault();
        fn("rejection", event.reason);
      });
      globalThis.addEventListener("error", (event) => {
        event.preventDefault();
        fn("error", event.error);
      });
    },
    exit(code) {
      console.flush();
      Deno.exit(code);
    },
  };
}
