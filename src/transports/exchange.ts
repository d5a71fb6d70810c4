// The one place where an era and the core meet: decode, run, encode, and errors to their codes.
// Called by every transport for every request; knows no socket and no stream.
// What is there at once is passed on at once: a promise that need not be costs more than a call.

import { ErrorCode, methodNotFound, RpcError } from "../jsonrpc/errors.ts";
import {
  failureOf,
  type JsonObject,
  resultOf,
  type RpcRequest,
  type RpcResponse,
} from "../jsonrpc/message.ts";
import { after } from "../protocol/after.ts";
import type { Core, Outcome } from "../protocol/call.ts";
import type { Edge } from "../eras/edge.ts";
import { type Era, methodOf } from "../eras/era.ts";
import type { EraCall } from "../eras/era_call.ts";
import type { Gate } from "./gate.ts";

/** The answer to a request, and whether its envelope was refused before anything ran. */
export interface Exchanged {
  readonly response: RpcResponse;
  readonly refused: boolean;
}

/** Answers one request. Never throws or rejects. */
export function exchange(
  core: Core,
  era: Era,
  gate: Gate,
  request: RpcRequest,
  edge: Edge,
): Exchanged | Promise<Exchanged> {
  let call: EraCall | undefined;
  try {
    const done = after(era.decode(request, edge), (read) => {
      call = read;
      return after(
        run(core, era, gate, read, edge),
        (outcome) => after(era.encode(read, outcome, core), (result) => answerTo(request, result)),
      );
    });
    return done instanceof Promise ? done.catch((error) => fail(error)) : done;
  } catch (error) {
    return fail(error);
  }

  function fail(error: unknown): Exchanged {
    if (error instanceof RpcError) {
      const said = call === undefined ? error : era.encodeError?.(call, error) ?? error;
      return { response: failureOf(request.id, said), refused: call === undefined };
    }
    core.report(error, call);
    const internal = new RpcError(ErrorCode.InternalError, "Internal error: the server failed");
    return { response: failureOf(request.id, internal), refused: false };
  }
}

function answerTo(request: RpcRequest, result: JsonObject): Exchanged {
  return { response: resultOf(request.id, result), refused: false };
}

function run(
  core: Core,
  era: Era,
  gate: Gate,
  call: EraCall,
  edge: Edge,
): Outcome | Promise<Outcome> {
  const method = methodOf(era, core, call.method);
  if (method === undefined) throw methodNotFound(call.method);
  if (!core.facts.logs) call.silence();
  if (method !== "core") return method(call, core, edge);
  const running = runInTurn(core, gate, call, edge);
  return running instanceof Promise ? settle(core, call, edge, running) : running;
}

const NOTHING: Outcome = { kind: "complete", result: {} };

/** Runs a call when it is its turn, and not at all when it was cancelled by then. */
function runInTurn(
  core: Core,
  gate: Gate,
  call: EraCall,
  edge: Edge,
): Outcome | Promise<Outcome> {
  return gate.run(edge.auth?.name ?? "", () => {
    if (edge.scope.reason !== undefined) {
      throw new RpcError(ErrorCode.RequestCancelled, "Request cancelled");
    }
    return core.handle(call);
  }, () => void edge.scope.signal); // Who waits must hear of a client that left.
}

/** Once a call is suspended, which takes a while, that is its outcome, whatever its handler does. */
async function settle(
  core: Core,
  call: EraCall,
  edge: Edge,
  running: Promise<Outcome>,
): Promise<Outcome> {
  try {
    const outcome = await unlessAbandoned(running, edge);
    if (!call.suspended) return outcome;
    core.report(
      new Error("A handler caught the suspension of its call and went on; let it pass"),
      call,
    );
  } catch (error) {
    if (!call.suspended) throw error;
  }
  return NOTHING;
}

/** The outcome, or an error when the server ends and waits no longer. */
function unlessAbandoned(running: Promise<Outcome>, edge: Edge): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    edge.scope.abandonWith(reject);
    running.then(resolve, reject);
  });
}
