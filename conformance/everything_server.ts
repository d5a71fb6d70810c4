// A server that has one of everything, for suites that test servers: the official one, and our own.
// Written as a user of the library would. `official.ts` starts it; it must never repair what the
// library gets wrong.
//
//   deno run -A conformance/everything_server.ts --port N     (0 picks one; --stream answers with streams)
//   deno run -A conformance/everything_server.ts --stdio

import { createHandler, createServer, type Server, type ServerOptions } from "../mod.ts";
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

async function serveHttp(port: number, answers: "json" | "stream"): Promise<void> {
  const handler = createHandler(everythingServer(), { answers });
  const http = Deno.serve({ hostname: "127.0.0.1", port, onListen() {} }, handler);
  say(`lmcp: ${NAME} v${VERSION} listening on http://127.0.0.1:${http.addr.port}/mcp`);
  await new Promise<void>((resolve) => Deno.addSignalListener("SIGTERM", resolve));
  await handler.close();
  Deno.exit(0);
}

function say(line: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}

if (import.meta.main) {
  const [option, value = "", ...more] = Deno.args;
  if (option === "--stdio" && Deno.args.length === 1) {
    await serveStdio(everythingServer(), {
      readable: Deno.stdin.readable,
      writable: Deno.stdout.writable,
    });
  } else if (option === "--port" && /^\d{1,5}$/.test(value) && /^(--stream)?$/.test(more.join())) {
    await serveHttp(Number(value), more.length === 0 ? "json" : "stream");
  } else {
    say(`Expected --port N [--stream] or --stdio: got ${JSON.stringify(Deno.args.join(" "))}`);
    Deno.exit(2);
  }
}
