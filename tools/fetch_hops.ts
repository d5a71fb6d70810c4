// Follows the redirects of a fetch, each hop judged anew as if it were the first.
// Called by `fetch.ts`. Never sends what the caller meant for one origin to another.

import { type HttpAnswer, RequestError } from "../src/runtime/http_request.ts";
import type { Runtime } from "../src/runtime/runtime.ts";
import { ToolError } from "../src/server/define.ts";
import type { FetchPolicy } from "./fetch_policy.ts";

const MOST_REDIRECTS = 10;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** What the caller's headers may go on with to another origin: what is not for one server alone. */
const FOR_ANYONE = new Set(["accept", "accept-language", "accept-encoding", "user-agent", "range"]);
const OF_BODY = /^content-/;

/** What to ask for. */
export interface FetchRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array | undefined;
}

/** What came of it in the end. */
export interface FetchAnswer extends HttpAnswer {
  /** The URL that answered. */
  readonly url: string;
  readonly redirects: readonly string[];
  /** Names of headers that were left out, as the origin changed. */
  readonly withheld: readonly string[];
}

/** Has the exchange, and those that it leads to. @throws {ToolError}, or the signal's reason. */
export async function followHops(
  runtime: Runtime,
  policy: FetchPolicy,
  first: FetchRequest,
  signal: AbortSignal,
): Promise<FetchAnswer> {
  const redirects: string[] = [];
  const withheld: string[] = [];
  let request = first;
  while (true) {
    const answer = await exchange(runtime, policy, request, signal);
    const location = REDIRECTS.has(answer.status) ? answer.headers.get("location") : null;
    if (location === null) return { ...answer, url: request.url.href, redirects, withheld };
    await letGo(answer);
    if (redirects.length === MOST_REDIRECTS) {
      throw new ToolError(
        `${first.url.href} redirects more than ${MOST_REDIRECTS} times, at last to ` +
          `${JSON.stringify(location)}; fetch the URL where it should lead`,
      );
    }
    const next = nextRequest(request, answer.status, location);
    for (const name of request.headers.keys()) {
      if (!next.headers.has(name) && !OF_BODY.test(name)) withheld.push(name);
    }
    redirects.push(next.url.href);
    request = next;
  }
}

function nextRequest(before: FetchRequest, status: number, location: string): FetchRequest {
  const url = URL.canParse(location, before.url) ? new URL(location, before.url) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new ToolError(
      `${before.url.href} redirects to ${
        JSON.stringify(location)
      }, which is no http or https URL; ` +
        "fetch does not follow it",
    );
  }
  url.username = url.password = "";
  if (url.hash === "") url.hash = before.url.hash;
  const becomesGet = status === 303
    ? before.method !== "HEAD"
    : status < 303 && before.method === "POST";
  const sameOrigin = url.origin === before.url.origin;
  const kept = [...before.headers].filter(([name]) =>
    OF_BODY.test(name) ? !becomesGet : sameOrigin || FOR_ANYONE.has(name)
  );
  return {
    url,
    method: becomesGet ? "GET" : before.method,
    headers: new Map(kept),
    body: becomesGet ? undefined : before.body,
  };
}

async function exchange(
  runtime: Runtime,
  policy: FetchPolicy,
  { url, method, headers, body }: FetchRequest,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  try {
    return await runtime.request({
      url,
      method,
      headers: Object.fromEntries(headers),
      ...(body === undefined ? {} : { body }),
      signal,
      allows: (address) => policy.refusal(url.hostname, address) === undefined,
    });
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    if (error.code === "not_allowed") throw notAllowed(policy, url, error.addresses);
    throw new ToolError(`Cannot fetch ${url.href}: ${error.message}`, { code: error.code });
  }
}

function notAllowed(policy: FetchPolicy, url: URL, addresses: readonly string[]): ToolError {
  const [address = "no address"] = addresses;
  const reason = policy.refusal(url.hostname, address) ?? "not public";
  const leads = url.hostname.replace(/[[\]]/g, "") === address ? "" : `${url.hostname} leads to `;
  return new ToolError(
    `Cannot fetch ${url.href}: ${leads}${address}, a refused address (${reason}). fetch reaches ` +
      "only public addresses, unless whoever runs this server allows others with --fetch-allow " +
      "HOST or --fetch-allow CIDR",
    { code: "not_allowed", address },
  );
}

/** Closes the connection of an answer whose body is of no interest. */
async function letGo({ body }: HttpAnswer): Promise<void> {
  await body[Symbol.asyncIterator]().return?.();
}
