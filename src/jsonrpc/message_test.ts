import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { RpcError } from "./errors.ts";
import { failureOf, idOf, kindOf, parseMessage, resultOf, show } from "./message.ts";

function refusal(value: unknown): [number, string] {
  const error = assertThrows(() => parseMessage(value), RpcError);
  return [error.code, error.message];
}

Deno.test("parseMessage() tells a request, a notification and a response apart", () => {
  const request = { jsonrpc: "2.0", id: 1, method: "ping" };
  const notification = { jsonrpc: "2.0", method: "notifications/initialized", params: {} };
  const result = { jsonrpc: "2.0", id: "a", result: {} };
  const failure = { jsonrpc: "2.0", error: { code: -32700, message: "no" } };
  assertEquals(parseMessage(request).kind, "request");
  assertEquals(parseMessage(notification).kind, "notification");
  assertEquals(parseMessage(result).kind, "response");
  assertEquals(parseMessage(failure).kind, "response");
  assertStrictEquals(parseMessage(request).message, request as never);
});

Deno.test("parseMessage() says what is wrong, what was wanted and what came", () => {
  const base = { jsonrpc: "2.0", id: 1, method: "ping" };
  const cases: [unknown, number, string][] = [
    [null, -32600, "Invalid request: message must be an object: got null"],
    [[], -32600, "Invalid request: message must be an object: got an array"],
    ["ping", -32600, "Invalid request: message must be an object: got a string"],
    [{}, -32600, 'Invalid request: "jsonrpc" must be "2.0": got nothing'],
    [{ ...base, jsonrpc: 2 }, -32600, 'Invalid request: "jsonrpc" must be "2.0": got 2'],
    [{ ...base, jsonrpc: "1.0" }, -32600, 'Invalid request: "jsonrpc" must be "2.0": got "1.0"'],
    [
      { ...base, method: 5 },
      -32600,
      'Invalid request: "method" must be a string: got a number',
    ],
    [
      { jsonrpc: "2.0", id: 1, Method: "ping" },
      -32600,
      'Invalid request: "method" must be a string: got nothing, and no "result" or "error" either',
    ],
    [
      { ...base, id: null },
      -32600,
      'Invalid request: "id" must be a string or a safe integer: got null',
    ],
    [
      { ...base, id: 1.5 },
      -32600,
      'Invalid request: "id" must be a string or a safe integer: got 1.5',
    ],
    [
      { ...base, id: { a: 1 } },
      -32600,
      'Invalid request: "id" must be a string or a safe integer: got an object',
    ],
    [{ ...base, params: [1] }, -32602, '"params" must be an object: got an array'],
    [{ ...base, params: null }, -32602, '"params" must be an object: got null'],
    [
      { jsonrpc: "2.0", id: null, result: {} },
      -32600,
      'Invalid request: "id" of a response must be a string or a safe integer: got null',
    ],
    [
      { jsonrpc: "2.0", id: 1, error: { code: "x", message: "no" } },
      -32600,
      'Invalid request: "error" must be an object with an integer "code" and a string "message"',
    ],
  ];
  for (const [value, code, text] of cases) assertEquals(refusal(value), [code, text]);
});

Deno.test("parseMessage() takes of a notification what can be taken, as nothing may be said to it", () => {
  const value = { jsonrpc: "2.0", method: "notifications/cancelled", params: [1] };
  assertEquals(parseMessage(value), {
    kind: "notification",
    message: { jsonrpc: "2.0", method: "notifications/cancelled" },
  });
});

Deno.test("parseMessage() refuses an id that a number cannot hold exactly", () => {
  // Answered under a rounded id, the request would wait for ever.
  const value = JSON.parse(`{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}`);
  assertEquals(refusal(value), [
    -32600,
    'Invalid request: "id" must be a string or a safe integer: got 9007199254740992',
  ]);
  assertEquals(idOf(value), undefined);
  const safe = JSON.parse(`{"jsonrpc":"2.0","id":9007199254740991,"method":"ping"}`);
  assertEquals(parseMessage(safe).kind, "request");
});

Deno.test("idOf() finds the id of whatever it is, for the error that answers it", () => {
  assertEquals(idOf({ id: "a", method: 5 }), "a");
  assertEquals(idOf({ id: 0 }), 0);
  assertEquals(idOf({ id: null }), undefined);
  assertEquals(idOf([{ id: 1 }]), undefined);
  assertEquals(idOf("x"), undefined);
});

Deno.test("kindOf() and show() name a value for people, shortly", () => {
  assertEquals([null, undefined, [], {}, 1, "a", true].map(kindOf), [
    "null",
    "nothing",
    "an array",
    "an object",
    "a number",
    "a string",
    "a boolean",
  ]);
  assertEquals(show("x".repeat(200)).length, 81);
  assertEquals(show('a "b"'), '"a \\"b\\""');
  assertEquals(show(1e21), "1e+21");
  assertEquals(show([1]), "an array");
  assertEquals(show("\ud800"), '"\\ud800"');
});

Deno.test("resultOf() and failureOf() make responses; data and an unknown id are left out", () => {
  assertEquals(resultOf(1, { a: 1 }), { jsonrpc: "2.0", id: 1, result: { a: 1 } });
  assertEquals(failureOf(undefined, new RpcError(-32700, "no")), {
    jsonrpc: "2.0",
    error: { code: -32700, message: "no" },
  });
  assertEquals(failureOf("x", new RpcError(5, "no", { a: 1 })), {
    jsonrpc: "2.0",
    id: "x",
    error: { code: 5, message: "no", data: { a: 1 } },
  });
});
