// Questions that a handler puts to the client, as the core sees them; how they travel is the era's.
// A question is a request in the other direction: elicitation, sampling, or the list of roots.
// spec: basic/patterns/mrtr, client/elicitation, client/sampling, client/roots

import type { JsonObject } from "../jsonrpc/message.ts";

/** A question to the client. */
export interface Question {
  /** The request that it is. */
  readonly method: "elicitation/create" | "sampling/createMessage" | "roots/list";
  /** Its parameters. */
  readonly params: JsonObject;
  /** The client capabilities without which it must not be asked. */
  readonly requires: JsonObject;
  /** What is wrong with an answer; undefined when it is a good one. */
  check(answer: JsonObject): string | undefined;
}

/** Questions by their keys. */
export type QuestionMap = { readonly [key: string]: Question };

/** Answers by the same keys. */
export type AnswerMap = { readonly [key: string]: JsonObject };

/** What an era does about questions, for one call. */
export interface Questions {
  /**
   * Asks, and gives the answers when they are there. Where the answers come with a later request,
   * this throws, and goes on throwing: the call is suspended.
   */
  ask(questions: QuestionMap): Promise<AnswerMap>;
  /** The result of `fn`, kept across the rounds of one chain of questions. */
  once<T>(key: string, fn: () => T | Promise<T>): Promise<T>;
  /** The error for a question that the client did not declare it can be asked. */
  undeclared(required: JsonObject): Error;
  /** The answer to a question of this kind that is known without asking. */
  known(method: Question["method"]): JsonObject | undefined;
  /** What a suspended call waits for; undefined while it is not suspended. */
  readonly pending: QuestionMap | undefined;
}
