// deno-lint-ignore-file no-console -- tells the test that started it
// Opens 10,000 sessions and drops them, twice, and prints by how many bytes the live heap grew in
// the second round. Run by `http_sessions_memory_test.ts` in a process that collects on demand.

import { createHandler, createServer } from "../../mod.ts";

const SESSIONS = 10_000;
const INITIALIZE = JSON.stringify({
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "memory", version: "1" },
  },
});

function request(method: string, id?: string, body?: string): Request {
  return new Request("http://localhost/mcp", {
    method,
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...(id === undefined ? {} : { "mcp-session-id": id }),
    },
    ...(body === undefined ? {} : { body }),
  });
}

/** Bytes of live heap, after what is garbage was collected. */
async function liveHeap(): Promise<number> {
  for (let round = 0; round < 4; round++) {
    (globalThis as unknown as { gc(): void }).gc();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return Deno.memoryUsage().heapUsed;
}

/** Runs the rounds. */
async function measure(): Promise<number> {
  const server = createServer({ name: "memory", version: "1.0.0" });
  const handler = createHandler(server, { limits: { sessionIdleMs: 50 } });
  async function round(): Promise<void> {
    const ids: string[] = [];
    for (let n = 0; n < SESSIONS; n++) {
      const response = await handler(request("POST", undefined, INITIALIZE));
      await response.text();
      ids.push(response.headers.get("mcp-session-id")!);
    }
    for (const [n, id] of ids.entries()) {
      const ready = `{"jsonrpc":"2.0","method":"notifications/initialized"}`;
      await handler(n % 2 === 0 ? request("DELETE", id) : request("POST", id, ready));
    }
    const last = ids.at(-1)!;
    const ping = `{"jsonrpc":"2.0","id":1,"method":"ping"}`;
    // A session that is asked about lives on, so it is asked more seldom than it would expire.
    for (let status = 200; status !== 404;) {
      await new Promise((resolve) => setTimeout(resolve, 80));
      status = (await handler(request("POST", last, ping))).status;
    }
    for (const id of [ids[0]!, ids[1]!]) {
      const { status } = await handler(request("POST", id, ping));
      if (status !== 404) throw new Error(`An ended session must be 404: got ${status}`);
    }
  }
  await round(); // Warms up: what is compiled and cached once stays.
  const before = await liveHeap();
  await round();
  const after = await liveHeap();
  await handler.close({ drainMs: 1 });
  return after - before;
}

console.log(await measure());
