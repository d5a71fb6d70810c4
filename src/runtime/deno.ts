// The machine as Deno gives it: joins the files beside it into one `Runtime`.
// Called by `openRuntime()`. Never imports `node:` modules, which cost megabytes at start-up.

import { denoFiles } from "./deno_files.ts";
import { serveDeno } from "./deno_http.ts";
import { signalled, spawnDeno } from "./deno_process.ts";
import { denoSystem } from "./deno_system.ts";
import type { Runtime } from "./runtime.ts";

/** The runtime of a program that runs on Deno. */
export function openDeno(): Runtime {
  return {
    name: "deno",
    args: Deno.args,
    env: (name) => Deno.env.get(name) || undefined,
    environ: () => Deno.env.toObject(),
    cwd: () => Deno.cwd(),
    pid: Deno.pid,
    // Async, so that an address that cannot be had rejects and does not throw.
    // deno-lint-ignore require-await
    serve: async (handler, options) => serveDeno(handler, options),
    stdio: () => ({
      stdin: Deno.stdin.readable,
      stdout: Deno.stdout.writable,
      stderrIsTerminal: Deno.stderr.isTerminal(),
    }),
    stderr: (text) => writeAll(Deno.stderr, text.endsWith("\n") ? text : `${text}\n`),
    print: (text) => writeAll(Deno.stdout, text),
    spawn: spawnDeno,
    kill: signalled,
    files: denoFiles(),
    system: denoSystem,
    onSignal(names, fn) {
      const added = names.map((name) => [name, () => fn(name)] as const);
      for (const [name, listener] of added) Deno.addSignalListener(name, listener);
      return () => {
        for (const [name, listener] of added) Deno.removeSignalListener(name, listener);
      };
    },
    exit: (code) => Deno.exit(code),
  };
}

// A reader that has gone away (`lmcp list … | head`) is no failure of ours: the rest is dropped.
function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let done = 0; done < bytes.length;) done += stream.writeSync(bytes.subarray(done));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}
