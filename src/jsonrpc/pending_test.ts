import { assertEquals, assertRejects } from "@std/assert";
import { RpcError } from "./errors.ts";
import { PendingRequests } from "./pending.ts";

Deno.test("PendingRequests gives each response to who waits for it, whatever the order", async () => {
  const pending = new PendingRequests();
  const ids: number[] = [];
  const first = pending.request((id) => void ids.push(id));
  const second = pending.request((id) => void ids.push(id));
  assertEquals([ids.length, pending.size], [2, 2]);
  assertEquals(pending.settle({ jsonrpc: "2.0", id: ids[1]!, result: { b: 1 } }), true);
  const error = { code: -1, message: "no", data: { c: 1 } };
  assertEquals(pending.settle({ jsonrpc: "2.0", id: ids[0]!, error }), true);
  assertEquals(await second, { b: 1 });
  const refused = await assertRejects(() => first, RpcError, "no");
  assertEquals([refused.code, refused.data, pending.size], [-1, { c: 1 }, 0]);
});

Deno.test("PendingRequests takes no response that nobody waits for", async () => {
  const pending = new PendingRequests();
  let id = 0;
  const answer = pending.request((taken) => void (id = taken));
  assertEquals(pending.settle({ jsonrpc: "2.0", id: String(id), result: {} }), false);
  assertEquals(pending.settle({ jsonrpc: "2.0", id: id + 1, result: {} }), false);
  assertEquals(pending.settle({ jsonrpc: "2.0", error: { code: 1, message: "" } }), false);
  assertEquals(
    pending.settle({ jsonrpc: "2.0", id: null, error: { code: 1, message: "" } }),
    false,
  );
  assertEquals(pending.settle({ jsonrpc: "2.0", id, result: {} }), true);
  assertEquals(pending.settle({ jsonrpc: "2.0", id, result: {} }), false);
  assertEquals(await answer, {});
});

Deno.test("PendingRequests gives up with its signal, and says so once", async () => {
  const pending = new PendingRequests();
  const controller = new AbortController();
  const givenUp: number[] = [];
  let id = 0;
  const answer = pending.request(
    (taken) => void (id = taken),
    controller.signal,
    (gone) => void givenUp.push(gone),
  );
  controller.abort(new Error("enough"));
  await assertRejects(() => answer, Error, "enough");
  assertEquals([givenUp, pending.size], [[id], 0]);
  assertEquals(pending.settle({ jsonrpc: "2.0", id, result: {} }), false);
  let sent = 0;
  await assertRejects(() => pending.request(() => void sent++, controller.signal), Error, "enough");
  assertEquals(sent, 0);
});

Deno.test("PendingRequests does not tell of giving up what was answered before", async () => {
  const pending = new PendingRequests();
  const controller = new AbortController();
  const givenUp: number[] = [];
  let id = 0;
  const answer = pending.request(
    (taken) => void (id = taken),
    controller.signal,
    (gone) => void givenUp.push(gone),
  );
  pending.settle({ jsonrpc: "2.0", id, result: {} });
  controller.abort();
  assertEquals([await answer, givenUp], [{}, []]);
});

Deno.test("PendingRequests keeps nothing of a request that could not be sent", async () => {
  const pending = new PendingRequests();
  const controller = new AbortController();
  const givenUp: number[] = [];
  const answer = pending.request(
    () => {
      throw new Error("no way out");
    },
    controller.signal,
    (id) => void givenUp.push(id),
  );
  await assertRejects(() => answer, Error, "no way out");
  assertEquals(pending.size, 0);
  controller.abort();
  assertEquals(givenUp, []);
});

Deno.test("PendingRequests gives everything up at its end", async () => {
  const pending = new PendingRequests();
  const answers = [pending.request(() => {}), pending.request(() => {})];
  pending.rejectAll(new Error("over"));
  for (const answer of answers) await assertRejects(() => answer, Error, "over");
  assertEquals(pending.size, 0);
});
