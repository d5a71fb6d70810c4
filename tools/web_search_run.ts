// What the `web_search` tool does when it is called. Loaded by `web_search.ts` at the first call.
// Where no provider is set, it says how to set one. The provider's own address may be a private one,
// as the owner named it; no redirect leads anywhere else.

import type { ToolResult } from "../src/protocol/types.ts";
import { RequestError } from "../src/runtime/http_request.ts";
import { text, ToolError } from "../src/server/define.ts";
import { readBody } from "./fetch_body.ts";
import { startClock } from "./fetch_clock.ts";
import type { Host } from "./host.ts";
import { shownText } from "./shown_text.ts";
import type { Found, SearchProvider } from "./web_search_provider.ts";

const TIMEOUT_S = 30;
/** Far more than 20 results take. */
const ANSWER_BYTES = 4 * 1024 * 1024;

interface WebSearchInput {
  readonly query: string;
  readonly count: number;
}

/** Searches. @throws {ToolError} what the caller or the owner can mend. */
export async function runWebSearch(
  host: Host,
  { query, count }: WebSearchInput,
  signal: AbortSignal,
): Promise<ToolResult> {
  if (host.search === undefined) throw noProvider();
  if (query.trim() === "") {
    throw new ToolError("query must say what to search for: got nothing");
  }
  const found = await search(host, host.search, query.trim(), count, signal);
  const results = found.slice(0, count).map(({ title, url, snippet }) => ({
    title,
    url,
    snippet,
  }));
  const list = results.map(({ title, url, snippet }, at) =>
    [`${at + 1}. ${title}`, `   ${url}`, ...(snippet === "" ? [] : [`   ${snippet}`])].join(
      "\n",
    )
  ).join("\n");
  const { text: shown } = await shownText(host.logs, list, host.outputLimit);
  return {
    content: [
      text(shown || `[${host.search.name} found nothing for ${JSON.stringify(query)}]`),
    ],
    structuredContent: { provider: host.search.name, results },
  };
}

function noProvider(): ToolError {
  return new ToolError(
    "No search provider is set on this server: whoever runs it sets LMCP_SEARXNG_URL (the address " +
      "of a SearXNG with the json format enabled) or LMCP_BRAVE_KEY (a key of the Brave Search " +
      "API) in its environment and starts it again",
    { code: "no_provider" },
  );
}

async function search(
  { runtime }: Host,
  provider: SearchProvider,
  query: string,
  count: number,
  signal: AbortSignal,
): Promise<readonly Found[]> {
  const { url, headers } = provider.request(query, count);
  const clock = startClock(TIMEOUT_S, signal);
  try {
    const answer = await runtime.request({
      url,
      method: "GET",
      headers: { ...headers, accept: "application/json", "accept-encoding": "gzip, deflate, br" },
      signal: clock.signal,
      allows: () => true,
    });
    const { bytes, broken } = await readBody(answer.body, ANSWER_BYTES);
    if (answer.status !== 200) {
      throw failure(provider, `it answered with HTTP status ${answer.status}`, answer.status);
    }
    if (broken !== undefined) throw failure(provider, broken, answer.status);
    const found = provider.read(parsed(bytes));
    if (found !== undefined) return found;
    throw failure(provider, "its answer holds no results", answer.status);
  } catch (error) {
    if (error instanceof RequestError) throw failure(provider, error.message, 0);
    throw error;
  } finally {
    clock.stop();
  }
}

function failure(provider: SearchProvider, what: string, status: number): ToolError {
  return new ToolError(`${provider.name} could not search: ${what}; ${provider.advice(status)}`);
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
