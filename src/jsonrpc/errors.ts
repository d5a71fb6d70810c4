// The only error that reaches the wire, and JSON-RPC's own codes.
// Thrown anywhere below a transport; any other error becomes -32603 without its text.

/** The error codes of JSON-RPC 2.0, and -32800 for a request that was cancelled. */
export const ErrorCode = {
  ParseError: -32700,
  InvalidRequest: -32600,
  MethodNotFound: -32601,
  InvalidParams: -32602,
  InternalError: -32603,
  RequestCancelled: -32800,
} as const;

/**
 * A protocol error: its code, message and data are sent to the peer as they are.
 *
 * Throw it in a handler when the request itself is wrong. When the tool ran and failed, throw a
 * plain `Error` instead: its text goes to the model as an `isError` result.
 *
 * @example
 * ```ts
 * import { ErrorCode, RpcError } from "@lmcp/lmcp";
 *
 * const error = new RpcError(ErrorCode.InvalidParams, `Unknown city: got "Atlantis"`);
 * if (error.code !== -32602) throw new Error("unexpected code");
 * ```
 */
export class RpcError extends Error {
  /** The name of the class, for logs. */
  override readonly name: string = "RpcError";
  /** The JSON-RPC error code. */
  readonly code: number;
  /** What the peer may read of the error by program; absent when undefined. */
  readonly data: unknown;

  /** Makes an error with its code, its text for people, and data for programs. */
  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** The refusal of a method that there is not. */
export function methodNotFound(method: string): RpcError {
  return new RpcError(ErrorCode.MethodNotFound, `Method not found: got ${JSON.stringify(method)}`);
}
