// A program that makes many calls of a handler in its own process, and prints how its live heap grew.
// Started by `tests/long/idle_cost_test.ts` with `--v8-flags=--expose-gc`; says nothing of time.
//
//   deno run --v8-flags=--expose-gc tests/support/live_heap.ts CALLS

import { createHandler, createServer } from "../../mod.ts";
import { MetaKey, MODERN_REVISIONS } from "../../src/protocol/revisions.ts";

const server = createServer({ name: "heap", version: "1.0.0" });
server.tool({
  name: "add",
  input: {
    type: "object",
    properties: { a: { type: "number" }, b: { type: "number" } },
    required: ["a", "b"],
  },
  run: ({ a, b }) => String(a + b),
});
server.tool({ name: "later", run: async () => await Promise.resolve("done") });
server.tool({ name: "report", run: (_input, ctx) => ctx.progress(1) });

const handler = createHandler(server);

/** One call of each tool: answered at once, a turn later, and by a stream. */
async function call(number: number): Promise<void> {
  const name = ["add", "later", "report"][number % 3]!;
  const _meta = {
    progressToken: number,
    [MetaKey.protocolVersion]: MODERN_REVISIONS[0],
    [MetaKey.clientCapabilities]: {},
  };
  const params = { name, arguments: name === "add" ? { a: number, b: 1 } : {}, _meta };
  const response = await handler(
    new Request("http://localhost/mcp", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "mcp-protocol-version": MODERN_REVISIONS[0],
        "mcp-method": "tools/call",
        "mcp-name": name,
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: number, method: "tools/call", params }),
    }),
  );
  if (!(await response.text()).includes('"result"')) throw new Error("A call was refused");
}

async function liveHeap(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    (globalThis as unknown as { gc(): void }).gc();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return Deno.memoryUsage().heapUsed;
}

async function callMany(calls: number): Promise<void> {
  for (let number = 0; number < calls; number++) await call(number);
}

await callMany(3_000);
const before = await liveHeap();
await callMany(Number(Deno.args[0]));
const grown = await liveHeap() - before;
// deno-lint-ignore no-console -- it is what the program is for
console.log(grown);
await handler.close();
