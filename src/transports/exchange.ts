// The one place where an era and the core meet: decode, run, encode, and errors to their codes.
// Called by every transport for every request; knows no socket and no stream.

import { ErrorCode, methodNotFound, RpcError } from "../jsonrpc/errors.ts";
import { failureOf, resultOf, type RpcRequest, type RpcResponse } from "../jsonrpc/message.ts";
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

/** Answers one request. Never rejects. */
export async function exchange(
  core: Core,
  era: Era,
  gate: Gate,
  request: RpcRequest,
  edge: Edge,
): Promise<Exchanged> {
  let call: EraCall | undefined;
  try {
    const reading = era.decode(request, edge);
    call = reading instanceof Promise ? await reading : reading;
    const method = methodOf(era, core, request.method);
    if (method === undefined) throw methodNotFound(request.method);
    if (!core.facts.logs) call.silence();
    const outcome = method === "core"
      ? await settle(core, call, edge, runInTurn(core, gate, call, edge))
      : await method(call, core, edge);
    const result = era.encode(call, outcome, core);
    return {
      response: resultOf(request.id, result instanceof Promise ? await result : result),
      refused: false,
    };
  } catch (error) {
    if (error instanceof RpcError) {
      const said = call === undefined ? error : era.encodeError?.(call, error) ?? error;
      return { response: failureOf(request.id, said), refused: call === undefined };
    }
    core.report(error, call);
    const internal = new RpcError(ErrorCode.InternalError, "Internal error: the server failed");
    return { response: failureOf(request.id, internal), refused: false };
  }
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

/** Once a call is suspended that is its outcome, whatever its handler still does. */
async function settle(
  core: Core,
  call: EraCall,
  edge: Edge,
  running: Outcome | Promise<Outcome>,
): Promise<Outcome> {
  try {
    const outcome = running instanceof Promise ? await unlessAbandoned(running, edge) : running;
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
    edge.scope.onAbandon = () =>
      reject(
        new RpcError(
          ErrorCode.InternalError,
          "Internal error: the server is ending, and the call did not end in time",
        ),
      );
    running.then(resolve, reject);
  });
}
