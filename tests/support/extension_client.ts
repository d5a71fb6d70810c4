// A client of the newest revision right on a handler, without a socket, that declares extensions.
// Unlike `http_client.ts` it checks nothing against the schema, which knows no extension.

import type { Handler } from "../../src/transports/http.ts";
import { readSse } from "./sse.ts";
import type { Sent } from "./schema_check.ts";

/** What a client is and says of itself. */
export interface ExtensionClientOptions {
  /** The extensions that it declares. */
  readonly extensions?: readonly string[];
  /** Capabilities beside them. */
  readonly capabilities?: Sent;
  readonly token?: string;
}

/** A client on a handler. */
export interface ExtensionClient {
  /** Sends a request and gives its response with the HTTP status. */
  request(method: string, params?: Sent, options?: RequestOptions): Promise<Answered>;
  /** Sends a request and gives the messages of its stream as they come. */
  stream(method: string, params?: Sent): AsyncGenerator<Sent>;
}

/** How one request differs. */
export interface RequestOptions {
  readonly signal?: AbortSignal;
  /** In place of the headers that fit. */
  readonly headers?: { readonly [name: string]: string };
}

/** A response. */
export interface Answered {
  readonly status: number;
  readonly result: Sent;
  readonly error: Sent;
}

const REVISION = "2026-07-28";
const PREFIX = "io.modelcontextprotocol";

/** Makes a client. */
export function extensionClient(
  handler: Handler,
  { extensions = [], capabilities = {}, token }: ExtensionClientOptions = {},
): ExtensionClient {
  let lastId = 0;
  const declared = {
    ...capabilities,
    extensions: Object.fromEntries(extensions.map((id) => [id, {}])),
  };

  function send(method: string, params: Sent, { signal, headers }: RequestOptions = {}) {
    const name = params.taskId ?? params.name ?? params.uri;
    const body = {
      jsonrpc: "2.0",
      id: ++lastId,
      method,
      params: {
        ...params,
        _meta: {
          [`${PREFIX}/protocolVersion`]: REVISION,
          [`${PREFIX}/clientCapabilities`]: declared,
          ...params._meta,
        },
      },
    };
    return handler(
      new Request("http://localhost/mcp", {
        method: "POST",
        headers: {
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
          "mcp-protocol-version": REVISION,
          "mcp-method": method,
          ...(typeof name === "string" ? { "mcp-name": name } : {}),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...headers,
        },
        body: JSON.stringify(body),
        ...(signal === undefined ? {} : { signal }),
      }),
    );
  }

  async function* messagesOf(response: Response): AsyncGenerator<Sent> {
    if (response.headers.get("content-type") !== "text/event-stream") {
      yield await response.json();
      return;
    }
    for await (const { event, data } of readSse(response.body!)) {
      if (event === "message") yield JSON.parse(data ?? "");
    }
  }

  return {
    async request(method, params = {}, options) {
      const response = await send(method, params, options);
      let last: Sent;
      for await (const message of messagesOf(response)) last = message;
      return { status: response.status, result: last.result, error: last.error };
    },
    async *stream(method, params = {}) {
      yield* messagesOf(await send(method, params));
    },
  };
}
