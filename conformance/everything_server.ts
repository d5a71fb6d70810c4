// A server that has one of everything, for suites that test servers: the official one, and our own.
// Written as a user of the library would. `official.ts` starts it; it must never repair what the
// library gets wrong.
//
//   deno run -A conformance/everything_server.ts --port N     (0 picks one; --stream answers with streams)
//   deno run -A conformance/everything_server.ts --stdio

import { createHandler, createServer, type Server, type ServerOptions } from "../mod.ts";
import { openRuntime } from "../src/runtime/open_runtime.ts";
import type { Runtime } from "../src/runtime/runtime.ts";
import { serveStdio } from "../src/transports/stdio.ts";
import { addAskingTools } from "./everything/asking_tools.ts";
import { addCancelTools } from "./everything/cancel_tools.ts";
import { addChangingTools } from "./everything/changing_tools.ts";
import { addCompletedEntries } from "./everything/completed_entries.ts";
import { addContentTools } from "./everything/content_tools.ts";
import { addFailingEntries } from "./everything/failing_entries.ts";
import { addNumberedEntries } from "./everything/numbered_entries.ts";
import { addPrompts } from "./everything/prompts.ts";
import { addResources } from "./everything/resources.ts";
import { addRichEntries } from "./everything/rich_entries.ts";
import { addRoundTripTools } from "./everything/round_trip_tools.ts";
import { addSkills } from "./everything/skills.ts";
import { addSlowTools } from "./everything/slow_tools.ts";
import { addStubbornTools } from "./everything/stubborn_tools.ts";
import { addTasks } from "./everything/tasks.ts";

const NAME = "everything";
const VERSION = "1.0.0";
/** All that clients look for is on the first page of a list; the numbered entries begin another. */
const PAGE = 60;

/** Makes the server; tests say where its tools' failures go. */
export function everythingServer(options: Pick<ServerOptions, "onError"> = {}): Server {
  const server = createServer({
    ...options,
    name: NAME,
    version: VERSION,
    instructions: "Has one of everything that a server can have, for tests.",
    pageSize: PAGE,
  });
  addContentTools(server);
  addAskingTools(server);
  addRoundTripTools(server);
  addChangingTools(server);
  addResources(server);
  addPrompts(server);
  addSlowTools(server);
  addCancelTools(server);
  addStubbornTools(server);
  addRichEntries(server);
  addCompletedEntries(server);
  addFailingEntries(server);
  addTasks(server);
  addSkills(server);
  addNumberedEntries(server);
  return server;
}

/** Runs the server as a program, on any runtime, until it is told to end. */
export async function main(): Promise<void> {
  const runtime = await openRuntime();
  const [option, value = "", ...more] = runtime.args;
  if (option === "--stdio" && runtime.args.length === 1) {
    const { stdin, stdout } = runtime.stdio();
    await serveStdio(everythingServer(), { readable: stdin, writable: stdout });
  } else if (option === "--port" && /^\d{1,5}$/.test(value) && /^(--stream)?$/.test(more.join())) {
    await serveHttp(runtime, Number(value), more.length === 0 ? "json" : "stream");
  } else {
    const got = JSON.stringify(runtime.args.join(" "));
    runtime.stderr(`Expected --port N [--stream] or --stdio: got ${got}`);
    runtime.exit(2);
  }
  runtime.exit(0);
}

async function serveHttp(
  runtime: Runtime,
  port: number,
  answers: "json" | "stream",
): Promise<void> {
  const handler = createHandler(everythingServer(), { answers });
  const listener = await runtime.serve(handler, {
    hostname: "127.0.0.1",
    port,
    onError: (error) => runtime.stderr(String(error)),
  });
  const told = new Promise((resolve) => runtime.onSignal(["SIGTERM"], resolve));
  runtime.stderr(`lmcp: ${NAME} v${VERSION} listening on ${listener.url}/mcp`);
  await told;
  await handler.close();
  await listener.close();
}

// Node 20 does not say which module is the program; there, a file of its own calls main().
if (import.meta.main) await main();
