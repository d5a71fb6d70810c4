// The time that an exchange over HTTP has, within the time of its call.
// Used by the tools that reach out. Leaves no timer behind.

import { RequestError } from "../src/runtime/http_request.ts";

/** A signal that is aborted with the call, and as a failed exchange when the time is over. */
export function startClock(
  seconds: number,
  outer: AbortSignal,
): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const follow = () => controller.abort(outer.reason);
  if (outer.aborted) follow();
  outer.addEventListener("abort", follow);
  const timer = setTimeout(() => {
    const message = `the time (timeout_s, ${seconds} s) was over before the answer was whole`;
    controller.abort(new RequestError("timed_out", message));
  }, seconds * 1_000);
  return {
    signal: controller.signal,
    stop() {
      clearTimeout(timer);
      outer.removeEventListener("abort", follow);
    },
  };
}
