// The time that a tool gives itself: past it the handler's signal is aborted, and a little later
// the call is answered whether the handler obeyed or not. Called by `run_handler.ts`.

import type { Call } from "../protocol/call.ts";
import { abortError, whenAborted } from "../protocol/cancel.ts";
import { ToolError } from "./define.ts";

/** Milliseconds that a handler has to return what it has, after its signal was aborted. */
const GRACE_MS = 5_000;

/** A running time limit. */
export interface Deadline {
  /** Aborted when the call's own signal is, and when its time is over. */
  readonly signal: AbortSignal;
  /** Rejects when the handler did not return within the grace. */
  readonly passed: Promise<never>;
  /** Stops the clock. */
  close(): void;
}

/** Starts the clock for a call. */
export function openDeadline(call: Call, timeoutMs: number): Deadline {
  const controller = new AbortController();
  const onAbort = () => controller.abort(call.signal.reason);
  whenAborted(call.signal, onAbort);
  let timer: ReturnType<typeof setTimeout>;
  const passed = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      controller.abort(abortError("deadline"));
      timer = setTimeout(
        () =>
          reject(new ToolError(`The tool took longer than its ${timeoutMs} ms and was stopped`)),
        GRACE_MS,
      );
    }, timeoutMs);
  });
  passed.catch(() => {}); // Nobody races it when the handler threw at once.
  return {
    signal: controller.signal,
    passed,
    close() {
      clearTimeout(timer);
      call.signal.removeEventListener("abort", onAbort);
    },
  };
}
