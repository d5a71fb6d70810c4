import { assert, assertEquals } from "@std/assert";
import { type CancelReason, CancelScope, whenAborted } from "./cancel.ts";

Deno.test("CancelScope makes its signal when it is asked for, and watches from then on", () => {
  let watched = 0;
  const scope = new CancelScope(() => watched++);
  assertEquals([watched, scope.reason], [0, undefined]);
  const { signal } = scope;
  assertEquals([watched, signal.aborted], [1, false]);
  assert(scope.signal === signal);
  assertEquals(watched, 1);
});

Deno.test("CancelScope keeps the first reason and tells of it once", () => {
  const told: CancelReason[] = [];
  const scope = new CancelScope();
  scope.onCancel = (reason) => told.push(reason);
  const { signal } = scope;
  scope.cancel("disconnect");
  scope.cancel("client");
  assertEquals([scope.reason, told], ["disconnect", ["disconnect"]]);
  assertEquals([signal.aborted, signal.reason.name, signal.reason.message], [
    true,
    "AbortError",
    "The client is gone",
  ]);
});

Deno.test("CancelScope gives an aborted signal to who asks after the cancellation", () => {
  const scope = new CancelScope();
  scope.cancel("shutdown");
  assertEquals([scope.signal.aborted, scope.signal.reason.message], [true, "The server is ending"]);
});

Deno.test("CancelScope takes a cancellation from within its watch", () => {
  const scope: CancelScope = new CancelScope(() => scope.cancel("disconnect"));
  assertEquals(scope.signal.aborted, true);
});

Deno.test("whenAborted() calls at once for a signal that was aborted before, and once at all", () => {
  let called = 0;
  whenAborted(AbortSignal.abort(), () => called++);
  assertEquals(called, 1);
  const controller = new AbortController();
  whenAborted(controller.signal, () => called++);
  assertEquals(called, 1);
  controller.abort();
  controller.abort();
  assertEquals(called, 2);
});
