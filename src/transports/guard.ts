// What is checked before a request is read: path, host, origin, method, token, type, length.
// Called first by `http.ts`; its refusals are whole responses, and nothing behind it sees them.
// spec: basic/transports/streamable-http#security--endpoint

import { ErrorCode } from "../jsonrpc/errors.ts";
import { show } from "../jsonrpc/message.ts";
import { after } from "../protocol/after.ts";
import type { AuthInfo } from "../protocol/call.ts";
import { type Accepts, readAccept } from "./accept.ts";
import { corsOf, type HeaderMap, METHODS, NO_HEADERS, preflight } from "./cors.ts";
import type { Limits } from "./limits.ts";
import { readHead, type RequestHead } from "./request_head.ts";

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
  readonly head: RequestHead;
  readonly auth: AuthInfo | undefined;
  readonly accepts: Accepts;
  /** Headers that every answer to it must carry. */
  readonly headers: HeaderMap;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i;
const JSON_TYPE = /^application\/json\s*(;|$)/i;
const BEARER = /^Bearer +([^\s]+) *$/i;

/** Checks a request; gives the response that refuses it, or what is known of it. */
export function guard(
  request: Request,
  options: GuardOptions,
): Response | Admitted | Promise<Response | Admitted> {
  const { url, method } = request;
  if (!isAt(options.path, url)) {
    return refuse(404, `Not found: the endpoint is "${options.path}": got "${pathOf(url)}"`);
  }
  const head = readHead(request.headers);
  const host = head.host ?? hostOf(url);
  if (!isAllowedHost(host, options.allowedHosts)) {
    return refuse(
      403,
      `Forbidden: Host must be a loopback name or one that is allowed: got "${host}"`,
    );
  }
  const { origin } = head;
  if (origin !== null && !isAllowedOrigin(origin, host, options)) {
    return refuse(403, `Forbidden: Origin must be one that is allowed: got "${origin}"`);
  }
  const known = origin !== null && options.allowedOrigins.includes(origin)
    ? corsOf(origin)
    : undefined;
  if (method === "OPTIONS") return preflight(known, head.get("access-control-request-headers"));
  const cors = known ?? NO_HEADERS;
  if (method !== "POST" && method !== "GET" && method !== "DELETE") {
    return refuse(405, `Method not allowed: must be one of ${METHODS}: got "${method}"`, {
      ...cors,
      allow: METHODS,
    });
  }
  if (head.size > options.limits.headers) {
    return refuse(431, `Headers too large: at most ${options.limits.headers} bytes are read`, cors);
  }
  if (options.auth === undefined) return admit(method, head, undefined, options, cors);
  const found = options.auth(tokenOf(head.authorization));
  return after(
    found,
    (auth) =>
      isValid(auth)
        ? admit(method, head, auth, options, cors)
        : unauthorized(head.authorization === null, cors),
  );
}

/** Checks what is left, once it is known who asks. */
function admit(
  method: string,
  head: RequestHead,
  auth: AuthInfo | undefined,
  options: GuardOptions,
  cors: HeaderMap,
): Response | Admitted {
  const accepts = readAccept(head.accept);
  if (method === "POST") {
    const refusal = checkPost(head, accepts, options.limits, cors);
    if (refusal !== undefined) return refusal;
  }
  const json = accepts.json && !(options.streams && accepts.stream);
  return {
    head,
    auth,
    accepts: json === accepts.json ? accepts : { ...accepts, json },
    headers: cors,
  };
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
  head: RequestHead,
  accepts: Accepts,
  limits: Limits,
  cors: HeaderMap,
): Response | undefined {
  const type = head.contentType;
  if (type !== "application/json" && (type === null || !JSON_TYPE.test(type))) {
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
        show(head.accept)
      }`,
      cors,
    );
  }
  const length = head.contentLength;
  if (length !== null && Number(length) > limits.body) {
    return refuse(
      413,
      `Content too large: a body has at most ${limits.body} bytes: got ${length}`,
      cors,
    );
  }
  return undefined;
}

/** Whether the path of a URL is `path`, exactly. */
function isAt(path: string, url: string): boolean {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  if (start < 0) return path === "/";
  const end = start + path.length;
  return url.startsWith(path, start) &&
    (end === url.length || url[end] === "?" || url[end] === "#");
}

function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  return start < 0 ? "/" : url.slice(start).replace(/[?#].*$/s, "");
}

function hostOf(url: string): string {
  const start = url.indexOf("//") + 2;
  const end = url.indexOf("/", start);
  return url.slice(start, end < 0 ? undefined : end);
}

/** A host without its port. By hand, as each request pays for it, and an expression costs more. */
function nameOf(host: string): string {
  let end = host.length;
  while (end > 0 && isDigit(host.charCodeAt(end - 1))) end--;
  return end < host.length && host[end - 1] === ":" ? host.slice(0, end - 1) : host;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isAllowedHost(host: string, allowed: readonly string[] | "any"): boolean {
  if (allowed === "any") return true;
  const name = nameOf(host);
  return name === "127.0.0.1" || LOOPBACK.test(name) ||
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

function tokenOf(authorization: string | null): string | undefined {
  if (authorization === null) return undefined;
  // As nearly every client writes it, which needs no expression.
  const rest = authorization.startsWith("Bearer ") ? authorization.slice(7) : "";
  return rest !== "" && !rest.includes(" ") ? rest : BEARER.exec(authorization)?.[1];
}

function isValid(info: AuthInfo | undefined): boolean {
  return info !== undefined && (info.expiresAt === undefined || info.expiresAt > Date.now());
}

function unauthorized(isMissing: boolean, cors: HeaderMap): Response {
  return isMissing
    ? refuse(401, "Unauthorized: Authorization must be a bearer token: got nothing", {
      ...cors,
      "www-authenticate": 'Bearer realm="lmcp"',
    })
    : refuse(401, "Unauthorized: the token is not known", {
      ...cors,
      "www-authenticate": 'Bearer realm="lmcp", error="invalid_token"',
    });
}
