// A call that became a task: looked at until it is over, its questions answered, cancelled with the
// call. Used by `connected_client.ts` where the client declared the extension.
// spec: SEP-2663; extensions/tasks/overview

import { RpcError } from "../jsonrpc/errors.ts";
import { isJsonObject, type JsonObject } from "../jsonrpc/message.ts";
import { ClientError } from "./client_error.ts";
import { wait } from "./wait.ts";
import type { AnswerQuestion, Progress } from "./options.ts";
import { answerAll } from "./rounds.ts";

/** What following a task needs. */
export interface TaskFollowing {
  readonly what: string;
  readonly answer: AnswerQuestion;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  /** Sends a request about the task, within a time of its own. */
  readonly send: (method: string, params: JsonObject, signal?: AbortSignal) => Promise<JsonObject>;
}

/** Milliseconds between two looks, where the server does not say. */
const DEFAULT_POLL_MS = 1_000;
/** Looks in a row that may fail: the task goes on whether it is looked at or not. */
const MAX_FAILURES = 5;

/** Follows a task to its end and gives the result of the call. */
export async function followTask(
  created: JsonObject,
  following: TaskFollowing,
): Promise<JsonObject> {
  const { what, signal, send, answer, onProgress } = following;
  const { taskId } = created;
  const never = new AbortController().signal;
  let task = created;
  let failures = 0;
  let said: unknown;
  try {
    for (let looks = 0;; looks++) {
      const { status, statusMessage, result, error } = task;
      if (typeof statusMessage === "string" && statusMessage !== said) {
        said = statusMessage;
        onProgress?.({ progress: looks, message: statusMessage });
      }
      if (status === "completed") return isJsonObject(result) ? result : {};
      if (status === "failed") throw failureOf(error, what);
      if (status === "cancelled") {
        const text = `${what} was cancelled by the server: ${
          statusMessage ?? "it does not say why"
        }`;
        throw new ClientError("cancelled", text);
      }
      if (status === "input_required" && isJsonObject(task.inputRequests)) {
        const inputResponses = await answerAll(task.inputRequests, answer, signal);
        await send("tasks/update", { taskId, inputResponses }, signal);
      } else {
        const { pollIntervalMs } = task;
        await wait(
          typeof pollIntervalMs === "number" ? pollIntervalMs : DEFAULT_POLL_MS,
          signal ?? never,
        );
      }
      try {
        task = await send("tasks/get", { taskId }, signal);
        failures = 0;
      } catch (error) {
        if (error instanceof RpcError || signal?.aborted || ++failures >= MAX_FAILURES) throw error;
      }
    }
  } catch (error) {
    if (signal?.aborted !== true) throw error;
    // The caller waits no longer, and the task must not go on for nobody.
    await send("tasks/cancel", { taskId }).catch(() => undefined);
    if (error instanceof ClientError) throw error;
    throw new ClientError("cancelled", `${what} was cancelled`, { cause: signal.reason });
  }
}

function failureOf(error: unknown, what: string): Error {
  if (isJsonObject(error) && typeof error.code === "number") {
    return new RpcError(error.code, String(error.message ?? ""), error.data);
  }
  return new ClientError("protocol", `${what} failed without saying why`);
}
