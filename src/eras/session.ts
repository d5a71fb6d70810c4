// The era of sessions: a client says once who it is, and what it may be told, and then just asks.
// A session is made by `initialize` and kept by a transport, which owns its streams and its end.
// spec: 2025-11-25 basic/lifecycle and its predecessors

import { ErrorCode, methodNotFound, RpcError } from "../jsonrpc/errors.ts";
import {
  isJsonObject,
  type JsonObject,
  kindOf,
  type RequestId,
  type RpcNotification,
  type RpcRequest,
  show,
} from "../jsonrpc/message.ts";
import type { Change, ClientFacts, Core, Note, Outcome } from "../protocol/call.ts";
import {
  atLeast,
  isSessionRevision,
  SESSION_REVISIONS,
  type SessionRevision,
  STATELESS_REVISION,
} from "../protocol/revisions.ts";
import { type ClientCapabilities, type Implementation, LOG_LEVELS } from "../protocol/types.ts";
import { type AskClient, AskedQuestions, type RootsCache } from "./asked.ts";
import {
  downgradeClient,
  downgradeError,
  downgradeNote,
  downgradeQuestion,
  downgradeResult,
} from "./downgrade.ts";
import type { Edge } from "./edge.ts";
import { CORE_METHODS, type Era, type OwnMethod } from "./era.ts";
import { EraCall, type ReadCall } from "./era_call.ts";
import { readProgressToken } from "./notes.ts";
import { ResourceSubscriptions } from "./resource_subscriptions.ts";

const DEFAULT_LEVEL = LOG_LEVELS.indexOf("warning");
const EMPTY: Outcome = { kind: "complete", result: {} };

/** A session, or the stand-in for one that serves requests without any. */
export class Session implements Era {
  /** The id that the client sends; empty where there is no session. */
  readonly id: string;
  readonly revision: SessionRevision;
  readonly client: ClientFacts;
  readonly hasSessions = true;
  readonly #roots: RootsCache = { answer: undefined };
  readonly #subscriptions = new ResourceSubscriptions();
  #level = DEFAULT_LEVEL;

  /** Made by `openSession` and `statelessSession`. */
  constructor(id: string, revision: SessionRevision, client: ClientFacts) {
    this.id = id;
    this.revision = revision;
    this.client = client;
  }

  // No table: there may be thousands of sessions, and a table each takes a KiB.
  method(name: string): "core" | OwnMethod | undefined {
    if (CORE_METHODS.has(name)) return "core";
    switch (name) {
      case "ping":
        return pong;
      case "logging/setLevel":
        return (call, core) => this.#setLevel(call, core);
      case "resources/subscribe":
        return (call, core) => this.#subscribe(call, core, true);
      case "resources/unsubscribe":
        return (call, core) => this.#subscribe(call, core, false);
      default:
        return undefined;
    }
  }

  /** Whether the client knows of an event that only says where a stream stands. */
  get resumes(): boolean {
    return atLeast(this.revision, "2025-11-25");
  }

  /** Whether messages may come in batches. */
  get batches(): boolean {
    return this.revision === "2025-03-26";
  }

  decode(request: RpcRequest, edge: Edge): EraCall {
    return new EraCall(request, edge, new SessionRequest(this, this.#roots, request, edge));
  }

  /** The index of the least severe level that the client is told. */
  get level(): number {
    return this.#level;
  }

  /** What the client is told of a change; nothing where it did not ask to be told. */
  changeNotification(change: Change): RpcNotification | undefined {
    if (change.kind === "resource") {
      const { uri } = change;
      if (!this.#subscriptions.has(uri)) return undefined;
      return { jsonrpc: "2.0", method: "notifications/resources/updated", params: { uri } };
    }
    return { jsonrpc: "2.0", method: `notifications/${change.kind}/list_changed` };
  }

  /** Forgets the client's roots: it said that they changed. */
  forgetRoots(): void {
    this.#roots.answer = undefined;
  }

  encode(call: EraCall, outcome: Outcome): JsonObject {
    return downgradeResult(call.method, outcome.result, this.revision);
  }

  encodeError(call: EraCall, error: RpcError): RpcError {
    return downgradeError(call.method, error);
  }

  #setLevel(call: EraCall, core: Core): Outcome {
    if (!core.facts.logs) throw methodNotFound(call.method);
    const level = (LOG_LEVELS as readonly unknown[]).indexOf(call.params.level);
    if (level < 0) {
      throw new RpcError(
        ErrorCode.InvalidParams,
        `Invalid params: "level" must be one of ${LOG_LEVELS.join(", ")}: got ${
          show(call.params.level)
        }`,
      );
    }
    if (this.id !== "") this.#level = level; // Without a session there is nobody to remember it for.
    return EMPTY;
  }

  #subscribe(call: EraCall, core: Core, wanted: boolean): Outcome {
    if (core.facts.capabilities().resources?.subscribe !== true) throw methodNotFound(call.method);
    if (this.id === "") {
      throw new RpcError(
        ErrorCode.InvalidRequest,
        "Invalid request: a subscription needs a session; send initialize first",
      );
    }
    if (wanted) this.#subscriptions.add(call.params.uri);
    else this.#subscriptions.delete(call.params.uri);
    return EMPTY;
  }
}

/** A request of a session, as it was read. */
class SessionRequest implements ReadCall {
  readonly params: JsonObject;
  readonly meta: JsonObject;
  readonly progressToken: RequestId | undefined;
  readonly #era: Session;
  readonly #roots: RootsCache;
  readonly #method: string;
  readonly #edge: Edge;

  /** @throws {RpcError} -32602 when the envelope is wrong. */
  constructor(era: Session, roots: RootsCache, request: RpcRequest, edge: Edge) {
    this.params = request.params ?? {};
    this.meta = isJsonObject(this.params._meta) ? this.params._meta : {};
    this.progressToken = readProgressToken(this.meta);
    this.#era = era;
    this.#roots = roots;
    this.#method = request.method;
    this.#edge = edge;
  }

  get client(): ClientFacts {
    return this.#era.client;
  }
  get session(): Session | undefined {
    return this.#era.id === "" ? undefined : this.#era;
  }
  leastLevel(): number {
    return this.#era.level;
  }
  fit(note: Note): Note {
    return downgradeNote(note, this.#era.revision);
  }
  makeQuestions(): AskedQuestions {
    const { revision } = this.#era;
    const ask = this.#edge.asks();
    const fitted: AskClient | undefined = ask === undefined
      ? undefined
      : (method, params) => ask(method, downgradeQuestion(method, params, revision));
    return new AskedQuestions(this.#method, fitted, this.#roots);
  }
}

function pong(): Outcome {
  return EMPTY;
}

/**
 * Answers `initialize`: the session, and the result that tells the client of it.
 *
 * @throws {RpcError} -32602 when the parameters are not those of `initialize`.
 */
export function openSession(
  id: string,
  params: JsonObject,
  core: Core,
): { readonly session: Session; readonly result: JsonObject } {
  const { protocolVersion, capabilities = {}, clientInfo } = params;
  if (typeof protocolVersion !== "string") {
    throw invalid(`"protocolVersion" must be a string: got ${kindOf(protocolVersion)}`);
  }
  if (!isJsonObject(capabilities)) {
    throw invalid(`"capabilities" must be an object: got ${kindOf(capabilities)}`);
  }
  if (clientInfo !== undefined && !isJsonObject(clientInfo)) {
    throw invalid(`"clientInfo" must be an object: got ${kindOf(clientInfo)}`);
  }
  // A client that speaks none of ours is offered the newest, and decides for itself.
  const revision = isSessionRevision(protocolVersion) ? protocolVersion : SESSION_REVISIONS[0];
  const session = new Session(id, revision, {
    capabilities: downgradeClient(capabilities as ClientCapabilities, revision),
    ...(clientInfo === undefined ? {} : { info: clientInfo as unknown as Implementation }),
  });
  const { info, instructions } = core.facts;
  const result = {
    protocolVersion: revision,
    capabilities: core.facts.sessionCapabilities(),
    serverInfo: info,
    ...(instructions === undefined ? {} : { instructions }),
  };
  return { session, result: downgradeResult("initialize", result, revision) };
}

/** What serves an old request that belongs to no session. */
export function statelessSession(): Session {
  return new Session("", STATELESS_REVISION, { capabilities: {} });
}

function invalid(detail: string): RpcError {
  return new RpcError(ErrorCode.InvalidParams, `Invalid params: ${detail}`);
}
