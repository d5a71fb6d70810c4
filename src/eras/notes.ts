// Progress and log lines of a request as notifications; the same in both eras.
// Called by each era's `notify`. spec: basic/patterns/progress, server/utilities/logging

import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import {
  isRequestId,
  type JsonObject,
  type RequestId,
  type RpcNotification,
  show,
} from "../jsonrpc/message.ts";
import type { Note } from "../protocol/call.ts";
import { LOG_LEVELS } from "../protocol/types.ts";

/** The token under which a client asked for progress. @throws {RpcError} when it is not one. */
export function readProgressToken(meta: JsonObject): RequestId | undefined {
  const token = meta.progressToken;
  if (token === undefined || isRequestId(token)) return token;
  throw new RpcError(
    ErrorCode.InvalidParams,
    `Invalid params: "progressToken" must be a string or a safe integer: got ${show(token)}`,
  );
}

/** The notification of a note; none when the client did not ask for it. */
export function noteToNotification(
  note: Note,
  token: RequestId | undefined,
  least: number,
): RpcNotification | undefined {
  if (note.kind === "progress") {
    if (token === undefined) return undefined;
    const { progress, total, message } = note;
    return {
      jsonrpc: "2.0",
      method: "notifications/progress",
      params: {
        progressToken: token,
        progress,
        ...(total === undefined ? {} : { total }),
        ...(message === undefined ? {} : { message }),
      },
    };
  }
  if (LOG_LEVELS.indexOf(note.level) < least) return undefined;
  const { level, data, logger } = note;
  return {
    jsonrpc: "2.0",
    method: "notifications/message",
    params: { level, data: data ?? null, ...(logger === undefined ? {} : { logger }) },
  };
}
