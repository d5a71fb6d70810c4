// JSON-RPC 2.0 messages: their shapes, and the one place where an unknown value becomes one of them.
// Called by the transports with whatever `JSON.parse` gave; knows nothing of MCP.
// spec: basic/index#messages

import { ErrorCode, RpcError } from "./errors.ts";

/** A JSON object whose values have not been looked at yet. */
export type JsonObject = { [key: string]: unknown };

/** The id of a request. `1` and `"1"` are different ids. */
export type RequestId = string | number;

/** A request: it is owed exactly one response. */
export interface RpcRequest {
  readonly jsonrpc: "2.0";
  readonly id: RequestId;
  readonly method: string;
  readonly params?: JsonObject;
}

/** A notification: nothing may be sent back for it. */
export interface RpcNotification {
  readonly jsonrpc: "2.0";
  readonly method: string;
  readonly params?: JsonObject;
}

/** The response to a request that succeeded. */
export interface RpcResult {
  readonly jsonrpc: "2.0";
  readonly id: RequestId;
  readonly result: JsonObject;
}

/** The response to a request that failed; without an id when the request's id could not be read. */
export interface RpcFailure {
  readonly jsonrpc: "2.0";
  readonly id?: RequestId | null;
  readonly error: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** Either response. */
export type RpcResponse = RpcResult | RpcFailure;

/** Any message that may be written. */
export type RpcMessage = RpcRequest | RpcNotification | RpcResponse;

/** A message that was read, with what it is. */
export type Incoming =
  | { readonly kind: "request"; readonly message: RpcRequest }
  | { readonly kind: "notification"; readonly message: RpcNotification }
  | { readonly kind: "response"; readonly message: RpcResponse };

/** Whether a value is a plain JSON object (not null, not an array). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value may be the id of a request. A rounded number would answer another request. */
export function isRequestId(value: unknown): value is RequestId {
  return typeof value === "string" || Number.isSafeInteger(value);
}

/** The id of a value that may not be a message at all, for the error response to it. */
export function idOf(value: unknown): RequestId | undefined {
  return isJsonObject(value) && isRequestId(value.id) ? value.id : undefined;
}

/**
 * Takes a parsed JSON value for a JSON-RPC message.
 *
 * @throws {RpcError} -32600, naming the field, what was expected and what came.
 */
export function parseMessage(value: unknown): Incoming {
  if (!isJsonObject(value)) throw invalid(`message must be an object: got ${kindOf(value)}`);
  if (value.jsonrpc !== "2.0") {
    throw invalid(`"jsonrpc" must be "2.0": got ${show(value.jsonrpc)}`);
  }
  if (value.method === undefined) return parseResponse(value);
  if (typeof value.method !== "string") {
    throw invalid(`"method" must be a string: got ${kindOf(value.method)}`);
  }
  const { params } = value;
  const wellFormed = params === undefined || isJsonObject(params);
  if (value.id === undefined) {
    // Nothing may be said to a notification, so one that is malformed just says less.
    const message = wellFormed ? value : { jsonrpc: "2.0", method: value.method };
    return { kind: "notification", message: message as unknown as RpcNotification };
  }
  if (!wellFormed) {
    throw new RpcError(
      ErrorCode.InvalidParams,
      `"params" must be an object: got ${kindOf(params)}`,
    );
  }
  if (!isRequestId(value.id)) {
    throw invalid(`"id" must be a string or a safe integer: got ${show(value.id)}`);
  }
  return { kind: "request", message: value as unknown as RpcRequest };
}

function parseResponse(value: JsonObject): Incoming {
  if (value.result === undefined && value.error === undefined) {
    throw invalid(`"method" must be a string: got nothing, and no "result" or "error" either`);
  }
  if (value.error !== undefined) {
    const error = value.error;
    if (
      !isJsonObject(error) || !Number.isInteger(error.code) || typeof error.message !== "string"
    ) {
      throw invalid(`"error" must be an object with an integer "code" and a string "message"`);
    }
  } else if (!isRequestId(value.id)) {
    throw invalid(`"id" of a response must be a string or a safe integer: got ${show(value.id)}`);
  }
  return { kind: "response", message: value as unknown as RpcResponse };
}

/** Names the JSON type of a value, for error messages. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** Shows a value in an error message, short. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "object" && value !== null) return kindOf(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}..."` : text;
}

/** The response that carries a result. */
export function resultOf(id: RequestId, result: JsonObject): RpcResult {
  return { jsonrpc: "2.0", id, result };
}

/** The response that carries an error. Without an id, the request's own could not be read. */
export function failureOf(id: RequestId | undefined, error: RpcError): RpcFailure {
  const body = error.data === undefined
    ? { code: error.code, message: error.message }
    : { code: error.code, message: error.message, data: error.data };
  return id === undefined ? { jsonrpc: "2.0", error: body } : { jsonrpc: "2.0", id, error: body };
}

/** A response as text. One that JSON has no form for becomes an error that says so. */
export function encodeResponse(response: RpcResponse): string {
  try {
    return JSON.stringify(response);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "it cannot be said why";
    const text = `Internal error: the answer has no form in JSON: ${reason}`;
    return JSON.stringify(
      failureOf(response.id ?? undefined, new RpcError(ErrorCode.InternalError, text)),
    );
  }
}

function invalid(detail: string): RpcError {
  return new RpcError(ErrorCode.InvalidRequest, `Invalid request: ${detail}`);
}
