// deno-lint-ignore-file no-import-prefix -- what deno.json names, `deno task` downloads for everybody
// Clients of others that can be asked: for a form, and for a sample of their model. Used by
// `examples_test.ts`; each answers the same, whatever the era in which it is asked.

import { Client as Client1 } from "npm:@modelcontextprotocol/sdk@1.32.2/client/index.js";
import { StdioClientTransport as Stdio1 } from "npm:@modelcontextprotocol/sdk@1.32.2/client/stdio.js";
import { StreamableHTTPClientTransport as Http1 } from "npm:@modelcontextprotocol/sdk@1.32.2/client/streamableHttp.js";
import type { Transport as Transport1 } from "npm:@modelcontextprotocol/sdk@1.32.2/shared/transport.js";
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
} from "npm:@modelcontextprotocol/sdk@1.32.2/types.js";
import {
  Client as Client2,
  StreamableHTTPClientTransport as Http2,
} from "npm:@modelcontextprotocol/client@2.4.0";
import type { Transport as Transport2 } from "npm:@modelcontextprotocol/client@2.4.0";
import { StdioClientTransport as Stdio2 } from "npm:@modelcontextprotocol/client@2.4.0/stdio";
import type { CallResult, Target } from "./outside_clients.ts";

const INFO = { name: "asking-test", version: "1.0.0" };
const CAPABILITIES = { elicitation: {}, sampling: {} };
const FILLED = { action: "accept" as const, content: { name: "Ada" } };
const SAMPLED = {
  role: "assistant" as const,
  model: "a-model",
  content: { type: "text" as const, text: "Roses are red" },
};

/** Connects with the SDK 1.x (a session), calls a tool, and answers what it asks meanwhile. */
export async function callOnSession(target: Target, tool: string): Promise<CallResult> {
  const client = new Client1(INFO, { capabilities: CAPABILITIES });
  client.setRequestHandler(ElicitRequestSchema, () => FILLED);
  client.setRequestHandler(CreateMessageRequestSchema, () => SAMPLED);
  const transport = typeof target === "string" ? new Http1(new URL(target)) : new Stdio1(target);
  await client.connect(transport as Transport1);
  try {
    return await client.callTool({ name: tool, arguments: {} }) as CallResult;
  } finally {
    if ("terminateSession" in transport) await transport.terminateSession();
    await client.close();
  }
}

/** Connects with the client 2.x (2026-07-28), calls a tool, and answers what it asks in rounds. */
export async function callInRounds(target: Target, tool: string): Promise<CallResult> {
  const client = new Client2(INFO, {
    capabilities: CAPABILITIES,
    versionNegotiation: { mode: { pin: "2026-07-28" } },
  });
  client.setRequestHandler("elicitation/create", () => FILLED);
  client.setRequestHandler("sampling/createMessage", () => SAMPLED);
  const transport = typeof target === "string" ? new Http2(new URL(target)) : new Stdio2(target);
  await client.connect(transport as Transport2);
  try {
    return await client.callTool({ name: tool, arguments: {} }) as CallResult;
  } finally {
    await client.close();
  }
}
