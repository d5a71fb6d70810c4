// The era in which every request stands for itself: version, client and capabilities come in
// `_meta` with each of them, and every result says its type and who made it.
// A constant: it holds no state. spec: basic/index#_meta, basic/versioning, server/discover

import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import {
  isJsonObject,
  type JsonObject,
  kindOf,
  type RequestId,
  type RpcRequest,
  show,
} from "../jsonrpc/message.ts";
import type { ClientFacts, Core, Note, Outcome } from "../protocol/call.ts";
import {
  isModernRevision,
  MetaKey,
  SUPPORTED_REVISIONS,
  unsupportedVersion,
} from "../protocol/revisions.ts";
import { type ClientCapabilities, type Implementation, LOG_LEVELS } from "../protocol/types.ts";
import type { Edge } from "./edge.ts";
import { CORE_METHODS, type Era, type OwnMethod } from "./era.ts";
import { EraCall, type ReadCall } from "./era_call.ts";
import { listen } from "./listen.ts";
import { readProgressToken } from "./notes.ts";
import { type Binding, readQuestions, SuspendedQuestions } from "./suspended.ts";

const discover: OwnMethod = (_call, core) => ({
  kind: "complete",
  result: {
    supportedVersions: SUPPORTED_REVISIONS,
    capabilities: core.facts.capabilities(),
    ...(core.facts.instructions === undefined ? {} : { instructions: core.facts.instructions }),
  },
  cache: core.facts.cache,
});

/** The era of requests that stand for themselves. */
export const modern: Era = {
  hasSessions: false,

  method(name: string): "core" | OwnMethod | undefined {
    if (CORE_METHODS.has(name)) return "core";
    switch (name) {
      case "server/discover":
        return discover;
      case "subscriptions/listen":
        return listen;
      default:
        return undefined;
    }
  },

  decode(request: RpcRequest, edge: Edge): EraCall | Promise<EraCall> {
    const params = request.params ?? {};
    const meta = params._meta;
    if (!isJsonObject(meta)) {
      throw invalid(
        `"params._meta" must be an object with the version and capabilities of the client: got ${
          kindOf(meta)
        }`,
      );
    }
    checkVersion(meta[MetaKey.protocolVersion]);
    const read = new ModernRequest(request, edge, params, meta);
    if (params.requestState === undefined && params.inputResponses === undefined) {
      return new EraCall(request, edge, read);
    }
    return readQuestions(read.binding()).then((questions) => {
      read.questions = questions;
      return new EraCall(request, edge, read);
    });
  },

  encode(call: EraCall, outcome: Outcome, core: Core): JsonObject | Promise<JsonObject> {
    if (call.suspended && call.questions instanceof SuspendedQuestions) {
      return call.questions.suspend().then((result) => stamp({ kind: "complete", result }, core));
    }
    const { requestState, inputResponses } = call.params;
    const answered = requestState !== undefined || inputResponses !== undefined;
    if (!answered || outcome.cache === undefined) return stamp(outcome, core);
    // What depends on answers must not be reused for a request without them.
    return stamp({ ...outcome, cache: { ttlMs: 0, scope: "private" } }, core);
  },
};

/** A request of this era, as it was read. */
class ModernRequest implements ReadCall {
  readonly params: JsonObject;
  readonly meta: JsonObject;
  readonly client: ClientFacts;
  readonly session = undefined;
  readonly progressToken: RequestId | undefined;
  /** What earlier rounds left; undefined in the first one. */
  questions: SuspendedQuestions | undefined;
  readonly #method: string;
  readonly #edge: Edge;
  readonly #least: number;

  /** @throws {RpcError} -32602 when the envelope is wrong. */
  constructor({ method }: RpcRequest, edge: Edge, params: JsonObject, meta: JsonObject) {
    this.#least = readLevel(meta[MetaKey.logLevel]);
    this.params = params;
    this.meta = meta;
    this.client = readClient(meta);
    this.progressToken = readProgressToken(meta);
    this.#method = method;
    this.#edge = edge;
  }

  leastLevel(): number {
    return this.#least;
  }
  fit(note: Note): Note {
    return note;
  }
  makeQuestions(): SuspendedQuestions {
    return this.questions ?? new SuspendedQuestions(this.binding(), undefined, {});
  }
  binding(): Binding {
    const { auth, sealer } = this.#edge;
    return { principal: auth?.name ?? "", method: this.#method, params: this.params, sealer };
  }
}

/** What every result carries: its type, who made it, and how long it may be kept. */
function stamp(outcome: Outcome, core: Core): JsonObject {
  const { _meta } = outcome.result;
  const made = { [MetaKey.serverInfo]: core.facts.info };
  const stamped = {
    resultType: "complete",
    ...outcome.result,
    _meta: isJsonObject(_meta) ? { ..._meta, ...made } : made,
  };
  if (outcome.cache === undefined) return stamped;
  return { ...stamped, ttlMs: outcome.cache.ttlMs, cacheScope: outcome.cache.scope };
}

function checkVersion(version: unknown): void {
  if (typeof version !== "string") {
    throw invalid(
      `"params._meta" must have "${MetaKey.protocolVersion}", a string: got ${kindOf(version)}`,
    );
  }
  if (!isModernRevision(version)) throw unsupportedVersion(version);
}

function readClient(meta: JsonObject): ClientFacts {
  const capabilities = meta[MetaKey.clientCapabilities];
  if (!isJsonObject(capabilities)) {
    throw invalid(
      `"params._meta" must have "${MetaKey.clientCapabilities}", an object: got ${
        kindOf(capabilities)
      }`,
    );
  }
  const info = meta[MetaKey.clientInfo];
  if (info !== undefined && !(isJsonObject(info) && typeof info.name === "string")) {
    throw invalid(
      `"${MetaKey.clientInfo}" in "params._meta" must be an object with a name: got ${
        kindOf(info)
      }`,
    );
  }
  return info === undefined
    ? { capabilities: capabilities as ClientCapabilities }
    : { capabilities: capabilities as ClientCapabilities, info: info as unknown as Implementation };
}

function readLevel(level: unknown): number {
  if (level === undefined) return Infinity; // Nothing is logged to a client that did not ask.
  const index = (LOG_LEVELS as readonly unknown[]).indexOf(level);
  if (index < 0) {
    throw invalid(
      `"${MetaKey.logLevel}" must be one of ${LOG_LEVELS.join(", ")}: got ${show(level)}`,
    );
  }
  return index;
}

function invalid(detail: string): RpcError {
  return new RpcError(ErrorCode.InvalidParams, `Invalid params: ${detail}`);
}
