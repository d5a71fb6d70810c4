// What is checked before a request is read: path, host, origin, method, token, type, length.
// Called first by `http.ts`; its refusals are whole responses, and nothing behind it sees them.
// spec: basic/transports/streamable-http#security--endpoint

import { ErrorCode } from "../jsonrpc/errors.ts";
import { show } from "../jsonrpc/message.ts";
import type { AuthInfo } from "../protocol/call.ts";
import { type Accepts, readAccept } from "./accept.ts";
import { corsOf, type HeaderMap, METHODS, preflight } from "./cors.ts";
import type { Limits } from "./limits.ts";

/** Says who a bearer token belongs to; undefined for a token that is unknown or missing. */
export type Authenticate = (
  token: string | undefined,
) => AuthInfo | undefined | Promise<AuthInfo | undefined>;

/** What the guard is made with. */
export interface GuardOptions {
  readonly path: string;
  /** Host names that may be asked for; `any` for every one. Default: the loopback names. */
  readonly allowedHosts: readonly string[] | "any";
  /** Origins that may call from a browser, beside the server's own on loopback. */
  readonly allowedOrigins: readonly string[];
  readonly auth: Authenticate | undefined;
  /** Whether a client that takes a stream is answered with one. */
  readonly streams: boolean;
  readonly limits: Limits;
}

/** A request that may be read. */
export interface Admitted {
  readonly auth: AuthInfo | undefined;
  readonly accepts: Accepts;
  /** Headers that every answer to it must carry. */
  readonly headers: HeaderMap;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i;
const NO_HEADERS: HeaderMap = {};

/** Checks a request; gives the response that refuses it, or what is known of it. */
export async function guard(request: Request, options: GuardOptions): Promise<Response | Admitted> {
  const { url, method, headers } = request;
  const path = pathOf(url);
  if (path !== options.path) {
    return refuse(404, `Not found: the endpoint is "${options.path}": got "${path}"`);
  }
  const host = headers.get("host") ?? hostOf(url);
  if (!isAllowedHost(host, options.allowedHosts)) {
    return refuse(
      403,
      `Forbidden: Host must be a loopback name or one that is allowed: got "${host}"`,
    );
  }
  const origin = headers.get("origin");
  if (origin !== null && !isAllowedOrigin(origin, host, options)) {
    return refuse(403, `Forbidden: Origin must be one that is allowed: got "${origin}"`);
  }
  const known = origin !== null && options.allowedOrigins.includes(origin)
    ? corsOf(origin)
    : undefined;
  if (method === "OPTIONS") return preflight(known, headers.get("access-control-request-headers"));
  const cors = known ?? NO_HEADERS;
  if (method !== "POST" && method !== "GET" && method !== "DELETE") {
    return refuse(405, `Method not allowed: must be one of ${METHODS}: got "${method}"`, {
      ...cors,
      allow: METHODS,
    });
  }
  if (sizeOf(headers) > options.limits.headers) {
    return refuse(431, `Headers too large: at most ${options.limits.headers} bytes are read`, cors);
  }
  const auth = options.auth === undefined ? undefined : await authenticate(options.auth, headers);
  if (auth instanceof Response) return withHeaders(auth, cors);
  const accepts = readAccept(headers.get("accept"));
  if (method === "POST") {
    const refusal = checkPost(headers, accepts, options.limits, cors);
    if (refusal !== undefined) return refusal;
  }
  const json = accepts.json && !(options.streams && accepts.stream);
  return { auth, accepts: json === accepts.json ? accepts : { ...accepts, json }, headers: cors };
}

/** A refusal: its status, and a JSON-RPC error without an id that says why. */
export function refuse(
  status: number,
  message: string,
  headers: HeaderMap = NO_HEADERS,
  code: number = ErrorCode.InvalidRequest,
): Response {
  return new Response(JSON.stringify({ jsonrpc: "2.0", error: { code, message } }), {
    status,
    headers: { ...headers, "content-type": "application/json" },
  });
}

function checkPost(
  headers: Headers,
  accepts: Accepts,
  limits: Limits,
  cors: HeaderMap,
): Response | undefined {
  const type = headers.get("content-type");
  if (type === null || !/^application\/json\s*(;|$)/i.test(type)) {
    return refuse(
      415,
      `Unsupported media type: Content-Type must be application/json: got ${
        show(type ?? undefined)
      }`,
      cors,
    );
  }
  if (!accepts.json && !accepts.stream) {
    return refuse(
      406,
      `Not acceptable: Accept must allow application/json or text/event-stream: got ${
        show(headers.get("accept"))
      }`,
      cors,
    );
  }
  const length = headers.get("content-length");
  if (length !== null && Number(length) > limits.body) {
    return refuse(
      413,
      `Content too large: a body has at most ${limits.body} bytes: got ${length}`,
      cors,
    );
  }
  return undefined;
}

function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  if (start < 0) return "/";
  const end = url.slice(start).search(/[?#]/);
  return end < 0 ? url.slice(start) : url.slice(start, start + end);
}

function hostOf(url: string): string {
  const start = url.indexOf("//") + 2;
  const end = url.indexOf("/", start);
  return url.slice(start, end < 0 ? undefined : end);
}

function nameOf(host: string): string {
  return host.replace(/:\d+$/, "");
}

function isAllowedHost(host: string, allowed: readonly string[] | "any"): boolean {
  if (allowed === "any") return true;
  const name = nameOf(host);
  return LOOPBACK.test(name) ||
    allowed.some((entry) =>
      entry.toLowerCase() === name.toLowerCase() || entry.toLowerCase() === host.toLowerCase()
    );
}

/** The server's own pages may call it, on loopback: there the host was checked by name. */
function isAllowedOrigin(origin: string, host: string, options: GuardOptions): boolean {
  if (options.allowedOrigins.includes(origin)) return true;
  return LOOPBACK.test(nameOf(host)) &&
    (origin === `http://${host}` || origin === `https://${host}`);
}

async function authenticate(auth: Authenticate, headers: Headers): Promise<AuthInfo | Response> {
  const header = headers.get("authorization");
  const token = header === null ? undefined : /^Bearer +([^\s]+) *$/i.exec(header)?.[1];
  const found = auth(token);
  const info = found instanceof Promise ? await found : found;
  if (info !== undefined && (info.expiresAt === undefined || info.expiresAt > Date.now())) {
    return info;
  }
  return header === null
    ? refuse(401, "Unauthorized: Authorization must be a bearer token: got nothing", {
      "www-authenticate": 'Bearer realm="lmcp"',
    })
    : refuse(401, "Unauthorized: the token is not known", {
      "www-authenticate": 'Bearer realm="lmcp", error="invalid_token"',
    });
}

function sizeOf(headers: Headers): number {
  let size = 0;
  for (const [name, value] of headers) size += name.length + value.length + 4;
  return size;
}

function withHeaders(response: Response, headers: HeaderMap): Response {
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}
