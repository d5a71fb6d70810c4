// The calls that the benchmark makes: the same tool, asked for as each era does.

import { MetaKey, MODERN_REVISIONS, SESSION_REVISIONS } from "../src/protocol/revisions.ts";
import { TOKEN } from "./servers/samples.ts";

/** One request, to be sent again and again. */
export interface HttpCall {
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/** Which tool to call with what, and whether its progress is wanted. */
export interface ToolCall {
  readonly name: string;
  readonly arguments: object;
  readonly progress?: boolean;
}

const HEADERS = {
  "content-type": "application/json",
  "accept": "application/json, text/event-stream",
  "authorization": `Bearer ${TOKEN}`,
};

/** The message of a call; the newest revision's envelope is in it where it is wanted. */
export function messageOf(id: number, { progress, ...tool }: ToolCall, modern: boolean): string {
  const _meta = {
    ...(progress ? { progressToken: "p" } : {}),
    ...(modern
      ? {
        [MetaKey.protocolVersion]: MODERN_REVISIONS[0],
        [MetaKey.clientInfo]: { name: "bench", version: "1.0.0" },
        [MetaKey.clientCapabilities]: {},
      }
      : {}),
  };
  const params = Object.keys(_meta).length === 0 ? tool : { ...tool, _meta };
  return JSON.stringify({ jsonrpc: "2.0", id, method: "tools/call", params });
}

/** A call of the newest revision. */
export function modernCall(tool: ToolCall): HttpCall {
  const headers = {
    ...HEADERS,
    "mcp-protocol-version": MODERN_REVISIONS[0],
    "mcp-method": "tools/call",
    "mcp-name": tool.name,
  };
  return { headers, body: messageOf(1, tool, true) };
}

/** A call on a session. */
export function sessionCall(session: string, tool: ToolCall): HttpCall {
  return { headers: sessionHeaders(session), body: messageOf(1, tool, false) };
}

/** The headers of a session's requests. */
export function sessionHeaders(session: string): { readonly [name: string]: string } {
  return {
    ...HEADERS,
    "mcp-protocol-version": SESSION_REVISIONS[0],
    "mcp-session-id": session,
  };
}

/** Opens a session; "" where the server has none. */
export async function openSession(url: string, answers: "json" | "stream"): Promise<string> {
  const response = await fetch(url, {
    method: "POST",
    headers: { ...HEADERS, "x-bench-answers": answers },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: {
        protocolVersion: SESSION_REVISIONS[0],
        capabilities: {},
        clientInfo: { name: "bench", version: "1.0.0" },
        name: "add",
      },
    }),
  });
  await response.text();
  const session = response.headers.get("mcp-session-id") ?? "";
  if (session === "") return session;
  const ready = await fetch(url, {
    method: "POST",
    headers: sessionHeaders(session),
    body: '{"jsonrpc":"2.0","method":"notifications/initialized"}',
  });
  await ready.body?.cancel();
  return session;
}

/** Sends a call once; gives the text of its answer, and throws unless that is a result. */
export async function checkCall(url: string, { headers, body }: HttpCall): Promise<string> {
  const response = await fetch(url, { method: "POST", headers, body });
  const text = await response.text();
  if (response.ok && text.includes('"result"') && !text.includes('"isError"')) return text;
  throw new Error(`A call must be answered: got ${response.status} ${text.slice(0, 300)}`);
}
