// Runs one handler of the author's: makes its context, keeps its time limit, closes the context.
// Called for every tool, resource and prompt; what the handler threw is the caller's to judge.

import type { Call } from "../protocol/call.ts";
import { CallContext } from "./context.ts";
import { openDeadline } from "./deadline.ts";
import type { Context } from "./define.ts";

/**
 * Runs a handler in a context of its own, which is closed when the handler is over. What the
 * handler gives at once is given at once.
 *
 * `timeoutMs` aborts the call's signal after that time; undefined sets no limit.
 */
export function runHandler<T>(
  call: Call,
  timeoutMs: number | undefined,
  handler: (ctx: Context) => T | Promise<T>,
): T | Promise<T> {
  if (timeoutMs !== undefined) return runWithin(call, timeoutMs, handler);
  const context = new CallContext(call);
  let running: T | Promise<T>;
  try {
    running = handler(context);
  } catch (error) {
    context.close();
    throw error;
  }
  if (isThenable(running)) return closeAfter(running, context);
  context.close();
  return running;
}

async function closeAfter<T>(running: PromiseLike<T>, context: CallContext): Promise<T> {
  try {
    return await running;
  } finally {
    context.close();
  }
}

async function runWithin<T>(
  call: Call,
  timeoutMs: number,
  handler: (ctx: Context) => T | Promise<T>,
): Promise<T> {
  const deadline = openDeadline(call, timeoutMs);
  const context = new CallContext(call, deadline.signal);
  try {
    return await Promise.race([handler(context), deadline.passed]);
  } finally {
    context.close();
    deadline.close();
  }
}

/** Whether a value is waited for by `await`: authors have promises of other makes, too. */
function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === "object" && value !== null && "then" in value &&
    typeof value.then === "function";
}
