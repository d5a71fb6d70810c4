/**
 * A client of MCP servers: over HTTP, to a command that it starts, or to a handler in the same
 * process, in every revision of the protocol.
 *
 * @module
 */

// What the export `./client` gives.

export { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
export type { JsonObject } from "../jsonrpc/message.ts";
export type * from "../protocol/types.ts";
export { type CacheKey, ResponseCache } from "./cache.ts";
export type { Challenge } from "./challenge.ts";
export type { Client, CompletionRef, Listing, ReturningOptions } from "./client.ts";
export { ClientError, type ClientErrorCode, type ClientErrorFacts } from "./client_error.ts";
export { connect } from "./connect.ts";
export type * from "./options.ts";
export {
  type ChildLike,
  type ClientAuth,
  command,
  type CommandOptions,
  type CommandTarget,
  type HandlerTarget,
  type HttpTarget,
  type Spawner,
  type Target,
  type TokenSource,
} from "./target.ts";
export type { Verdict } from "./verdict.ts";
