// A small client for tests of the HTTP transport, one for each era. It sends what it is told, right
// or wrong, and holds every message that comes back to the schema of its revision.

import { checkedHandler } from "./checked_handler.ts";
import { checkSent, type Sent } from "./schema_check.ts";
import { readSse } from "./sse.ts";

/** How one message is sent. */
export interface SendOptions {
  /** Added to the headers, or in place of them; an empty value leaves one out. */
  readonly headers?: { readonly [name: string]: string };
  readonly id?: string | number;
  readonly signal?: AbortSignal;
  /** Members of `_meta`, added to those of the era. */
  readonly meta?: { readonly [key: string]: unknown };
}

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Reads one message after another as they come, checked; comments are counted. */
  messages(): AsyncGenerator<Sent>;
  /** Reads to the end and gives the last message. */
  answer(): Promise<Sent>;
  /** Reads to the end and gives all messages. */
  all(): Promise<Sent[]>;
  /** Comments that came so far. */
  readonly comments: number;
  /** Goes away without reading on. */
  cancel(): Promise<void>;
}

/** Where a client sends: an address, or a handler in this process. */
export type Target = string | ((request: Request) => Promise<Response>);

/** A client. */
export interface TestClient {
  /** The endpoint. */
  readonly url: string;
  /** The headers that every message carries. */
  readonly headers: { readonly [name: string]: string };
  /** Sends a request. */
  send(method: string, params?: Sent, options?: SendOptions): Promise<Reply>;
  /** Sends a request and gives its response. */
  request(method: string, params?: Sent, options?: SendOptions): Promise<Sent>;
  /** Sends a notification and gives the status. */
  notify(method: string, params?: Sent): Promise<number>;
}

/** A client with a session. */
export interface TestSession extends TestClient {
  readonly id: string;
  /** What `initialize` was answered with. */
  readonly opened: Sent;
  /** Opens the GET stream. */
  listen(): Promise<Reply>;
  /** Ends the session and gives the status. */
  end(): Promise<number>;
}

const BOTH = "application/json, text/event-stream";
const CLIENT = { name: "test-client", version: "1.0.0" };

/** A client of the newest revision. */
export function modernClient(
  target: Target,
  headers: { readonly [name: string]: string } = {},
): TestClient {
  const revision = "2026-07-28";
  return makeClient(target, revision, headers, (method, params, options) => ({
    headers: {
      "mcp-protocol-version": revision,
      "mcp-method": method,
      ...(nameOf(method, params) === undefined ? {} : { "mcp-name": nameOf(method, params)! }),
    },
    params: {
      ...params,
      _meta: {
        "io.modelcontextprotocol/protocolVersion": revision,
        "io.modelcontextprotocol/clientInfo": CLIENT,
        "io.modelcontextprotocol/clientCapabilities": {},
        ...options.meta,
      },
    },
  }));
}

/** A client without a session and without a version: what it gets is of 2025-03-26. */
export function statelessClient(
  target: Target,
  headers: { readonly [name: string]: string } = {},
): TestClient {
  return makeClient(target, "2025-03-26", headers, withMeta);
}

/** Opens a session: `initialize`, and `initialized` unless told otherwise. */
export async function openSession(
  target: Target,
  revision = "2025-11-25",
  options: {
    readonly headers?: { readonly [name: string]: string };
    readonly capabilities?: Sent;
    readonly initialized?: boolean;
  } = {},
): Promise<TestSession> {
  const first = makeClient(target, revision, options.headers ?? {}, withMeta);
  const reply = await first.send("initialize", {
    protocolVersion: revision,
    capabilities: options.capabilities ?? {},
    clientInfo: CLIENT,
  });
  const opened = await reply.answer();
  const id = reply.headers.get("mcp-session-id");
  if (id === null) throw new Error(`No session came: got ${JSON.stringify(opened)}`);
  const headers = {
    ...options.headers,
    "mcp-session-id": id,
    // Older revisions know no such header.
    ...(revision >= "2025-06-18" ? { "mcp-protocol-version": revision } : {}),
  };
  const client = makeClient(target, revision, headers, withMeta);
  if (options.initialized !== false) await client.notify("notifications/initialized");
  return {
    ...client,
    id,
    opened: opened.result,
    async listen() {
      const response = await reach(target, {
        headers: { ...headers, accept: "text/event-stream" },
      });
      return replyOf(response, revision, undefined);
    },
    async end() {
      const response = await reach(target, { method: "DELETE", headers });
      await response.body?.cancel();
      return response.status;
    },
  };
}

/** Sends any text as a POST and gives the response as it is; an answer in JSON is checked. */
export async function postText(
  url: string,
  body: string | Uint8Array,
  headers: { readonly [name: string]: string } = {},
): Promise<Response> {
  const checked = checkedHandler(fetch);
  const response = await checked.handler(
    new Request(url, {
      method: "POST",
      headers: withoutEmpty({ "content-type": "application/json", accept: BOTH, ...headers }),
      body: body as BodyInit,
    }),
  );
  if (checked.problems.length > 0) throw new Error(checked.problems.join("\n"));
  return response;
}

type Shape = (
  method: string,
  params: Sent,
  options: SendOptions,
) => { readonly headers?: { readonly [name: string]: string }; readonly params?: Sent };

function urlOf(target: Target): string {
  return typeof target === "string" ? target : "http://localhost/mcp";
}

function reach(target: Target, init: RequestInit): Promise<Response> {
  const request = new Request(urlOf(target), init);
  return typeof target === "string" ? fetch(request) : target(request);
}

function makeClient(
  target: Target,
  revision: string,
  own: { readonly [name: string]: string },
  shape: Shape,
): TestClient {
  let lastId = 0;

  async function send(method: string, params?: Sent, options: SendOptions = {}): Promise<Reply> {
    const id = options.id ?? ++lastId;
    const shaped = shape(method, params, options);
    const response = await reach(target, {
      method: "POST",
      headers: withoutEmpty({
        "content-type": "application/json",
        accept: BOTH,
        ...own,
        ...shaped.headers,
        ...options.headers,
      }),
      body: JSON.stringify({ jsonrpc: "2.0", id, method, params: shaped.params }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    return replyOf(response, revision, method);
  }

  return {
    url: urlOf(target),
    headers: own,
    send,
    async request(method, params, options) {
      return await (await send(method, params, options)).answer();
    },
    async notify(method, params) {
      const response = await reach(target, {
        method: "POST",
        headers: { "content-type": "application/json", accept: BOTH, ...own },
        body: JSON.stringify({ jsonrpc: "2.0", method, params }),
      });
      await response.body?.cancel();
      return response.status;
    },
  };
}

function withMeta(_method: string, params: Sent, options: SendOptions): { readonly params?: Sent } {
  return options.meta === undefined ? { params } : { params: { ...params, _meta: options.meta } };
}

function nameOf(method: string, params: Sent): string | undefined {
  if (method === "resources/read") return params?.uri;
  return method === "tools/call" || method === "prompts/get" ? params?.name : undefined;
}

function withoutEmpty(headers: { readonly [name: string]: string }): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ""));
}

function replyOf(response: Response, revision: string, method: string | undefined): Reply {
  let comments = 0;

  async function* messages(): AsyncGenerator<Sent> {
    if (response.headers.get("content-type") !== "text/event-stream") {
      const text = await response.text();
      if (text === "") return;
      const message = JSON.parse(text);
      for (const each of Array.isArray(message) ? message : [message]) {
        checkSent(revision, each, method);
      }
      yield message;
      return;
    }
    for await (const item of readSse(response.body!)) {
      if (item.comment) comments++;
      if (item.event !== "message") continue; // A comment, or where the stream stands.
      const message = JSON.parse(item.data ?? "");
      checkSent(revision, message, method);
      yield message;
    }
  }

  async function all(): Promise<Sent[]> {
    const list: Sent[] = [];
    for await (const message of messages()) list.push(message);
    return list;
  }

  return {
    status: response.status,
    headers: response.headers,
    messages,
    all,
    async answer() {
      return (await all()).at(-1);
    },
    get comments() {
      return comments;
    },
    async cancel() {
      await response.body?.cancel();
    },
  };
}
