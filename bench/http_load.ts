// Load over HTTP, made by wrk on a processor of its own: it can ask faster than any of the servers
// answers. Called by the parts of the benchmark.

import type { HttpCall } from "./calls.ts";
import { CLIENT_CPU, cpuUs, pinned, type ServerProcess } from "./server_process.ts";

/** What one run gave. */
export type LoadFigures = {
  readonly cpu_us: number;
  readonly per_s: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
};

/** Asks a server with the same call over some connections; throws if an answer was an error. */
export async function load(
  server: ServerProcess,
  call: HttpCall,
  connections: number,
  seconds: number,
): Promise<LoadFigures> {
  const folder = await Deno.makeTempDir({ prefix: "lmcp-bench-" });
  try {
    await Deno.writeTextFile(`${folder}/body`, call.body);
    await Deno.writeTextFile(`${folder}/call.lua`, scriptOf(call, `${folder}/body`));
    const options = ["-t1", `-c${connections}`, `-d${seconds}s`, "-s", `${folder}/call.lua`];
    const before = cpuUs(server.pid);
    const said = await run(pinned(["wrk", ...options, server.url], CLIENT_CPU));
    const spent = cpuUs(server.pid) - before;
    const found = /^figures (\{.*\})$/m.exec(said)?.[1];
    if (found === undefined) throw new Error(`wrk must give figures: got ${said}`);
    const { requests, us, failed, p50, p99 } = JSON.parse(found);
    if (failed > 0 || requests === 0) {
      throw new Error(`${failed} of ${requests} requests to ${server.url} failed: ${said}`);
    }
    return {
      cpu_us: spent / requests,
      per_s: requests / (us / 1e6),
      p50_ms: p50 / 1000,
      p99_ms: p99 / 1000,
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function scriptOf({ headers }: HttpCall, bodyFile: string): string {
  const lines = Object.entries(headers).map(([name, value]) =>
    `wrk.headers[${JSON.stringify(name)}] = ${JSON.stringify(value)}`
  );
  return `wrk.method = "POST"
local file = io.open(${JSON.stringify(bodyFile)}, "rb")
wrk.body = file:read("*a")
file:close()
${lines.join("\n")}
done = function(summary, latency)
  local e = summary.errors
  print(string.format('figures {"requests":%d,"us":%d,"failed":%d,"p50":%f,"p99":%f}',
    summary.requests, summary.duration, e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50), latency:percentile(99)))
end
`;
}

async function run([file = "", ...args]: readonly string[]): Promise<string> {
  const { stdout, stderr } = await new Deno.Command(file, { args, stdin: "null" }).output();
  const decoder = new TextDecoder();
  return decoder.decode(stdout) + decoder.decode(stderr);
}

/** Whether wrk and taskset are there. */
export async function canLoad(): Promise<boolean> {
  try {
    return /wrk/.test(await run(pinned(["wrk", "-v"], CLIENT_CPU)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
