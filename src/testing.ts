/**
 * A client on a server in the same process, for the tests of one's own tools.
 *
 * @module
 */

// What the export `./testing` gives. No socket, no process, nothing of the protocol left out.

import { type Client, connect, type ConnectOptions } from "./client/mod.ts";
import type { Server } from "./server/server.ts";
import { createHandler, type HandlerOptions } from "./transports/http.ts";

export type { Client, ConnectOptions } from "./client/mod.ts";
export type { Server } from "./server/server.ts";
export type { HandlerOptions } from "./transports/http.ts";

/** How a server is tested. */
export interface TestOptions extends ConnectOptions {
  /** How the server is served, such as who its tokens belong to. */
  readonly handler?: HandlerOptions;
  /** The token that the client sends. */
  readonly token?: string;
}

/**
 * Connects a client to a server in this process. Closing the client ends the handler, too.
 *
 * @example
 * ```ts
 * import { createServer } from "@lmcp/lmcp";
 * import { testClient } from "@lmcp/lmcp/testing";
 *
 * const server = createServer({ name: "greeter", version: "1.0.0" });
 * server.tool({
 *   name: "greet",
 *   run: async (_input, ctx) => {
 *     const answer = await ctx.elicit({
 *       message: "Who are you?",
 *       schema: { type: "object", properties: { name: { type: "string" } } },
 *     });
 *     return `Hello, ${answer.content?.name}!`;
 *   },
 * });
 *
 * await using client = await testClient(server, {
 *   onElicit: () => ({ action: "accept", content: { name: "Ada" } }),
 * });
 * const { content } = await client.callTool("greet");
 * if (JSON.stringify(content) !== `[{"type":"text","text":"Hello, Ada!"}]`) {
 *   throw new Error(JSON.stringify(content));
 * }
 * ```
 */
export async function testClient(server: Server, options: TestOptions = {}): Promise<Client> {
  const { handler: handlerOptions = {}, token, ...connectOptions } = options;
  const handler = createHandler(server, handlerOptions);
  const close = () => handler.close({ drainMs: 0 });
  try {
    return await connect({
      url: `http://localhost${handlerOptions.path ?? "/mcp"}`,
      fetch: (url, init) => handler(new Request(url, init)),
      close,
      ...(token === undefined ? {} : { token }),
    }, connectOptions);
  } catch (error) {
    await close(); // An option may be refused before there is a client that could close it.
    throw error;
  }
}
