// What an era is: its methods, how it reads a request, and how it writes an outcome.
// There are two: every request for itself (`modern.ts`), and sessions (`session.ts`).
// A method that an era lacks has nothing that answers it; nothing else refuses it.

import type { RpcError } from "../jsonrpc/errors.ts";
import type { JsonObject, RpcRequest } from "../jsonrpc/message.ts";
import { isJsonObject } from "../jsonrpc/message.ts";
import type { Core, Outcome } from "../protocol/call.ts";
import { isSessionRevision, MetaKey } from "../protocol/revisions.ts";
import type { Edge } from "./edge.ts";
import type { EraCall } from "./era_call.ts";

/** A method that the era answers itself. */
export type OwnMethod = (call: EraCall, core: Core, edge: Edge) => Outcome | Promise<Outcome>;

/** An era of the protocol, as an object. */
export interface Era {
  /** What answers a method: `core` is the server, a function is the era's own. */
  method(name: string): "core" | OwnMethod | undefined;
  /** Whether it is one of sessions, which have only such extensions as are made for them. */
  readonly hasSessions: boolean;
  /** Reads a request. @throws {RpcError} when its envelope is wrong. */
  decode(request: RpcRequest, edge: Edge): EraCall | Promise<EraCall>;
  /** Writes the outcome as the era's result. */
  encode(call: EraCall, outcome: Outcome, core: Core): JsonObject | Promise<JsonObject>;
  /** Writes an error as the era says it; absent where it says errors as they are. */
  encodeError?(call: EraCall, error: RpcError): RpcError;
}

/** What answers a method: the era first, then what extensions add. */
export function methodOf(era: Era, core: Core, name: string): "core" | OwnMethod | undefined {
  return era.method(name) ?? (core.adds(name, era.hasSessions) ? "core" : undefined);
}

/** Methods of the core that both eras have. */
export const CORE_METHODS: ReadonlySet<string> = new Set([
  "tools/list",
  "tools/call",
  "resources/list",
  "resources/templates/list",
  "resources/read",
  "prompts/list",
  "prompts/get",
  "completion/complete",
]);

/**
 * Decides the era of a message, once, at the edge: the claim in its body counts, then the claim
 * in the header. `initialize` without a claim is an old client's first word.
 */
export function isModern(
  message: { readonly params?: JsonObject },
  versionHeader: string | null,
): boolean {
  const meta = message.params?._meta;
  if (isJsonObject(meta) && MetaKey.protocolVersion in meta) return true;
  return versionHeader !== null && !isSessionRevision(versionHeader);
}
