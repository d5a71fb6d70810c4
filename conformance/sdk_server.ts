// The everything server as far as the official SDK can be it, for comparison only: its handler for
// clients without sessions, its session transport with an event store for the others.
// Started by `scripts/compare_conformance.ts`.
//
//   deno run -A conformance/sdk_server.ts --port N | --stdio

import {
  createMcpHandler,
  hostHeaderValidationResponse,
  isLegacyRequest,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  McpServer,
  originValidationResponse,
  WebStandardStreamableHTTPServerTransport,
} from "npm:@modelcontextprotocol/server@2.4.0";
import { serveStdio } from "npm:@modelcontextprotocol/server@2.4.0/stdio";
import { addAskingTools, STATES } from "./sdk/sdk_asking.ts";
import { addEntries } from "./sdk/sdk_entries.ts";
import { openShared, type Shared } from "./sdk/sdk_shared.ts";
import { addAnsweringTools, addChangingTools, addSlowTools } from "./sdk/sdk_tools.ts";

/** Makes an instance. The SDK filters what clients of its modern era are told by itself. */
function makeServer(shared: Shared, era: "legacy" | "modern"): McpServer {
  const server = new McpServer({ name: "everything", version: "1.0.0" }, {
    capabilities: {
      logging: {},
      completions: {},
      tools: { listChanged: true },
      prompts: { listChanged: true },
      resources: { listChanged: true, subscribe: true },
    },
    requestState: { verify: STATES.verify },
  });
  addAnsweringTools(server);
  addSlowTools(server, shared);
  addChangingTools(server, shared);
  addAskingTools(server);
  addEntries(server);
  const subscribed = new Set<string>();
  shared.sessions.set(server, era === "modern" ? "filtered" : subscribed);
  server.server.setRequestHandler("resources/subscribe", ({ params }) => {
    subscribed.add(params.uri);
    return {};
  });
  server.server.setRequestHandler("resources/unsubscribe", ({ params }) => {
    subscribed.delete(params.uri);
    return {};
  });
  server.server.onclose = () => void shared.sessions.delete(server);
  return server;
}

function serveHttp(port: number): void {
  const shared = openShared();
  const modern = createMcpHandler(() => {
    const server = makeServer(shared, "modern");
    shared.sessions.delete(server); // It lives for one request; `notify` tells the others.
    return server;
  }, { legacy: "reject" });
  shared.changed = (what) => {
    if (what === "tools") modern.notify.toolsChanged();
    else if (what === "prompts") modern.notify.promptsChanged();
    else if (what === "resources") modern.notify.resourcesChanged();
    else modern.notify.resourceUpdated(what.uri);
  };
  const transports = new Map<string, WebStandardStreamableHTTPServerTransport>();

  async function legacy(request: Request): Promise<Response> {
    const known = transports.get(request.headers.get("mcp-session-id") ?? "");
    if (known !== undefined) return await known.handleRequest(request);
    if (request.headers.has("mcp-session-id")) return refuse(404, -32001, "Session not found");
    const transport: WebStandardStreamableHTTPServerTransport =
      new WebStandardStreamableHTTPServerTransport({
        sessionIdGenerator: () => crypto.randomUUID(),
        onsessioninitialized: (id) => void transports.set(id, transport),
        onsessionclosed: (id) => void transports.delete(id),
        eventStore: openEventStore(),
      });
    await makeServer(shared, "legacy").connect(transport);
    return await transport.handleRequest(request);
  }

  const http = Deno.serve({ hostname: "127.0.0.1", port, onListen() {} }, async (request) => {
    const path = new URL(request.url).pathname;
    if (path !== "/mcp") return refuse(404, -32600, "Not found");
    const rejected = hostHeaderValidationResponse(request, localhostAllowedHostnames()) ??
      originValidationResponse(request, localhostAllowedOrigins());
    if (rejected !== undefined) return rejected;
    return await isLegacyRequest(request) ? await legacy(request) : await modern.fetch(request);
  });
  const line = `sdk: listening on http://127.0.0.1:${http.addr.port}/mcp\n`;
  Deno.stderr.writeSync(new TextEncoder().encode(line));
}

function refuse(status: number, code: number, message: string): Response {
  return Response.json({ jsonrpc: "2.0", error: { code, message }, id: null }, { status });
}

/** Events of a session, in memory. */
function openEventStore() {
  const events: { id: string; streamId: string; message: unknown }[] = [];
  return {
    storeEvent(streamId: string, message: unknown) {
      const id = `${streamId}_${events.length}`;
      events.push({ id, streamId, message });
      return Promise.resolve(id);
    },
    getStreamIdForEventId: (id: string) =>
      Promise.resolve(events.find((event) => event.id === id)?.streamId),
    async replayEventsAfter(
      last: string,
      // deno-lint-ignore no-explicit-any -- the SDK's own type of a message
      { send }: { send: (id: string, message: any) => Promise<void> },
    ) {
      const at = events.findIndex((event) => event.id === last);
      const streamId = events[at]?.streamId ?? "";
      for (const event of events.slice(at + 1)) {
        if (event.streamId === streamId) await send(event.id, event.message);
      }
      return streamId;
    },
  };
}

if (import.meta.main) {
  const [option, port] = Deno.args;
  if (option === "--stdio") {
    const shared = openShared();
    serveStdio(({ era }) => makeServer(shared, era));
  } else serveHttp(Number(port));
}
