// Author's work behind a method whose result cannot say "failed": what it throws becomes a protocol
// error without details. Called for resources, prompts and completions.

import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import type { Call } from "../protocol/call.ts";

/** Told of an author's bug, of which the peer sees only that something failed. */
export type Report = (error: unknown, call: Call) => void;

/**
 * Runs work of the author's.
 *
 * @throws {RpcError} the author's own as it is; -32603 and `failed` for anything else, which is
 * reported unless the call was cancelled.
 */
export async function runOrRefuse<T>(
  call: Call,
  report: Report,
  failed: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RpcError) throw error;
    if (!call.signal.aborted) report(error, call);
    throw new RpcError(ErrorCode.InternalError, `Internal error: ${failed}`);
  }
}
