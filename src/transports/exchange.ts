// The one place where an era and the core meet: decode, run, encode, and errors to their codes.
// Called by every transport for every request; knows no socket and no stream.

import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import { failureOf, resultOf, type RpcRequest, type RpcResponse } from "../jsonrpc/message.ts";
import type { Call, Core } from "../protocol/call.ts";
import type { Edge, Era } from "../eras/era.ts";
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
  let call: Call | undefined;
  try {
    call = era.decode(request, edge);
    const method = era.methods.get(request.method);
    if (method === undefined) {
      throw new RpcError(ErrorCode.MethodNotFound, `Method not found: got "${request.method}"`);
    }
    const decoded = call;
    const outcome = method === "core"
      ? await gate.run(edge.auth?.name ?? "", () => core.handle(decoded))
      : method(call, core);
    return { response: resultOf(request.id, era.encode(call, outcome, core)), refused: false };
  } catch (error) {
    if (error instanceof RpcError) {
      return { response: failureOf(request.id, error), refused: call === undefined };
    }
    core.report(error, call);
    const internal = new RpcError(ErrorCode.InternalError, "Internal error: the server failed");
    return { response: failureOf(request.id, internal), refused: false };
  }
}
