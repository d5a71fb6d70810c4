// Requests over HTTP as plain as they are on the wire, in both eras, for the end-to-end tests that
// need to hold the connection in their own hands. Adds nothing; what it reads to the end it holds to
// the official schema.

import { connect, type Socket } from "node:net";
import { checkSent } from "../support/schema_check.ts";

// deno-lint-ignore no-explicit-any -- tests look into whatever came
export type Message = any;

/** A request to send. */
export interface Post {
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

const TYPES = {
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
};
const MODERN = "2026-07-28";
const SESSION = "2025-11-25";
const CLIENT = { name: "end-to-end-test", version: "1.0.0" };

/** The `_meta` of a request that stands for itself. */
export const MODERN_META = {
  "io.modelcontextprotocol/protocolVersion": MODERN,
  "io.modelcontextprotocol/clientInfo": CLIENT,
  "io.modelcontextprotocol/clientCapabilities": {},
};

/** What opens a session. */
export const INITIALIZE = {
  jsonrpc: "2.0",
  id: "initialize",
  method: "initialize",
  params: { protocolVersion: SESSION, capabilities: {}, clientInfo: CLIENT },
};

/** What tells that the session is open. */
export const INITIALIZED = { jsonrpc: "2.0", method: "notifications/initialized" };

/** A call of a tool; `meta` is its `_meta`. */
export function toolCall(
  id: string | number,
  name: string,
  args: Record<string, unknown>,
  meta: Record<string, unknown> = {},
) {
  return {
    jsonrpc: "2.0",
    id,
    method: "tools/call",
    params: { name, arguments: args, _meta: meta },
  };
}

/** A call that stands for itself, with the headers it must have. */
export function modernPost(
  id: string | number,
  name: string,
  args: Record<string, unknown>,
  meta: Record<string, unknown> = {},
): Post {
  return {
    headers: {
      ...TYPES,
      "mcp-protocol-version": MODERN,
      "mcp-method": "tools/call",
      "mcp-name": name,
    },
    body: JSON.stringify(toolCall(id, name, args, { ...MODERN_META, ...meta })),
  };
}

/** A message of a session, or of none. */
export function sessionPost(message: unknown, session?: string): Post {
  const named = session === undefined ? {} : { "mcp-session-id": session };
  return { headers: { ...TYPES, ...named }, body: JSON.stringify(message) };
}

/** Opens a session and answers its id. */
export async function openSession(url: string): Promise<string> {
  const response = await send(url, sessionPost(INITIALIZE));
  await response.body?.cancel();
  const id = response.headers.get("mcp-session-id");
  if (id === null) throw new Error(`No session was made: status ${response.status}`);
  await (await send(url, sessionPost(INITIALIZED, id))).body?.cancel();
  return id;
}

/** Sends. */
export function send(url: string, post: Post, signal?: AbortSignal): Promise<Response> {
  return fetch(url, { method: "POST", ...post, ...(signal === undefined ? {} : { signal }) });
}

/** Sends and reads the answer: the JSON, or the last message of the stream, if there is one. */
export async function ask(url: string, post: Post, signal?: AbortSignal): Promise<Message> {
  const response = await send(url, post, signal);
  const text = await response.text();
  if (text === "") return undefined;
  const { method } = JSON.parse(post.body);
  const revision = post.headers["mcp-protocol-version"] ??
    (post.headers["mcp-session-id"] === undefined ? "2025-03-26" : SESSION);
  const messages = response.headers.get("content-type")?.startsWith("text/event-stream")
    ? text.split("\n").filter((line) => line.startsWith("data:"))
      .map((line) => JSON.parse(line.slice("data:".length)))
    : [JSON.parse(text)];
  for (const message of messages) checkSent(revision, message, method);
  return messages.at(-1);
}

/** Sends over a socket of its own, which can be reset. */
export function sendOnSocket(url: string, { headers, body }: Post): Socket {
  const { hostname, port, pathname, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  // What becomes of the answer is not of interest.
  socket.on("error", () => {}).resume();
  const lines = Object.entries({
    ...headers,
    host,
    "content-length": new TextEncoder().encode(body).length,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`POST ${pathname} HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
  return socket;
}
