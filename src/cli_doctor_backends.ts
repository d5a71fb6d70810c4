// The check of `lmcp doctor` that looks at the hosts of a hub: the registry, each host's lmcp, and the
// way over ssh where there is one. Called by `cli_doctor.ts`. All hosts are asked at once; all that is
// run there is `true`.

import { type Host, openHost } from "../tools/mod.ts";
import type { DoctorValues, Finding } from "./cli_doctor_check.ts";
import { shellWords } from "./cli_shell_words.ts";
import { backendAuth, TokenProblem } from "./hub/backend_token.ts";
import { sshEnvironment } from "./hub/create_hub.ts";
import { HostFailed, NotReached } from "./hub/link.ts";
import type { Backend } from "./hub/registry.ts";
import { findRegistry, openRegistry, RegistryError } from "./hub/registry_file.ts";
import { Ssh } from "./hub/ssh_run.ts";
import { ClientError, connect } from "./client/mod.ts";
import { RpcError } from "./jsonrpc/errors.ts";
import type { Runtime } from "./runtime/runtime.ts";

const ANSWER_MS = 3_000;
/** ssh may take this long in all. */
const SSH_MS = 15_000;
const SSH_ADVICE =
  'Try "ssh -o BatchMode=yes TARGET true" as the user that the hub runs as: it needs a ' +
  "key without a passphrase or an agent, and the host's key in known_hosts.";

/** Whether the hosts of a hub can be reached. Without a registry there is nothing to look at. */
export async function checkBackends(runtime: Runtime, values: DoctorValues): Promise<Finding[]> {
  const about = "backends";
  const problems: string[] = [];
  const host = await openHost(runtime, {});
  try {
    const path = await findRegistry(runtime, values.backends);
    const registry = await openRegistry(runtime, path, (problem) => problems.push(problem));
    const backends = await registry.backends();
    return [
      { level: "ok", about, says: `${path} names ${backends.length}` },
      ...problems.map((says): Finding => ({ level: "warn", about, says })),
      ...(await Promise.all(backends.map((backend) => checkBackend(host, backend)))).flat(),
    ];
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    // Whoever runs no hub needs no registry; whoever named one does.
    const wanted = (values.backends ?? runtime.env("LMCP_HUB_BACKENDS")) !== undefined;
    return wanted || !error.message.startsWith("no registry")
      ? [{ level: "fail", about, says: error.message }]
      : [{ level: "ok", about, says: "no registry, so no hub is checked" }];
  } finally {
    await host.close();
  }
}

function checkBackend(host: Host, backend: Backend): Promise<Finding[]> {
  const { url, ssh } = backend;
  return Promise.all([
    ...(url === undefined ? [] : [checkLmcp(host.runtime, backend, url)]),
    ...(ssh === undefined ? [] : [checkSshTo(host, backend, ssh)]),
  ]);
}

/** Whether ssh gets there, as a hub would have it: nobody is asked, and no new key is trusted. */
async function checkSshTo(host: Host, backend: Backend, target: string): Promise<Finding> {
  const about = backend.url === undefined ? `host ${backend.name}` : `host ${backend.name}, ssh`;
  const { runtime } = host;
  try {
    const ssh = new Ssh(host.processes, {
      command: shellWords(runtime.env("LMCP_HUB_SSH") ?? "ssh"),
      env: sshEnvironment(runtime.environ()),
      hardMs: SSH_MS,
    });
    const { code } = await ssh.run({
      target,
      script: { body: "true" },
      timeoutMs: ANSWER_MS,
      signal: new AbortController().signal,
      onOutput: () => Promise.resolve(),
    });
    return code === 0 ? { level: "ok", about, says: `ssh to ${target} runs commands` } : {
      level: "fail",
      about,
      says: `ssh to ${target} gets there, and runs nothing`,
      advice: SSH_ADVICE,
    };
  } catch (error) {
    if (!(error instanceof NotReached || error instanceof HostFailed)) throw error;
    // Where its lmcp answers, ssh is only the other way.
    const level = backend.url === undefined ? "fail" : "warn";
    return { level, about, says: `ssh to ${target}: ${error.message}`, advice: SSH_ADVICE };
  }
}

/** Whether its lmcp answers, and takes the hub's token. */
async function checkLmcp(runtime: Runtime, backend: Backend, url: string): Promise<Finding> {
  const about = `host ${backend.name}`;
  try {
    const auth = backendAuth(runtime, backend);
    const client = await connect(
      { url, ...(auth === undefined ? {} : { auth }) },
      { connectTimeoutMs: ANSWER_MS },
    );
    const { server, revision } = client;
    await client.close();
    const who = server === undefined ? "a server" : `${server.name} ${server.version}`;
    return { level: "ok", about, says: `${url} is ${who}, protocol ${revision}` };
  } catch (error) {
    return { level: "fail", about, ...whatIsWrong(error, url) };
  }
}

function whatIsWrong(error: unknown, url: string): { says: string; advice: string } {
  if (error instanceof TokenProblem) {
    return { says: error.message, advice: "Write the host's token there, with mode 0600." };
  }
  if (error instanceof RpcError) {
    return {
      says: `${url} answers with error ${error.code}: ${error.message}`,
      advice: "See whether it is an MCP server, and of which version.",
    };
  }
  if (!(error instanceof ClientError)) throw error;
  const advice = error.code === "unauthorized"
    ? "Give the hub that host's token, with token-file=FILE in its line."
    : error.code === "timeout" || error.code === "refused"
    ? "See whether lmcp runs there, listens beyond loopback, and no firewall is between."
    : "See whether the URL is that of an MCP endpoint; lmcp's is /mcp.";
  return { says: error.message, advice };
}
