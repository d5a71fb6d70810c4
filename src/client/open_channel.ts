// Opens the way to a target: what kind of channel it takes, and what the server is known by. Called by
// `connect.ts`, once for each client.

import type { Channel } from "./channel.ts";
import { HttpChannel } from "./http_channel.ts";
import type { Inbound } from "./inbound.ts";
import type { ConnectOptions } from "./options.ts";
import { StdioChannel } from "./stdio_channel.ts";
import type { ClientAuth, HttpTarget, Target, TokenSource } from "./target.ts";

/** A way to a server that was opened. */
export interface OpenedTarget {
  readonly channel: Channel;
  /** What the server is known by, among all; undefined where it is this very one. */
  readonly key: string | undefined;
  /** Who asks, as the server sees it: what is private must not be given to another. */
  readonly credential: () => string | Promise<string>;
}

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
/** Where handlers in the same process are, for their own checks of host and path. */
const HANDLER_URL = "http://localhost/mcp";

/**
 * Opens it: a command is started, over HTTP nothing is sent yet.
 *
 * @throws {ClientError} `refused` when a command cannot be started.
 * @throws {TypeError} when the target is not what it must be.
 */
export function openChannel(
  target: Target,
  inbound: Inbound,
  options: ConnectOptions,
): OpenedTarget {
  const common = {
    maxBytes: options.maxResponseBytes ?? DEFAULT_MAX_BYTES,
    receive: inbound.receive.bind(inbound),
    onError: (error: unknown) => inbound.report(error),
  };
  if (typeof target === "object" && "kind" in target) {
    const channel = new StdioChannel({ ...common, target, onStderr: options.onStderr });
    const key = JSON.stringify([target.words, target.cwd ?? null]);
    return { channel, key, credential: () => "" };
  }
  if (typeof target === "function") {
    const channel = new HttpChannel({
      ...common,
      url: HANDLER_URL,
      headers: {},
      auth: undefined,
      fetch: obeying(async (url, init) => await target(new Request(url, init))),
      onClose: undefined,
    });
    return { channel, key: undefined, credential: () => "" };
  }
  const http: HttpTarget = typeof target === "string" || target instanceof URL
    ? { url: target }
    : target;
  const url = checkUrl(http.url);
  const auth = http.auth ?? (http.token === undefined ? undefined : tokenAuth(http.token));
  const { headers = {} } = http;
  const channel = new HttpChannel({
    ...common,
    url,
    headers,
    auth,
    fetch: http.fetch === undefined ? (url, init) => fetch(url, init) : obeying(http.fetch),
    onClose: http.close,
  });
  const said = JSON.stringify(headers);
  const credential = async () => `${await auth?.token() ?? ""}\n${said}`;
  return { channel, key: url, credential };
}

function checkUrl(url: string | URL): string {
  const text = String(url);
  const protocol = URL.canParse(text) ? new URL(text).protocol : "";
  if (protocol !== "http:" && protocol !== "https:") {
    throw new TypeError(
      `Server must be an http or https URL: got ${JSON.stringify(text)}; ` +
        "http://127.0.0.1:8080/mcp, say",
    );
  }
  const { username, password } = new URL(text);
  if (username !== "" || password !== "") {
    // They are not repeated: an error may be read by others.
    throw new TypeError("Server must be a URL without a user: give token or headers instead");
  }
  return text;
}

function tokenAuth(source: TokenSource): ClientAuth {
  const check = (token: string): string => {
    // The token itself must not stand in the error.
    if (/^[\x21-\x7e]+$/.test(token)) return token;
    throw new TypeError("Token must be printable ASCII without blanks: got other characters");
  };
  if (typeof source === "string") {
    const token = check(source);
    return { token: () => token };
  }
  return { token: async () => check(await source()) };
}

/** What answers in place of `fetch` need not obey the signal: the caller must not wait for it. */
function obeying(
  answer: (url: string, init: RequestInit) => Promise<Response>,
): (url: string, init: RequestInit) => Promise<Response> {
  return (url, init) =>
    new Promise((resolve, reject) => {
      const { signal } = init;
      const onAbort = () => reject(signal?.reason);
      if (signal?.aborted === true) return onAbort();
      signal?.addEventListener("abort", onAbort, { once: true });
      answer(url, init).then(resolve, reject)
        .finally(() => signal?.removeEventListener("abort", onAbort));
    });
}
