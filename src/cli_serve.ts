// `lmcp serve`, `lmcp hub`: a server over HTTP, from the options to the last answer.
// Called by `cli_commands.ts`. Listens only once everything else is known to be right.

import { watchEnding } from "./cli_ending.ts";
import { reportFaults } from "./cli_faults.ts";
import { openLog } from "./cli_log.ts";
import { countCalls, METRICS_PATH } from "./cli_metrics.ts";
import { UsageError } from "./cli_options.ts";
import { readOptionFile } from "./cli_read_file.ts";
import { type Route, textRoute, withRoutes } from "./cli_routes.ts";
import type { HttpValues } from "./cli_serve_options.ts";
import type { OpenServer, ServedHttpValues } from "./cli_served.ts";
import { readTokens, tokenFiles } from "./cli_tokens.ts";
import { isLoopback } from "./cli_values.ts";
import { METRICS_TYPE } from "./hub/metrics_text.ts";
import { type Listener, ListenError, type ListenOptions, type Runtime } from "./runtime/runtime.ts";
import { createHandler } from "./transports/http.ts";
import { bearerTokens, type TokenEntry } from "./transports/tokens.ts";
import { VERSION } from "./version.ts";

/** Serves until a signal ends it. @throws {UsageError | ListenError} when it cannot start. */
export async function serve<V extends ServedHttpValues>(
  runtime: Runtime,
  values: V,
  open: OpenServer<V>,
): Promise<void> {
  const log = openLog(runtime, values["log-format"]);
  const tokens = await readTokens(runtime, values);
  const tls = await readTls(runtime, values);
  const warning = checkAccess(values, tokens);
  const secrets = [...tokenFiles(values), values["tls-key"]].filter((path) => path !== undefined);
  const server = await open(runtime, values, log, secrets);
  const loopback = isLoopback(values.host);
  const anyHost = !loopback && values["allow-host"].length === 0;
  const access = {
    allowedHosts: anyHost ? "any" as const : values["allow-host"],
    ...(tokens.length === 0 ? {} : { auth: bearerTokens(tokens) }),
  };
  const routes = new Map<string, Route>();
  let { core } = server;
  if (values.metrics) {
    const metrics = countCalls();
    core = metrics.watch(core);
    const text = () => metrics.text() + (server.metrics?.() ?? "");
    routes.set(METRICS_PATH, textRoute(METRICS_PATH, METRICS_TYPE, text, access));
  }
  const page = values["status-page"] ? server.page?.(access) : undefined;
  for (const [path, route] of page?.routes ?? []) routes.set(path, route);
  if (routes.has(values.path)) {
    throw new UsageError(
      `--path must be one that serves nothing else: got "${values.path}", which --metrics or ` +
        "--status-page serves; /mcp is the usual one",
    );
  }
  const handler = createHandler(core, {
    path: values.path,
    allowedOrigins: values["allow-origin"],
    ...access,
  });
  const listener = await listen(runtime, withRoutes(handler, routes), {
    hostname: values.host,
    port: values.port,
    ...(tls === undefined ? {} : { tls }),
    boundSlowClients: values["bound-slow-clients"],
    onError: (error) => log.error("A request failed", error),
  });
  const ending = await watchEnding(runtime, server.abandon);
  reportFaults(runtime, log);
  const { name } = server;
  const url = `${listener.url}${values.path}`;
  for (const each of [warning, ...server.warnings]) if (each !== undefined) log.warn(each);
  log.info(`${name} v${VERSION} listening on ${url}`, { name, version: VERSION, url });
  if (page !== undefined) log.info(`status page at ${listener.url}/`);
  server.prepare();
  const signal = await ending.asked;
  log.info(`ending at ${signal}: calls get ${values.drain} s; a second signal ends at once`);
  page?.close();
  await handler.close({ drainMs: values.drain * 1_000 });
  await server.close();
  await listener.close();
}

/** Whether others can call, and no token is asked of them. @throws {UsageError} if so unasked. */
function checkAccess(values: HttpValues, tokens: readonly TokenEntry[]): string | undefined {
  const { host } = values;
  if (tokens.length > 0) return undefined;
  if (isLoopback(host)) {
    return "no token is asked for: every user and program of this machine may call";
  }
  if (values["insecure-no-auth"]) {
    return `no token is asked for: whoever reaches ${host} may call, and do what this user may`;
  }
  throw new UsageError(
    `${host} is not loopback, so a token must be asked for there: got none; mint one with ` +
      '"lmcp token" and give it with --tokens, --token-file or LMCP_TOKEN (--insecure-no-auth ' +
      "serves without)",
  );
}

async function listen(
  runtime: Runtime,
  handler: (request: Request) => Response | Promise<Response>,
  options: ListenOptions,
): Promise<Listener> {
  try {
    return await runtime.serve(handler, options);
  } catch (error) {
    const aboutTls = error instanceof ListenError && error.code === "other" && options.tls;
    if (!aboutTls) throw error;
    throw new UsageError(`--tls-cert and --tls-key must fit each other: ${error.message}`);
  }
}

async function readTls(
  runtime: Runtime,
  values: HttpValues,
): Promise<{ cert: string; key: string } | undefined> {
  const { "tls-cert": certPath, "tls-key": keyPath } = values;
  if (certPath === undefined && keyPath === undefined) return undefined;
  if (certPath === undefined) throw new UsageError("--tls-key must come with --tls-cert: got none");
  if (keyPath === undefined) throw new UsageError("--tls-cert must come with --tls-key: got none");
  const cert = await readOptionFile(runtime, "--tls-cert", certPath);
  const key = await readOptionFile(runtime, "--tls-key", keyPath);
  checkPem("--tls-cert", certPath, cert, "CERTIFICATE");
  checkPem("--tls-key", keyPath, key, "PRIVATE KEY");
  return { cert, key };
}

function checkPem(option: string, path: string, text: string, what: string): void {
  if (new RegExp(`^-----BEGIN ([A-Z]+ )*${what}-----`, "m").test(text)) return;
  throw new UsageError(
    `${option} must name a PEM file with "BEGIN ${what}" in it: got ${JSON.stringify(path)}`,
  );
}
