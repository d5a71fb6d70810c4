// Calls that the server answers with questions: the same call again with the answers, until it is
// done. Used by `connected_client.ts`. Never looks into the server's state, and never keeps it.
// spec: basic/patterns/mrtr

import { isJsonObject, type JsonObject, show } from "../jsonrpc/message.ts";
import { ClientError } from "./client_error.ts";
import type { AnswerQuestion, InputRequired } from "./options.ts";

/** How questions are answered. */
export interface RoundsOptions {
  readonly what: string;
  readonly answer: AnswerQuestion;
  readonly signal: AbortSignal | undefined;
  readonly maxRounds: number;
  /** Answers and state of an earlier round, for the first request. */
  readonly first: JsonObject;
  /** Sends the call with what belongs to the round. */
  readonly send: (round: JsonObject) => Promise<JsonObject>;
}

/** The questions in a result; undefined when it is none of that kind. */
export function readInputRequired(result: JsonObject): InputRequired | undefined {
  if (result.resultType !== "input_required") return undefined;
  const { inputRequests, requestState } = result;
  return {
    kind: "input_required",
    inputRequests: isJsonObject(inputRequests)
      ? inputRequests as InputRequired["inputRequests"]
      : {},
    requestState: typeof requestState === "string" ? requestState : undefined,
  };
}

/** Sends a call until the server has no more questions, and gives the last result. */
export async function answerRounds(options: RoundsOptions): Promise<JsonObject> {
  const { what, answer, signal, maxRounds, send } = options;
  let round = options.first;
  for (let rounds = 0;; rounds++) {
    const result = await send(round);
    const asked = readInputRequired(result);
    if (asked === undefined) return result;
    if (rounds === maxRounds) {
      throw new ClientError(
        "protocol",
        `${what} must be done after ${maxRounds} rounds of questions: got another; ` +
          "give the client a greater maxRounds",
      );
    }
    const inputResponses = await answerAll(asked.inputRequests, answer, signal);
    round = {
      ...(Object.keys(inputResponses).length === 0 ? {} : { inputResponses }),
      ...(asked.requestState === undefined ? {} : { requestState: asked.requestState }),
    };
  }
}

/** Answers questions at once, by their keys. */
export async function answerAll(
  questions: JsonObject,
  answer: AnswerQuestion,
  signal: AbortSignal | undefined,
): Promise<JsonObject> {
  const given = new AbortController();
  const stop = () => given.abort(signal?.reason);
  if (signal?.aborted === true) stop();
  signal?.addEventListener("abort", stop, { once: true });
  const abandoned = new Promise<never>((_, reject) =>
    given.signal.addEventListener("abort", () =>
      reject(
        new ClientError("cancelled", "Cancelled while a question was open", {
          cause: given.signal.reason,
        }),
      ), { once: true })
  );
  try {
    const all = Object.entries(questions).map(async ([key, question]) => {
      if (!isJsonObject(question) || typeof question.method !== "string") {
        const text = `A question must have a method: got ${show(question)} as "${key}"`;
        throw new ClientError("protocol", text);
      }
      const params = isJsonObject(question.params) ? question.params : {};
      const said = await answer({ method: question.method, params, signal: given.signal });
      return [key, said] as const;
    });
    return Object.fromEntries(await Promise.race([Promise.all(all), abandoned]));
  } catch (error) {
    given.abort(); // One that failed leaves the others without anybody waiting.
    throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
    abandoned.catch(() => undefined);
  }
}
