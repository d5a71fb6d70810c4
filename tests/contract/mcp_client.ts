// A client of MCP over HTTP for the cases of the contract, by hand, one for each era: each request on a
// connection of its own, unless it is given one. Sends what it is told, right or wrong.

import { Buffer } from "node:buffer";
import { type Connection, connectTo, type RawRequest, type Reply } from "./http_connection.ts";

/** A message of either side. */
// deno-lint-ignore no-explicit-any -- cases look into whatever came
export type Message = any;

/** Where to send, and who says so. */
export interface ClientOptions {
  readonly headers?: { readonly [name: string]: string };
  readonly path?: string;
}

/** How one request differs from what the client sends by itself. */
export interface SendOptions {
  readonly id?: string | number;
  /** Added to the headers, or in place of them; an empty value leaves one out. */
  readonly headers?: { readonly [name: string]: string };
  /** Members of `_meta`. */
  readonly meta?: { readonly [key: string]: unknown };
  /** The connection to use; else a new one is made. */
  readonly on?: Connection;
}

/** An answer on its way. */
export interface Answer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  /** The messages of the body, one after another as they come, be it JSON or a stream. */
  messages(): AsyncGenerator<Message>;
  /** The next of them; undefined at the end. */
  next(): Promise<Message>;
  /** Reads to the end, and gives the last. */
  last(): Promise<Message>;
  /** Reads to the end, and gives all. */
  all(): Promise<Message[]>;
  /** The id of the last event that came; undefined before one with an id. */
  readonly lastEventId: string | undefined;
  /** How many comments came. */
  readonly comments: number;
  /** The connection it comes on. */
  readonly connection: Connection;
}

/** A client. */
export interface Client {
  readonly port: number;
  /** Sends a request; resolves with the head of the answer. */
  send(method: string, params?: object, options?: SendOptions): Promise<Answer>;
  /** Sends a request, reads the answer to its end, and closes the connection that it made. */
  request(method: string, params?: object, options?: SendOptions): Promise<Message>;
  /** Calls a tool. */
  call(name: string, args?: object, options?: SendOptions): Promise<Message>;
  /** Sends a notification, and gives the status. */
  notify(method: string, params?: object): Promise<number>;
}

/** A client with a session. */
export interface Session extends Client {
  readonly id: string;
  /** What `initialize` was answered with. */
  readonly opened: Message;
  /** Opens the stream of the session; `after` resumes behind that event. */
  listen(after?: string): Promise<Answer>;
  /** Ends the session, and gives the status. */
  end(): Promise<number>;
}

/** The newest revision. */
export const MODERN = "2026-07-28";
/** The last revision with sessions. */
export const WITH_SESSIONS = "2025-11-25";

/** The headers of a POST. */
export const POST_HEADERS: { readonly [name: string]: string } = {
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
};

const NEWLINE = 0x0a;
const CLIENT_INFO = { name: "contract", version: "1.0.0" };

type Shape = (
  method: string,
  params: Message,
  meta: SendOptions["meta"],
) => { readonly headers: { readonly [name: string]: string }; readonly params: Message };

/** A client of the newest revision. */
export function modernClient(port: number, options: ClientOptions = {}): Client {
  return makeClient(port, options, (method, params, meta) => ({
    headers: {
      "mcp-protocol-version": MODERN,
      "mcp-method": method,
      ...(params?.name === undefined ? {} : { "mcp-name": params.name }),
      ...(params?.uri === undefined ? {} : { "mcp-name": params.uri }),
    },
    params: {
      ...params,
      _meta: {
        "io.modelcontextprotocol/protocolVersion": MODERN,
        "io.modelcontextprotocol/clientInfo": CLIENT_INFO,
        "io.modelcontextprotocol/clientCapabilities": {},
        ...meta,
      },
    },
  }));
}

/** Opens a session. */
export async function openSession(
  port: number,
  options: ClientOptions & { readonly capabilities?: object } = {},
): Promise<Session> {
  const { capabilities = {} } = options;
  const first = await makeClient(port, options, withMeta).send("initialize", {
    protocolVersion: WITH_SESSIONS,
    capabilities,
    clientInfo: CLIENT_INFO,
  });
  const opened = await first.last();
  first.connection.close();
  const id = first.headers["mcp-session-id"];
  if (id === undefined) throw new Error(`No session came: got ${JSON.stringify(opened)}`);
  return {
    ...await sessionOf(port, id, options),
    opened: opened.result,
  };
}

/** A client that speaks as the session of an id, whoever opened it. */
export async function sessionOf(
  port: number,
  id: string,
  options: ClientOptions = {},
): Promise<Omit<Session, "opened">> {
  const headers = {
    ...options.headers,
    "mcp-session-id": id,
    "mcp-protocol-version": WITH_SESSIONS,
  };
  const path = options.path ?? "/mcp";
  const client = makeClient(port, { ...options, headers }, withMeta);
  await client.notify("notifications/initialized");
  return {
    ...client,
    id,
    async listen(after) {
      const resume = after === undefined ? {} : { "last-event-id": after };
      return await exchange(port, undefined, {
        method: "GET",
        path,
        headers: { ...headers, ...resume, accept: "text/event-stream" },
      });
    },
    async end() {
      const { status, connection } = await exchange(port, undefined, {
        method: "DELETE",
        path,
        headers,
      });
      connection.close();
      return status;
    },
  };
}

function withMeta(_method: string, params: Message, meta: SendOptions["meta"]) {
  return { headers: {}, params: meta === undefined ? params : { ...params, _meta: meta } };
}

function makeClient(port: number, options: ClientOptions, shape: Shape): Client {
  const { headers: own = {}, path = "/mcp" } = options;
  let lastId = 0;

  async function send(method: string, params?: object, how: SendOptions = {}): Promise<Answer> {
    const shaped = shape(method, params, how.meta);
    const id = how.id ?? ++lastId;
    return await exchange(port, how.on, {
      path,
      headers: withoutEmpty({ ...POST_HEADERS, ...own, ...shaped.headers, ...how.headers }),
      body: JSON.stringify({ jsonrpc: "2.0", id, method, params: shaped.params }),
    });
  }

  async function request(method: string, params?: object, how: SendOptions = {}): Promise<Message> {
    const answer = await send(method, params, how);
    const message = await answer.last();
    if (how.on === undefined) answer.connection.close();
    return message;
  }

  return {
    port,
    send,
    request,
    call: (name, args = {}, how = {}) => request("tools/call", { name, arguments: args }, how),
    async notify(method, params) {
      const { status, connection } = await exchange(port, undefined, {
        path,
        headers: { ...POST_HEADERS, ...own },
        body: JSON.stringify({ jsonrpc: "2.0", method, params }),
      });
      connection.close();
      return status;
    },
  };
}

async function exchange(
  port: number,
  on: Connection | undefined,
  request: RawRequest,
): Promise<Answer> {
  const connection = on ?? await connectTo(port);
  try {
    return answerOf(await connection.exchange(request), connection);
  } catch (error) {
    connection.close();
    throw error;
  }
}

function answerOf(reply: Reply, connection: Connection): Answer {
  const seen: Seen = { lastEventId: undefined, comments: 0 };
  const messages = messagesOf(reply, seen);
  return {
    status: reply.status,
    headers: reply.headers,
    connection,
    get lastEventId() {
      return seen.lastEventId;
    },
    get comments() {
      return seen.comments;
    },
    messages: () => messages,
    async next() {
      const { done, value } = await messages.next();
      return done ? undefined : value;
    },
    async last() {
      let last: Message;
      for await (const message of messages) last = message;
      return last;
    },
    async all() {
      const all: Message[] = [];
      for await (const message of messages) all.push(message);
      return all;
    },
  };
}

/** What is no message. */
interface Seen {
  lastEventId: string | undefined;
  comments: number;
}

async function* messagesOf(reply: Reply, seen: Seen): AsyncGenerator<Message> {
  if (reply.headers["content-type"] !== "text/event-stream") {
    const text = await reply.text();
    if (text === "") return;
    const value = JSON.parse(text);
    yield* Array.isArray(value) ? value : [value];
    return;
  }
  let parts: Uint8Array[] = [];
  for (let part = await reply.read(); part !== undefined; part = await reply.read()) {
    parts.push(part);
    if (!part.includes(NEWLINE)) continue; // No event ends in it.
    let held = Buffer.concat(parts);
    for (let end = held.indexOf("\n\n"); end >= 0; end = held.indexOf("\n\n")) {
      const block = held.subarray(0, end).toString();
      held = held.subarray(end + 2);
      if (block.startsWith(":")) seen.comments++;
      seen.lastEventId = /^id: ?(.+)$/m.exec(block)?.[1] ?? seen.lastEventId;
      const data = /^data: ?(.*)$/m.exec(block)?.[1] ?? "";
      // An event without data says only where the stream stands.
      if (data !== "") yield JSON.parse(data);
    }
    parts = held.length > 0 ? [held] : [];
  }
  const rest = Buffer.concat(parts).toString();
  if (rest !== "") throw new Error(`The stream broke off in ${JSON.stringify(rest)}`);
}

function withoutEmpty(headers: { readonly [name: string]: string }): { [name: string]: string } {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ""));
}
