// A host whose lmcp is down, for the tests of the tools that go over ssh: calls go over a real ssh.

import { openRuntime } from "../../runtime/open_runtime.ts";
import { type Host, openHost } from "../../../tools/mod.ts";
import type { ToolResult } from "../../protocol/types.ts";
import type { HostCall } from "../link.ts";
import { sshTools } from "../ssh_tools.ts";
import { type Sshd, type SshdOptions, startSshd } from "./sshd.ts";

/** Calls tools over ssh. */
export interface SshBench extends AsyncDisposable {
  readonly sshd: Sshd;
  readonly host: Host;
  /** A folder of the test's own. */
  readonly dir: string;
  call(tool: string, args: object, options?: Partial<HostCall>): Promise<ToolResult>;
}

/** What is the same in each call of a test. */
export function hostCall(tool: string, args: object, options: Partial<HostCall> = {}): HostCall {
  return {
    tool,
    args: { ...args },
    meta: {},
    signal: new AbortController().signal,
    timeoutMs: 20_000,
    capabilities: {},
    onLog: () => undefined,
    logLevel: undefined,
    onQuestion: () => Promise.reject(new Error("No question was expected")),
    ...options,
  };
}

/** Starts an sshd and what calls there. `hardMs`: the hard limit of all that goes over ssh. */
export async function startSshBench(
  { hardMs = 30_000, ...options }: SshdOptions & { readonly hardMs?: number } = {},
): Promise<SshBench> {
  const sshd = await startSshd(options);
  const runtime = await openRuntime();
  const host = await openHost(runtime, { stateDir: `${sshd.dir}/state` });
  const tools = sshTools(host, { command: sshd.ssh, env: runtime.environ(), hardMs });
  const dir = `${sshd.dir}/work`;
  await Deno.mkdir(dir);
  return {
    sshd,
    host,
    dir,
    call: (tool, args, options) => tools.call(sshd.target, hostCall(tool, args, options)),
    async [Symbol.asyncDispose]() {
      await host.processes.closeAll();
      await sshd[Symbol.asyncDispose]();
    },
  };
}
