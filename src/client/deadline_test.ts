import { assertEquals, assertInstanceOf } from "@std/assert";
import { ClientError } from "./client_error.ts";
import { Deadline } from "./deadline.ts";

Deno.test("Deadline aborts with a timeout that says what would do", async () => {
  const error = await reasonOf(new Deadline({ what: "x", timeoutMs: 5, signal: undefined }));
  assertEquals([error.code, error.sent], ["timeout", true]);
  assertEquals(error.message, "x got no answer within 5 ms; give it a longer timeoutMs");
});

Deno.test("Deadline is stretched by progress, but not without end", async () => {
  const options = { what: "x", timeoutMs: 200, maxTotalMs: 450, signal: undefined };
  const deadline = new Deadline(options);
  const sleep = () => new Promise((resolve) => setTimeout(resolve, 150));
  await sleep();
  deadline.progressed();
  await sleep();
  assertEquals(deadline.signal.aborted, false);
  deadline.progressed();
  assertEquals(
    (await reasonOf(deadline)).message,
    "x was not done within 450 ms, in spite of its progress; give it a longer maxTotalMs",
  );
});

Deno.test("Deadline stands still while somebody else is waited for", async () => {
  const deadline = new Deadline({ what: "x", timeoutMs: 20, signal: undefined });
  const release = [deadline.hold(), deadline.hold()];
  await new Promise((resolve) => setTimeout(resolve, 60));
  release[0]!();
  release[0]!(); // A second time says nothing.
  assertEquals(deadline.signal.aborted, false);
  release[1]!();
  assertEquals((await reasonOf(deadline)).code, "timeout");
});

Deno.test("Deadline tells a cancelled request from one that was never sent", async () => {
  const abort = new AbortController();
  const deadline = new Deadline({ what: "x", timeoutMs: 1_000, signal: abort.signal });
  abort.abort("why");
  const error = await reasonOf(deadline);
  assertEquals([error.code, error.sent, error.cause], ["cancelled", true, "why"]);
  deadline.end();
  const never = new Deadline({ what: "x", timeoutMs: 1_000, signal: abort.signal });
  assertEquals((never.signal.reason as ClientError).sent, false);
  never.end();
});

Deno.test("Deadline leaves no timer behind, nor a listener", () => {
  const abort = new AbortController();
  const deadline = new Deadline({ what: "x", timeoutMs: 60_000, signal: abort.signal });
  const release = deadline.hold();
  deadline.end();
  release();
  abort.abort();
  assertEquals(deadline.signal.aborted, false);
});

async function reasonOf({ signal }: Deadline): Promise<ClientError> {
  if (!signal.aborted) {
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  }
  assertInstanceOf(signal.reason, ClientError);
  return signal.reason;
}
