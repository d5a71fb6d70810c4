// deno-lint-ignore-file no-import-prefix -- what deno.json names, `deno task` downloads for everybody
// The clients that others wrote, behind one small interface, so that one test asks all of them the
// same. Used by the end-to-end tests only; adds nothing that the clients do not do by themselves.

import { Client as Client1 } from "npm:@modelcontextprotocol/sdk@1.32.2/client/index.js";
import { StdioClientTransport as Stdio1 } from "npm:@modelcontextprotocol/sdk@1.32.2/client/stdio.js";
import { StreamableHTTPClientTransport as Http1 } from "npm:@modelcontextprotocol/sdk@1.32.2/client/streamableHttp.js";
import type { Transport as Transport1 } from "npm:@modelcontextprotocol/sdk@1.32.2/shared/transport.js";
import {
  Client as Client2,
  StreamableHTTPClientTransport as Http2,
} from "npm:@modelcontextprotocol/client@2.4.0";
import type { Transport as Transport2 } from "npm:@modelcontextprotocol/client@2.4.0";
import { StdioClientTransport as Stdio2 } from "npm:@modelcontextprotocol/client@2.4.0/stdio";

/** Where a server is: the address of its endpoint, or how to start it on its standard streams. */
export type Target = string | {
  readonly command: string;
  readonly args: string[];
  readonly env: Record<string, string>;
};

/** How a call is watched and ended. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onprogress?: (progress: { readonly message?: string | undefined }) => void;
}

/** What a tool gave back. */
export interface CallResult {
  readonly content: readonly { readonly type: string; readonly text?: string }[];
  // deno-lint-ignore no-explicit-any -- tests look into whatever came
  readonly structuredContent?: any;
  readonly isError?: boolean;
}

/** A client that is connected. `await using` closes it. */
export interface Connection extends AsyncDisposable {
  /** The name that the server gave itself. */
  readonly server: string | undefined;
  /** The revision that both speak; undefined where the client does not say. */
  readonly revision: string | undefined;
  toolNames(): Promise<string[]>;
  call(name: string, args: Record<string, unknown>, options?: CallOptions): Promise<CallResult>;
}

/** A client, ready to connect. */
export interface OutsideClient {
  readonly name: string;
  /** The revision that it must find in common with lmcp. */
  readonly revision: string;
  connect(target: Target): Promise<Connection>;
}

const INFO = { name: "end-to-end-test", version: "1.0.0" };

/** All of them. */
export const OUTSIDE_CLIENTS: readonly OutsideClient[] = [
  { name: "the sdk 1.x", revision: "2025-11-25", connect: connect1 },
  {
    name: "the client 2.x, pinned",
    revision: "2026-07-28",
    connect: (target) => connect2(target, { pin: "2026-07-28" }),
  },
  {
    name: "the client 2.x, choosing by itself",
    revision: "2026-07-28",
    connect: (target) => connect2(target, "auto"),
  },
];

async function connect1(target: Target): Promise<Connection> {
  const client = new Client1(INFO);
  const transport = typeof target === "string" ? new Http1(new URL(target)) : new Stdio1(target);
  await client.connect(transport as Transport1);
  return {
    server: client.getServerVersion()?.name,
    revision: "protocolVersion" in transport ? transport.protocolVersion : undefined,
    toolNames: async () => (await client.listTools()).tools.map(nameOf),
    call: async (name, args, options) =>
      await client.callTool({ name, arguments: args }, undefined, options) as CallResult,
    async [Symbol.asyncDispose]() {
      if ("terminateSession" in transport) await transport.terminateSession();
      await client.close();
    },
  };
}

async function connect2(
  target: Target,
  mode: "auto" | { readonly pin: string },
): Promise<Connection> {
  const client = new Client2(INFO, { versionNegotiation: { mode } });
  const transport = typeof target === "string" ? new Http2(new URL(target)) : new Stdio2(target);
  await client.connect(transport as Transport2);
  return {
    server: client.getServerVersion()?.name,
    revision: client.getNegotiatedProtocolVersion(),
    toolNames: async () => (await client.listTools()).tools.map(nameOf),
    call: async (name, args, options) =>
      await client.callTool({ name, arguments: args }, options) as CallResult,
    [Symbol.asyncDispose]: () => client.close(),
  };
}

// The types of the clients' results lean on packages of theirs, which do not resolve everywhere.
function nameOf({ name }: { readonly name: string }): string {
  return name;
}
