// The check of `lmcp doctor` that looks at the hosts of a hub: the registry, and each host's lmcp.
// Called by `cli_doctor.ts`. All hosts are asked at once; none is asked to do anything.

import type { DoctorValues, Finding } from "./cli_doctor_check.ts";
import { backendAuth, TokenProblem } from "./hub/backend_token.ts";
import type { Backend } from "./hub/registry.ts";
import { findRegistry, openRegistry, RegistryError } from "./hub/registry_file.ts";
import { ClientError, connect } from "./client/mod.ts";
import { RpcError } from "./jsonrpc/errors.ts";
import type { Runtime } from "./runtime/runtime.ts";

const ANSWER_MS = 3_000;

/** Whether the hosts of a hub can be reached. Without a registry there is nothing to look at. */
export async function checkBackends(runtime: Runtime, values: DoctorValues): Promise<Finding[]> {
  const about = "backends";
  const problems: string[] = [];
  try {
    const path = await findRegistry(runtime, values.backends);
    const registry = await openRegistry(runtime, path, (problem) => problems.push(problem));
    const backends = await registry.backends();
    return [
      { level: "ok", about, says: `${path} names ${backends.length}` },
      ...problems.map((says): Finding => ({ level: "warn", about, says })),
      ...await Promise.all(backends.map((backend) => checkBackend(runtime, backend))),
    ];
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    // Whoever runs no hub needs no registry; whoever named one does.
    const wanted = (values.backends ?? runtime.env("LMCP_HUB_BACKENDS")) !== undefined;
    return wanted || !error.message.startsWith("no registry")
      ? [{ level: "fail", about, says: error.message }]
      : [{ level: "ok", about, says: "no registry, so no hub is checked" }];
  }
}

async function checkBackend(runtime: Runtime, backend: Backend): Promise<Finding> {
  const { name, url, ssh } = backend;
  const about = `host ${name}`;
  if (url === undefined) return { level: "ok", about, says: `ssh to ${ssh} only, not tried` };
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
