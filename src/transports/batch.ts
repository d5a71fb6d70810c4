// Batches, which one old revision has: what is in one, one by one.
// Called by `http_session.ts` and `stdio.ts`.
// spec: 2025-03-26 basic#batching

import { isModern } from "../eras/era.ts";
import type { Session } from "../eras/session.ts";
import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import {
  failureOf,
  idOf,
  isJsonObject,
  parseMessage,
  type RpcFailure,
  type RpcNotification,
  type RpcRequest,
  type RpcResponse,
} from "../jsonrpc/message.ts";

/** The messages of a batch by kind; a message that is none has its failure already. */
export interface Batch {
  readonly requests: readonly RpcRequest[];
  readonly notifications: readonly RpcNotification[];
  readonly responses: readonly RpcResponse[];
  readonly failures: readonly RpcFailure[];
}

/**
 * Reads a batch.
 *
 * @throws {RpcError} -32600 where batches are not allowed, and for an empty or too long one.
 */
export function checkBatch(
  messages: readonly unknown[],
  era: Session,
  versionHeader: string | null,
  most: number,
): Batch {
  const otherVersion = versionHeader !== null && versionHeader !== era.revision;
  if (!era.batches || otherVersion || messages.some(claimsToBeModern)) {
    throw invalid("a batch is not allowed in this protocol version; send each message by itself");
  }
  if (messages.length === 0) throw invalid("a batch must not be empty");
  if (messages.length > most) {
    throw invalid(`a batch must have at most ${most} messages: got ${messages.length}`);
  }
  const requests: RpcRequest[] = [];
  const notifications: RpcNotification[] = [];
  const responses: RpcResponse[] = [];
  const failures: RpcFailure[] = [];
  for (const value of messages) {
    try {
      const incoming = parseMessage(value);
      if (incoming.kind === "notification") notifications.push(incoming.message);
      if (incoming.kind === "response") responses.push(incoming.message);
      if (incoming.kind !== "request") continue;
      if (incoming.message.method === "initialize") {
        throw invalid('"initialize" must not be in a batch');
      }
      requests.push(incoming.message);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      failures.push(failureOf(idOf(value), error));
    }
  }
  return { requests, notifications, responses, failures };
}

function claimsToBeModern(message: unknown): boolean {
  return isJsonObject(message) && isJsonObject(message.params) &&
    isModern({ params: message.params }, null);
}

function invalid(detail: string): RpcError {
  return new RpcError(ErrorCode.InvalidRequest, `Invalid request: ${detail}`);
}
