// Load over standard input and output: keeps a number of calls in flight, and counts the answers.
// Called by the stdio part of the benchmark.

import { messageOf } from "./calls.ts";
import type { Figures } from "./figures.ts";
import { cpuUs, pinned, SERVER_CPU, type StartOptions } from "./server_process.ts";

/** A server on stdio that is asked. */
export interface StdioLoad {
  /** Keeps `depth` calls in flight for a time. */
  run(depth: number, seconds: number): Promise<Figures>;
  stop(): Promise<void>;
}

const NEWLINE = 0x0a;
const ADD = { name: "add", arguments: { a: 1, b: 2 } };

/** Starts a server. */
export function openStdioLoad(command: readonly string[], options: StartOptions): StdioLoad {
  const [file = "", ...args] = pinned(command, SERVER_CPU);
  const child = new Deno.Command(file, {
    args,
    ...options,
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = child.stdin.getWriter();
  const reader = child.stdout.getReader();
  const encoder = new TextEncoder();
  let id = 0;
  const ask = (count: number) => {
    let text = "";
    for (let one = 0; one < count; one++) text += `${messageOf(++id, ADD, true)}\n`;
    return writer.write(encoder.encode(text));
  };

  async function run(depth: number, seconds: number): Promise<Figures> {
    const before = cpuUs(child.pid);
    const begin = performance.now();
    const end = begin + seconds * 1000;
    let answered = 0;
    let open = depth;
    await ask(depth);
    while (open > 0) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`"${command.join(" ")}" ended under load`);
      let lines = 0;
      for (let at = value.indexOf(NEWLINE); at >= 0; at = value.indexOf(NEWLINE, at + 1)) lines++;
      answered += lines;
      open -= lines;
      if (lines === 0 || performance.now() > end) continue;
      open += lines;
      await ask(lines);
    }
    const took = (performance.now() - begin) / 1000;
    return { cpu_us: (cpuUs(child.pid) - before) / answered, per_s: answered / took };
  }

  return {
    run,
    async stop() {
      await writer.close();
      child.kill("SIGKILL");
      await reader.cancel();
      await child.status;
    },
  };
}
