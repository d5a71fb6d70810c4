// A program that uses the library, for the cases about what keeps such a program alive. It closes
// its listener and never its handler, and it ends when nothing holds the event loop any more.
//
//   library_program.ts served      serves, is called in both eras, and closes the listener
//   library_program.ts in-process  has no listener; what it calls and sends never comes to an end
//
// Each step is a line on standard error.

import process from "node:process";
import { createHandler, createServer, type Handler } from "../../mod.ts";
import { openRuntime } from "../../src/runtime/open_runtime.ts";
import { createTasks } from "../../src/server/tasks/create_tasks.ts";
import { MODERN, POST_HEADERS, WITH_SESSIONS } from "./mcp_client.ts";

/** Longer than any case waits: whatever is held for one of these times is held. */
const AGES_MS = 600_000;
const SOON_MS = 300;
const IDS = "io.modelcontextprotocol";

type Send = (request: Request) => Promise<Response>;

/** Begins. Nobody waits for it: what a program awaits at its top level holds it on some runtimes. */
export function main(): void {
  void (process.argv[2] === "served" ? serve() : callInProcess());
}

async function serve(): Promise<void> {
  const runtime = await openRuntime();
  const server = createServer({ name: "library", version: "1.0.0" })
    .use(createTasks({ ttlMs: AGES_MS }))
    .tool({ name: "quick", run: () => "done" })
    .tool({ name: "task", task: "optional", run: () => "done" })
    .tool({
      name: "slow",
      run: () => new Promise((resolve) => setTimeout(() => resolve("done"), SOON_MS)),
    });
  const handler = createHandler(server, {
    limits: {
      bodyMs: AGES_MS,
      sessionIdleMs: AGES_MS,
      sessionOpenMs: AGES_MS,
      orphanMs: AGES_MS,
      slowMs: AGES_MS,
      watchedMs: 10,
      keepAliveMs: AGES_MS,
    },
  });
  const listener = await runtime.serve(handler, {
    hostname: "127.0.0.1",
    port: 0,
    onError: (error) => tell(`error: ${error}`),
  });
  const url = `${listener.url}/mcp`;
  // One session that its client never says to be ready for, and one that rests.
  await openSession(url);
  const session = await openSession(url);
  await post(fetch, url, { jsonrpc: "2.0", method: "notifications/initialized" }, session);
  for (const name of ["quick", "slow", "task"]) {
    tell(`${name} with a session: ${await post(fetch, url, call(name), session)}`);
    tell(`${name}: ${await post(fetch, url, modern(name), modernHeaders(name))}`);
  }
  await listener.close();
  tell("closed");
}

async function callInProcess(): Promise<void> {
  const server = createServer({ name: "library", version: "1.0.0" })
    .tool({ name: "stuck", timeoutMs: SOON_MS, run: () => new Promise<never>(() => {}) })
    .tool({
      name: "obedient",
      timeoutMs: SOON_MS,
      run: (_input, { signal }) =>
        new Promise<never>((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(new Error("stopped in time")));
        }),
    });
  const handler: Handler = createHandler(server, { limits: { bodyMs: SOON_MS } });
  const url = "http://localhost/mcp";
  const never = new ReadableStream<Uint8Array>();
  const late = { method: "POST", headers: POST_HEADERS, body: never, duplex: "half" };
  tell(`late: ${(await handler(new Request(url, late))).status}`);
  tell(`obedient: ${await post(handler, url, modern("obedient"), modernHeaders("obedient"))}`);
  tell(`stuck: ${await post(handler, url, modern("stuck"), modernHeaders("stuck"))}`);
}

function call(name: string, more: object = {}) {
  return { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, ...more } };
}

function modern(name: string) {
  return call(name, {
    _meta: {
      [`${IDS}/protocolVersion`]: MODERN,
      [`${IDS}/clientInfo`]: { name: "library", version: "1.0.0" },
      [`${IDS}/clientCapabilities`]: { extensions: { [`${IDS}/tasks`]: {} } },
    },
  });
}

function modernHeaders(name: string): { [name: string]: string } {
  return { "mcp-protocol-version": MODERN, "mcp-method": "tools/call", "mcp-name": name };
}

/** Opens a session; the answer is the headers that name it. */
async function openSession(url: string): Promise<{ [name: string]: string }> {
  const clientInfo = { name: "library", version: "1.0.0" };
  const params = { protocolVersion: WITH_SESSIONS, capabilities: {}, clientInfo };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params });
  const response = await fetch(url, { method: "POST", headers: POST_HEADERS, body });
  await response.text();
  return {
    "mcp-session-id": response.headers.get("mcp-session-id") ?? "",
    "mcp-protocol-version": WITH_SESSIONS,
  };
}

/** Sends a message; the answer is the text of the body, on one line. */
async function post(
  send: Send,
  url: string,
  message: object,
  headers: { readonly [name: string]: string },
): Promise<string> {
  const response = await send(
    new Request(url, {
      method: "POST",
      headers: { ...POST_HEADERS, ...headers },
      body: JSON.stringify(message),
    }),
  );
  return (await response.text()).replaceAll(/\s+/g, " ");
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

// Node 20 does not say; there, a file of its own calls main().
if (import.meta.main) main();
