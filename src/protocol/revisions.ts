// The revisions of the protocol that lmcp speaks, the names that the protocol reserves, and its
// own error codes. The only file outside `eras/` that may spell a revision.
// spec: basic/versioning, basic/index#_meta, basic/index#error-codes

import { RpcError } from "../jsonrpc/errors.ts";

/** Revisions that open with `initialize`, newest first. */
export const SESSION_REVISIONS = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"] as const;

/** A revision that opens with `initialize`. */
export type SessionRevision = typeof SESSION_REVISIONS[number];

/** Revisions in which every request stands for itself, newest first. */
export const MODERN_REVISIONS = ["2026-07-28"] as const;

/** The revision that a request without any claim is served as. */
export const STATELESS_REVISION: SessionRevision = "2025-03-26";

/** Everything that `server/discover` and a version refusal list. */
export const SUPPORTED_REVISIONS: readonly string[] = [...MODERN_REVISIONS, ...SESSION_REVISIONS];

/** Whether a revision opens with `initialize`. */
export function isSessionRevision(value: unknown): value is SessionRevision {
  return (SESSION_REVISIONS as readonly unknown[]).includes(value);
}

/** Whether every request of a revision stands for itself. */
export function isModernRevision(value: unknown): boolean {
  return (MODERN_REVISIONS as readonly unknown[]).includes(value);
}

/** Whether a session of `revision` speaks at least `least`. */
export function atLeast(revision: SessionRevision, least: SessionRevision): boolean {
  return revision >= least;
}

/** The reserved keys of `_meta`. */
export const MetaKey = {
  protocolVersion: "io.modelcontextprotocol/protocolVersion",
  clientInfo: "io.modelcontextprotocol/clientInfo",
  clientCapabilities: "io.modelcontextprotocol/clientCapabilities",
  serverInfo: "io.modelcontextprotocol/serverInfo",
  logLevel: "io.modelcontextprotocol/logLevel",
  subscriptionId: "io.modelcontextprotocol/subscriptionId",
} as const;

/** The error codes that MCP itself defines. */
export const McpErrorCode = {
  HeaderMismatch: -32020,
  MissingRequiredClientCapability: -32021,
  UnsupportedProtocolVersion: -32022,
} as const;

/** The refusal of a revision that lmcp does not speak in this way. */
export function unsupportedVersion(requested: unknown): RpcError {
  // One that opens with `initialize` is spoken, but not so: to list it would lead in a circle.
  const supported = isSessionRevision(requested) ? MODERN_REVISIONS : SUPPORTED_REVISIONS;
  return new RpcError(
    McpErrorCode.UnsupportedProtocolVersion,
    `Unsupported protocol version: got ${JSON.stringify(requested)}, supported are ${
      supported.join(", ")
    }`,
    { supported, requested },
  );
}

/** The refusal of a request that needs what the client did not declare. */
export function missingCapability(required: { readonly [name: string]: unknown }): RpcError {
  return new RpcError(
    McpErrorCode.MissingRequiredClientCapability,
    `Client must declare the capability ${Object.keys(required).join(", ")} for this request`,
    { requiredCapabilities: required },
  );
}

/** The refusal of a request whose headers and body disagree. */
export function headerMismatch(detail: string): RpcError {
  return new RpcError(McpErrorCode.HeaderMismatch, `Header mismatch: ${detail}`);
}
