// What the state of a suspended call is bound to, where a client cannot show it; the rounds
// themselves are tested over HTTP in `tests/http_questions_test.ts`.

import { assertEquals, assertRejects } from "@std/assert";
import { isJsonObject } from "../jsonrpc/message.ts";
import { RpcError } from "../jsonrpc/errors.ts";
import { createSealer } from "../protocol/sealed.ts";
import { readQuestions, SuspendedQuestions } from "./suspended.ts";

Deno.test("readQuestions() takes state until it expires, half an hour later", async () => {
  const sealer = createSealer("a key of some length");
  const binding = { principal: "ada", method: "tools/call", params: { name: "asker" }, sealer };
  const given = (await new SuspendedQuestions(binding, undefined, {}).suspend()).requestState;
  const state = await sealer.open(String(given));
  const expires = isJsonObject(state) ? Number(state.expires) : NaN;
  assertEquals(Math.round((expires - Date.now()) / 60_000), 30);

  const read = (requestState: unknown) =>
    readQuestions({ ...binding, params: { ...binding.params, requestState } });
  await read(given);
  const late = await sealer.seal({ ...(state as object), expires: Date.now() - 1 });
  const error = await assertRejects(() => read(late), RpcError, "has expired");
  assertEquals(error.code, -32602);
});
