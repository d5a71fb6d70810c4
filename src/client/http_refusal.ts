// What an HTTP status that is no success means: the server's own error where the protocol says that it
// comes so, else a `ClientError`. Called by `http_channel.ts`.

import { RpcError } from "../jsonrpc/errors.ts";
import { isJsonObject } from "../jsonrpc/message.ts";
import { readChallenge } from "./challenge.ts";
import type { WireHeaders } from "./channel.ts";
import { ClientError } from "./client_error.ts";
import { readText, typeOf } from "./http_body.ts";

/** What is asked of the request that was refused. */
export interface RefusedRequest {
  readonly headers: WireHeaders;
  readonly signal: AbortSignal;
}

const MAX_ERROR_BYTES = 64 * 1024;

/** The error that a status means. JSON-RPC errors count where the protocol says they come. */
export async function refusalOf(
  response: Response,
  label: string,
  { headers, signal }: RefusedRequest,
): Promise<Error> {
  const { status } = response;
  const said = await readText(response, MAX_ERROR_BYTES).catch(() => "");
  if (signal.aborted) return signal.reason;
  const rpc = typeOf(response) === "application/json" ? readRpcError(said) : undefined;
  const ofSession = hasSessionId(headers);
  if (rpc !== undefined && (status === 400 || status === 404 && !ofSession)) return rpc;
  const detail = rpc?.message ?? said.trim().replace(/\s+/g, " ").slice(0, 200);
  const text = `${label} answered with status ${status}${detail === "" ? "" : `: ${detail}`}`;
  const after = Number(response.headers.get("retry-after") ?? NaN);
  const facts = {
    status,
    ...(Number.isFinite(after) && after >= 0 ? { retryAfterS: after } : {}),
    ...(rpc === undefined ? {} : { cause: rpc }),
  };
  if (status !== 401 && status !== 403) return new ClientError("http", text, facts);
  const challenge = readChallenge(response.headers.get("www-authenticate"));
  return new ClientError("unauthorized", text, {
    ...facts,
    ...(challenge === undefined ? {} : { challenge }),
  });
}

/** Whether a request belongs to a session. */
export function hasSessionId(headers: WireHeaders): boolean {
  return Object.keys(headers).some((name) => name.endsWith("session-id"));
}

function readRpcError(text: string): RpcError | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // Some other server's page of excuse.
  }
  const error = isJsonObject(value) ? value.error : undefined;
  if (!isJsonObject(error) || typeof error.code !== "number") return undefined;
  return new RpcError(error.code, String(error.message ?? ""), error.data);
}
