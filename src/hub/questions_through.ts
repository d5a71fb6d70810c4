// What a host asks, on its way through the hub to the caller, whichever era either of them speaks.
// Used by `run_remote.ts` for a call of one host. Both sides' sealed state stays theirs: what a host
// gave travels within what the hub seals, and nothing of it is kept here, but for hosts with sessions:
// their calls wait in memory (`parked_calls.ts`) while the caller gets its answers.

import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import { isJsonObject, type JsonObject } from "../jsonrpc/message.ts";
import type { Context } from "../server/define.ts";
import type { AskFor } from "../server/questions.ts";
import { CallFailed, type Routed } from "./call_host.ts";
import type { HostAsks, HostCall, HostQuestion } from "./link.ts";
import type { ParkedCall, ParkedCalls } from "./parked_calls.ts";

const MOST_ROUNDS = 10;

/** Makes one round of a call: sends it and gives what came of it. */
export type MakeRound = (
  call: Pick<HostCall, "signal" | "onQuestion" | "round">,
) => Promise<Routed>;

/** The caller was asked, and answers with a later request: this one is over. */
export class Suspension extends Error {
  /** The name of the class, for logs. */
  override readonly name: string = "Suspension";
  /** What the handler has to be left by. */
  readonly thrown: Error;
  /** Makes the error of what was thrown. */
  constructor(thrown: Error) {
    super(thrown.message);
    this.thrown = thrown;
  }
}

/** Calls a host until its call is done, with the caller's answers to all that it asks. */
export async function withQuestions(
  ctx: Context,
  parking: ParkedCalls,
  make: MakeRound,
): Promise<Routed> {
  let round: { readonly answers: JsonObject; readonly state: string | undefined } | undefined;
  for (let number = 0; number < MOST_ROUNDS; number++) {
    const before = round;
    const routed = await ctx.once(
      `round ${number}`,
      () =>
        before === undefined
          ? firstRound(ctx, parking, make)
          : make({ signal: ctx.signal, onQuestion: refuseQuestion, round: before }),
    );
    const { answer } = routed;
    if (answer.kind === "done") return routed;
    round = { answers: await askCaller(ctx, number, answer), state: answer.state };
  }
  throw new CallFailed(`it asked ${MOST_ROUNDS} times, and the call was given up`, "mcp");
}

/** A question is not to come in the middle of a call. */
export function refuseQuestion({ method }: HostQuestion): Promise<JsonObject> {
  return Promise.reject(
    new RpcError(ErrorCode.MethodNotFound, `Nobody can be asked now: got ${method}`),
  );
}

async function firstRound(ctx: Context, parking: ParkedCalls, make: MakeRound): Promise<Routed> {
  if (ctx.session !== undefined) {
    let asked = 0;
    return await make({
      signal: ctx.signal,
      onQuestion: (question) => askNow(ctx, `question ${++asked}`, question),
    });
  }
  let begun = false;
  const id = await ctx.once("call", () => {
    begun = true;
    return crypto.randomUUID();
  });
  const parked = begun
    ? parking.begin((signal, onQuestion) => make({ signal, onQuestion }))
    : parking.take(id);
  if (parked === undefined) {
    throw new CallFailed(
      "the call waited for an answer too long, or the hub was restarted: it was ended; call again",
      "mcp",
    );
  }
  const leave = parked.follow(ctx.signal);
  try {
    return await answerParked(ctx, parked);
  } catch (error) {
    if (error instanceof Suspension) parking.park(id, parked);
    throw error;
  } finally {
    leave();
  }
}

async function answerParked(ctx: Context, parked: ParkedCall): Promise<Routed> {
  for (;;) {
    const event = await parked.next();
    if (event.kind === "over") return event.routed;
    const { number, question } = event;
    try {
      parked.answer(number, await askNow(ctx, `question ${number}`, question));
    } catch (error) {
      if (error instanceof Suspension) throw error;
      parked.refuse(number, error);
    }
  }
}

/** Asks one question; where answers come with a later request, this throws a `Suspension`. */
async function askNow(
  ctx: Context,
  key: string,
  { method, params }: Pick<HostQuestion, "method" | "params">,
): Promise<JsonObject> {
  return (await ask(ctx, { [key]: toQuestion(method, params) }))[key] ?? {};
}

async function askCaller(
  ctx: Context,
  round: number,
  { questions }: HostAsks,
): Promise<JsonObject> {
  const entries = Object.entries(questions);
  const asked = entries.map(([key, { method, params }]) =>
    [`${round}: ${key}`, toQuestion(method, params ?? {})] as const
  );
  const answers = entries.length === 0 ? {} : await ask(ctx, Object.fromEntries(asked));
  return Object.fromEntries(entries.map(([key]) => [key, answers[`${round}: ${key}`]]));
}

async function ask(
  ctx: Context,
  questions: { readonly [key: string]: AskFor<JsonObject> },
): Promise<{ readonly [key: string]: JsonObject }> {
  try {
    return await ctx.ask(questions);
  } catch (error) {
    // Without a session, this is how a handler is left until the answers are there.
    const left = error instanceof RpcError && error.code === ErrorCode.InternalError &&
      ctx.session === undefined;
    if (left) throw new Suspension(error);
    throw error instanceof RpcError
      ? error
      : new RpcError(ErrorCode.MethodNotFound, error instanceof Error ? error.message : "");
  }
}

/** A question as it came: what a good answer to it is, its asker knows. */
function toQuestion(method: string, params: JsonObject): AskFor<JsonObject> {
  const check = () => undefined;
  switch (method) {
    case "elicitation/create": {
      const mode = params.mode === "url" ? "url" : "form";
      return { method, params, requires: { elicitation: { [mode]: {} } }, check };
    }
    case "sampling/createMessage": {
      const tools = isJsonObject(params.toolChoice) || Array.isArray(params.tools);
      return { method, params, requires: { sampling: tools ? { tools: {} } : {} }, check };
    }
    case "roots/list":
      return { method, params, requires: { roots: {} }, check };
    default:
      throw new RpcError(ErrorCode.MethodNotFound, `No question of that kind: got ${method}`);
  }
}
