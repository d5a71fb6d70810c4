// `lmcp stdio`, `lmcp hub --stdio`: a server over standard input and output, until the input ends.
// Called by `cli_commands.ts`. Standard output belongs to the protocol: nothing else is written there.

import { watchEnding } from "./cli_ending.ts";
import { reportFaults } from "./cli_faults.ts";
import { openLog } from "./cli_log.ts";
import type { OpenServer, ServedValues } from "./cli_served.ts";
import type { Runtime } from "./runtime/runtime.ts";
import { serveStdio } from "./transports/stdio.ts";
import { VERSION } from "./version.ts";

/** Serves until the input ends or a signal comes. @throws {UsageError} when it cannot start. */
export async function stdio<V extends ServedValues>(
  runtime: Runtime,
  values: V,
  open: OpenServer<V>,
): Promise<void> {
  const { stdin, stdout } = runtime.stdio();
  const log = openLog(runtime, values["log-format"]);
  const server = await open(runtime, values, log, []);
  const ending = await watchEnding(runtime, server.abandon);
  reportFaults(runtime, log);
  const told = new AbortController();
  ending.asked.then((signal) => {
    log.info(`ending at ${signal}; a second signal ends at once`);
    told.abort();
  });
  for (const warning of server.warnings) log.warn(warning);
  const { name } = server;
  log.info(`${name} v${VERSION} serving standard input and output`, { name, version: VERSION });
  server.prepare();
  await serveStdio(server.core, {
    readable: stdin,
    writable: stdout,
    drainMs: values.drain * 1_000,
    signal: told.signal,
  });
  await server.close();
}
