// The job tools in tests, called by name, with the waits that their tests need. Used by tests only.

import type { Host } from "../host.ts";
import { hostTools } from "../mod.ts";
import { openHost } from "../open_host.ts";
import { type CallAnswer, type CallOptions, callTool } from "./call_tool.ts";
import { withHost } from "./host.ts";

/** What a test of jobs works with. */
export interface JobBench {
  readonly host: Host;
  /** An empty folder. */
  readonly scratch: string;
  /** Calls a tool. */
  call(name: string, args: { [name: string]: unknown }, options?: CallOptions): Promise<CallAnswer>;
  /** Starts a job and answers its id. */
  start(command: string, options?: CallOptions): Promise<string>;
  /** Waits for a job's end and answers what is told of it. */
  ended(job_id: string): Promise<CallAnswer["structured"]>;
  /** Waits until a job has printed a text. */
  printed(job_id: string, text: string): Promise<void>;
}

/** Defines a test with a bench. */
export function jobTest(name: string, body: (bench: JobBench) => Promise<void>): void {
  Deno.test(name, () => withJobBench(body));
}

/** Runs `body` with a bench of its own. */
export function withJobBench(body: (bench: JobBench) => Promise<void>): Promise<void> {
  return withHost((host, scratch) => body(benchOf(host, scratch)));
}

/** A bench on another host with the same state: what the next server sees. */
export async function nextServer({ host, scratch }: JobBench): Promise<JobBench> {
  return benchOf(await openHost(host.runtime, { stateDir: host.stateDir }), scratch);
}

function benchOf(host: Host, scratch: string): JobBench {
  const tools = new Map(hostTools(host).map((tool) => [tool.name, tool]));
  const bench: JobBench = {
    host,
    scratch,
    call: (name, args, options) => callTool(tools.get(name)!, args, options),
    async start(command, options) {
      const { structured, text } = await bench.call("shell_bg", { command }, options);
      if (typeof structured.job_id !== "string") throw new Error(text);
      return structured.job_id;
    },
    async ended(job_id) {
      const { structured } = await bench.call("job_wait", { job_id, timeout_s: 20 });
      if (structured.state === "running") throw new Error(`${job_id} has not ended in 20 s`);
      return structured;
    },
    async printed(job_id, text) {
      for (let offset = 0, all = ""; !all.includes(text);) {
        const { structured } = await bench.call("job_output", { job_id, offset, wait_s: 20 });
        if (structured.next_offset === offset) throw new Error(`It did not print ${text}: ${all}`);
        all += structured.output;
        offset = Number(structured.next_offset);
      }
    },
  };
  return bench;
}
