// One HTTP exchange over node:http, which all three runtimes have and which, unlike `fetch`, leaves
// the connecting to us: the address that was checked is the address that is connected to.
// Called through `Runtime.request()`. Never follows a redirect, never uses a proxy, and loads the
// modules at the first call, as they cost megabytes.

import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import { requestError } from "./node_request_error.ts";
import { type HttpAnswer, type HttpRequest, RequestError } from "./http_request.ts";

const HEADER_BYTES = 64 * 1024;
/** As many layers as anybody uses; each costs memory. */
const MOST_ENCODINGS = 2;

type Lookup = (
  hostname: string,
  options: { readonly all?: boolean | undefined },
  done: (error: null, address: string | Address[], family?: number) => void,
) => void;

interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Has the exchange. @throws {RequestError}, or the reason of the signal. */
export async function nodeRequest(wanted: HttpRequest): Promise<HttpAnswer> {
  const { url, signal } = wanted;
  signal.throwIfAborted();
  const addresses = await untilAborted(allowedAddresses(wanted), signal);
  const connection = await connector(url, addresses);
  signal.throwIfAborted();
  const response = await exchange(wanted, connection);
  return {
    status: response.statusCode ?? 0,
    headers: headersOf(response),
    body: bodyOf(response, await decoded(response, wanted.method), signal),
  };
}

async function allowedAddresses(wanted: HttpRequest): Promise<Address[]> {
  const host = unbracketed(wanted.url.hostname);
  const { isIP } = await import("node:net");
  const found = isIP(host) !== 0 ? [host] : await (wanted.resolve ?? systemAddresses)(host);
  const allowed = found.filter((address) => wanted.allows(address));
  if (allowed.length === 0) {
    throw new RequestError("not_allowed", "none of its addresses is allowed", found);
  }
  return allowed.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
}

async function systemAddresses(hostname: string): Promise<string[]> {
  const { lookup } = await import("node:dns/promises");
  try {
    return (await lookup(hostname, { all: true })).map(({ address }) => address);
  } catch (error) {
    throw requestError(error);
  }
}

// An agent that makes the connections itself is asked before any proxy of the environment.
async function connector(url: URL, addresses: readonly Address[]) {
  const host = unbracketed(url.hostname);
  const lookup: Lookup = (_name, { all }, done) => {
    const [first] = addresses;
    if (all) done(null, [...addresses]);
    else done(null, first!.address, first!.family);
  };
  if (url.protocol === "http:") {
    const [http, net] = await Promise.all([import("node:http"), import("node:net")]);
    const connect = () => net.connect({ host, port: Number(url.port || 80), lookup });
    return { send: http.request, agent: agentOf(new http.Agent(), connect) };
  }
  const [https, tls, net] = await Promise.all([
    import("node:https"),
    import("node:tls"),
    import("node:net"),
  ]);
  const name = net.isIP(host) === 0 ? { servername: host } : {};
  const ALPNProtocols = ["http/1.1"];
  const port = Number(url.port || 443);
  const connect = () => tls.connect({ host, port, lookup, ALPNProtocols, ...name });
  return { send: https.request, agent: agentOf(new https.Agent(), connect) };
}

function agentOf<A extends object>(agent: A, createConnection: () => Socket): A {
  return Object.assign(agent, { createConnection });
}

function exchange(
  { url, method, headers, body, signal }: HttpRequest,
  { send, agent }: Awaited<ReturnType<typeof connector>>,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(signal.aborted ? signal.reason : requestError(error));
    const length = body === undefined ? {} : { "content-length": String(body.length) };
    const request = send({
      host: unbracketed(url.hostname),
      port: url.port,
      path: url.pathname + url.search,
      method,
      headers: { ...headers, host: url.host, connection: "close", ...length },
      agent,
      maxHeaderSize: HEADER_BYTES,
    }, (response) => {
      // An answer that nobody reads yet fails without a listener otherwise.
      response.on("error", () => undefined);
      // A connection that is given up tells the reader, who is waiting for it.
      response.once("close", () => signal.removeEventListener("abort", abort));
      resolve(response);
    });
    const abort = () => {
      request.destroy();
      fail(signal.reason);
    };
    signal.addEventListener("abort", abort, { once: true });
    request.on("error", (error) => {
      signal.removeEventListener("abort", abort);
      fail(error);
    });
    request.end(body);
  });
}

async function decoded(response: IncomingMessage, method: string): Promise<Readable> {
  const { statusCode, headers } = response;
  if (method === "HEAD" || statusCode === 204 || statusCode === 304) return response;
  const names = (headers["content-encoding"] ?? "").toLowerCase().split(",")
    .map((name) => name.trim()).filter((name) => name !== "" && name !== "identity").reverse();
  if (names.length === 0) return response;
  const [zlib, { pipeline }] = await Promise.all([import("node:zlib"), import("node:stream")]);
  // A stream that ends early still gives what it had; whether it was whole, HTTP says.
  const gentle = { finishFlush: zlib.constants.Z_SYNC_FLUSH };
  const decoders = names.slice(0, MOST_ENCODINGS + 1).map((name) => {
    if (name === "gzip" || name === "x-gzip" || name === "deflate") return zlib.createUnzip(gentle);
    if (name === "br") return zlib.createBrotliDecompress();
    return undefined;
  });
  if (decoders.length > MOST_ENCODINGS || decoders.includes(undefined)) {
    response.destroy();
    const got = JSON.stringify(headers["content-encoding"]);
    throw new RequestError("bad_answer", `it sent the content encoding ${got}, which is not known`);
  }
  const steps = decoders.filter((decoder) => decoder !== undefined);
  const last = steps.at(-1)!;
  // The failure of any step reaches the reader through the last one.
  pipeline([response, ...steps], () => undefined);
  return last;
}

async function* bodyOf(
  response: IncomingMessage,
  source: Readable,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of source) yield new Uint8Array(chunk);
    if (!response.complete) throw new RequestError("closed", "it closed the connection too early");
  } catch (error) {
    throw signal.aborted ? signal.reason : requestError(error);
  } finally {
    response.destroy();
    source.destroy();
  }
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    headers.append(rawHeaders[at]!, rawHeaders[at + 1]!);
  }
  return headers;
}

function unbracketed(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}

/** Waits for what cannot be ended itself: the system's resolver. */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
