// The error of the client: what kept a request from getting an answer. An error that the server
// answered with is an `RpcError` instead. Thrown by everything in this folder.

import type { Challenge } from "./challenge.ts";

/**
 * What went wrong.
 *
 * - `refused`: the server cannot be reached, or the command cannot be started.
 * - `timeout`: no answer came in time. The request was cancelled.
 * - `unauthorized`: HTTP 401 or 403; see `challenge`.
 * - `protocol`: what came is not what the protocol says.
 * - `http`: another HTTP status without an answer in it, or a redirect that is not followed.
 * - `closed`: the client was closed, the connection broke, the process ended.
 * - `cancelled`: the caller's signal was aborted.
 * - `too_large`: an answer passed its bound.
 */
export type ClientErrorCode =
  | "refused"
  | "timeout"
  | "unauthorized"
  | "protocol"
  | "http"
  | "closed"
  | "cancelled"
  | "too_large";

/** What is known of an error beside its code and text. */
export interface ClientErrorFacts {
  /** Default true: only who knows better may say that nothing was sent. */
  readonly sent?: boolean;
  /** The HTTP status, where there was one. */
  readonly status?: number;
  /** What the server wants for authorization. */
  readonly challenge?: Challenge;
  /** Seconds after which the server may be asked again. */
  readonly retryAfterS?: number;
  /** The error under it. */
  readonly cause?: unknown;
}

/**
 * A request that got no answer.
 *
 * @example
 * ```ts
 * import { ClientError, connect } from "@lmcp/lmcp/client";
 *
 * const failed = await connect("http://127.0.0.1:1/mcp").catch((error) => error);
 * if (!(failed instanceof ClientError)) throw failed;
 * if (failed.code !== "refused" || failed.sent) throw new Error(failed.message);
 * ```
 */
export class ClientError extends Error {
  /** The name of the class, for logs. */
  override readonly name: string = "ClientError";
  /** What went wrong. */
  readonly code: ClientErrorCode;
  /**
   * Whether the request may have reached the server. False only where it surely did not, so that
   * sending it again, or by another way, cannot do a thing twice.
   */
  readonly sent: boolean;
  /** The HTTP status, where one came. */
  readonly status: number | undefined;
  /** What the server asks for, from `WWW-Authenticate`, where it said so. */
  readonly challenge: Challenge | undefined;
  /** Seconds to wait before the next try, from `Retry-After`, where it said so. */
  readonly retryAfterS: number | undefined;

  /** Makes an error with its code, its text for people, and what else is known. */
  constructor(code: ClientErrorCode, message: string, facts: ClientErrorFacts = {}) {
    super(message, facts.cause === undefined ? {} : { cause: facts.cause });
    this.code = code;
    this.sent = facts.sent ?? true;
    this.status = facts.status;
    this.challenge = facts.challenge;
    this.retryAfterS = facts.retryAfterS;
  }
}
