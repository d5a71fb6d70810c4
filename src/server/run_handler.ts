// Runs one handler of the author's: makes its context, keeps its time limit, closes the context.
// Called for every tool, resource and prompt; what the handler threw is the caller's to judge.

import type { Call } from "../protocol/call.ts";
import { CallContext } from "./context.ts";
import { openDeadline } from "./deadline.ts";
import type { Context } from "./define.ts";

/**
 * Runs a handler in a context of its own, which is closed when the handler is over.
 *
 * `timeoutMs` aborts the call's signal after that time; undefined sets no limit.
 */
export async function runHandler<T>(
  call: Call,
  timeoutMs: number | undefined,
  handler: (ctx: Context) => T | Promise<T>,
): Promise<T> {
  const deadline = timeoutMs === undefined ? undefined : openDeadline(call, timeoutMs);
  const context = new CallContext(call, deadline?.signal);
  try {
    const running = handler(context);
    return await (deadline === undefined ? running : Promise.race([running, deadline.passed]));
  } finally {
    context.close();
    deadline?.close();
  }
}
