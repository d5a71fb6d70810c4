// The read-only page of a hub: which hosts there are and how they do, live. Made by the command line
// with `--status-page`; answers four paths and no other. Nothing can be changed through it, and a
// token is taken in the body of a form only, never in an address.

import { Beat } from "../protocol/beat.ts";
import { toBase64Url } from "../wire/base64url.ts";
import { type Authenticate, guard } from "../transports/guard.ts";
import { withLimits } from "../transports/limits.ts";
import { readBody } from "../transports/body.ts";
import type { Fleet } from "./fleet.ts";
import { loginHtml, statusHtml } from "./status_html.ts";
import { StatusSessions } from "./status_sessions.ts";
import { StatusStreams } from "./status_stream.ts";

/** What the page is made with. */
export interface StatusPageOptions {
  readonly fleet: Fleet;
  /** What the hub calls itself. */
  readonly name: string;
  /** Host names that may be asked for, as for the endpoint. */
  readonly allowedHosts: readonly string[] | "any";
  /** Who may log in; without it everybody sees the page. */
  readonly auth?: Authenticate;
}

/** A status page. */
export interface StatusPage {
  /** What answers each path. */
  readonly routes: ReadonlyMap<string, (request: Request) => Promise<Response>>;
  /** Ends the streams of those that look on. */
  close(): void;
}

const PAGE = "text/html; charset=utf-8";
/** Pages that look on at once. */
const MOST_STREAMS = 64;
/** A form with a token is small, and there at once. */
const MOST_BYTES = 8 * 1024;
const MOST_MS = 10_000;
const FORM = /^application\/x-www-form-urlencoded\s*(;|$)/i;

/** Makes the page. */
export function createStatusPage(options: StatusPageOptions): StatusPage {
  const { fleet, name, allowedHosts, auth } = options;
  const sessions = new StatusSessions(fleet.clock);
  const streams = new StatusStreams(fleet, async () => {
    // Looking at the hosts also takes up what was changed in the registry.
    await fleet.hosts();
    return JSON.stringify({ name, problems: fleet.registryProblems(), hosts: fleet.snapshot() });
  });
  const deadline = new Beat(MOST_MS);
  const knows = (request: Request) => auth === undefined || sessions.knows(request);

  function showPage(request: Request): Response {
    const nonce = newNonce();
    return knows(request)
      ? html(200, statusHtml(name, nonce, fleet.clock.wall(), auth !== undefined), nonce)
      : html(200, loginHtml(name, nonce), nonce);
  }

  function hear(request: Request): Response {
    if (!knows(request)) return plain(401, "Log in first");
    if (streams.size >= MOST_STREAMS) return plain(503, "Too many look on: close other pages");
    // To open a stream that nobody reads would be to look on for ever.
    const stream = request.method === "HEAD" ? null : streams.open(() => knows(request));
    return new Response(stream, {
      headers: { ...SAFE, "content-type": "text/event-stream", "x-accel-buffering": "no" },
    });
  }

  async function login(request: Request): Promise<Response> {
    if (auth === undefined) return toPage();
    const nonce = newNonce();
    const waitS = sessions.waitS();
    if (waitS > 0) {
      const answer = html(429, loginHtml(name, nonce, `Too many tries: wait ${waitS} s`), nonce);
      answer.headers.set("retry-after", String(waitS));
      return answer;
    }
    const token = await tokenOf(request, deadline);
    if (token instanceof Response) return token;
    const info = await auth(token);
    if (info === undefined || (info.expiresAt ?? Infinity) <= fleet.clock.wall()) {
      sessions.failed();
      return html(401, loginHtml(name, nonce, "That token is not known here"), nonce);
    }
    return toPage(sessions.open(info, isSecure(request)));
  }

  const get = (answer: (request: Request) => Response) => async (request: Request) => {
    if (request.method !== "GET" && request.method !== "HEAD") return wrongMethod("GET, HEAD");
    return await refusal(request, allowedHosts) ?? answer(request);
  };
  const post = (answer: (request: Request) => Promise<Response>) => async (request: Request) => {
    if (request.method !== "POST") return wrongMethod("POST");
    return await refusal(request, allowedHosts) ?? answer(request);
  };
  return {
    routes: new Map([
      ["/", get(showPage)],
      ["/status/events", get(hear)],
      ["/login", post(login)],
      [
        "/logout",
        post((request) => Promise.resolve(toPage(sessions.end(request, isSecure(request))))),
      ],
    ]),
    close() {
      streams.close();
      deadline.close();
    },
  };
}

/** What the endpoint would refuse too: hosts, foreign pages, oversized headers. */
async function refusal(
  request: Request,
  allowedHosts: readonly string[] | "any",
): Promise<Response | undefined> {
  const { url, headers } = request;
  const { pathname } = new URL(url);
  const origin = headers.get("origin");
  const host = headers.get("host") ?? new URL(url).host;
  // A form of this very page: whatever name it was asked for by, its cookie is for that name alone.
  const own = origin === `http://${host}` || origin === `https://${host}`;
  const checked = await guard(new Request(url, { headers }), {
    path: pathname,
    allowedHosts,
    allowedOrigins: own && origin !== null ? [origin] : [],
    auth: undefined,
    streams: false,
    limits: withLimits(undefined),
  });
  return checked instanceof Response ? plain(checked.status, "Forbidden here") : undefined;
}

/** The token of a form, or what refuses the form. */
async function tokenOf(request: Request, deadline: Beat): Promise<string | Response> {
  if (!FORM.test(request.headers.get("content-type") ?? "")) return plain(415, "A form is wanted");
  if (Number(request.headers.get("content-length") ?? 0) > MOST_BYTES) {
    return plain(413, "Too large");
  }
  const body = await readBody(request, MOST_BYTES, deadline);
  if (body.ok) return new URLSearchParams(body.text).get("token")?.trim() ?? "";
  return body.why === "late" ? plain(408, "Too slow") : plain(413, "Too large");
}

const SAFE = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  // With "no-referrer" browsers would say "null" for the origin of our own forms.
  "referrer-policy": "same-origin",
  "x-frame-options": "DENY",
  "cross-origin-resource-policy": "same-origin",
};

function html(status: number, text: string, nonce: string): Response {
  const policy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    "img-src data:",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join("; ");
  return new Response(text, {
    status,
    headers: { ...SAFE, "content-type": PAGE, "content-security-policy": policy },
  });
}

function plain(status: number, text: string): Response {
  return new Response(text, { status, headers: { ...SAFE, "content-type": "text/plain" } });
}

function wrongMethod(allow: string): Response {
  return new Response(null, { status: 405, headers: { ...SAFE, allow } });
}

function toPage(cookie?: string): Response {
  const set = cookie === undefined ? {} : { "set-cookie": cookie };
  return new Response(null, { status: 303, headers: { ...SAFE, location: "./", ...set } });
}

function newNonce(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(16)));
}

function isSecure({ url }: Request): boolean {
  return url.startsWith("https:");
}
