// The resources that the client of a session wants to hear of; bounded, as the client fills it.
// Kept by `session.ts`. spec: 2025-11-25 server/resources#subscriptions

import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import { kindOf } from "../jsonrpc/message.ts";

/** Resources that one session may subscribe to, and the characters of each URI. */
const MAX_SUBSCRIPTIONS = 1_000;
const MAX_URI = 8_192;

/** The subscriptions of one session. */
export class ResourceSubscriptions {
  readonly #uris = new Set<string>();

  /** Whether the client wants to hear of a resource. */
  has(uri: string): boolean {
    return this.#uris.has(uri);
  }

  /**
   * Remembers a resource. There need not be one of that URI yet.
   *
   * @throws {RpcError} -32602 when it is not a URI; -32600 when there are as many as there may be.
   */
  add(uri: unknown): void {
    checkUri(uri);
    if (this.#uris.size >= MAX_SUBSCRIPTIONS && !this.#uris.has(uri)) {
      throw new RpcError(
        ErrorCode.InvalidRequest,
        `Too many subscriptions: a session has at most ${MAX_SUBSCRIPTIONS}; unsubscribe from one first`,
      );
    }
    this.#uris.add(uri);
  }

  /** Forgets a resource, if it was remembered. @throws {RpcError} -32602 when it is not a URI. */
  delete(uri: unknown): void {
    checkUri(uri);
    this.#uris.delete(uri);
  }
}

function checkUri(uri: unknown): asserts uri is string {
  if (typeof uri !== "string") throw invalid(`"uri" must be a string: got ${kindOf(uri)}`);
  if (uri.length > MAX_URI) {
    throw invalid(`"uri" must have at most ${MAX_URI} characters: got ${uri.length}`);
  }
}

function invalid(detail: string): RpcError {
  return new RpcError(ErrorCode.InvalidParams, `Invalid params: ${detail}`);
}
