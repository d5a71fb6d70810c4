import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { modernClient, openSession, statelessClient } from "../../tests/support/http_client.ts";
import { quietServer, serveHttp } from "../../tests/support/http_server.ts";
import { RpcError } from "../jsonrpc/errors.ts";
import { toCompletion } from "./completion.ts";
import type { CompletionResult } from "./define_completion.ts";

const NUMBERS = Array.from({ length: 150 }, (_, index) => String(index));
const HUNDRED = NUMBERS.slice(0, 100);

Deno.test("toCompletion() sends at most 100 values, with a total and a hasMore that are true", () => {
  const rows: readonly (readonly [CompletionResult, unknown])[] = [
    [[], { values: [], total: 0, hasMore: false }],
    [["a", "b"], { values: ["a", "b"], total: 2, hasMore: false }],
    [HUNDRED, { values: HUNDRED, total: 100, hasMore: false }],
    [NUMBERS, { values: HUNDRED, total: 150, hasMore: true }],
    [{ values: ["a"] }, { values: ["a"], total: 1, hasMore: false }],
    [{ values: ["a"], total: 10 }, { values: ["a"], total: 10, hasMore: true }],
    [{ values: ["a"], hasMore: true }, { values: ["a"], hasMore: true }],
    [{ values: ["a"], total: 1, hasMore: true }, { values: ["a"], total: 1, hasMore: true }],
    [{ values: ["a", "b"], total: 1 }, { values: ["a", "b"], total: 2, hasMore: false }],
    [{ values: NUMBERS, hasMore: false }, { values: HUNDRED, total: 150, hasMore: true }],
    [{ values: NUMBERS, total: 9_000 }, { values: HUNDRED, total: 9_000, hasMore: true }],
    [{ values: NUMBERS, hasMore: true }, { values: HUNDRED, hasMore: true }],
  ];
  for (const [given, sent] of rows) assertEquals(toCompletion(given), sent);
});

Deno.test("toCompletion() refuses what is no list of strings", () => {
  for (const value of [undefined, "a", [1], {}, { values: "a" }, { values: [null] }]) {
    assertThrows(
      () => toCompletion(value as CompletionResult),
      TypeError,
      "Completer must return a list of strings",
    );
  }
});

Deno.test("completion/complete asks what completes a prompt's argument or a template's variable", async () => {
  const { server } = quietServer();
  server.prompt({
    name: "review",
    arguments: [
      {
        name: "language",
        complete: (value) => ["python", "perl"].filter((name) => name.startsWith(value)),
      },
      {
        name: "framework",
        complete: async (value, { arguments: known, auth, signal }) => {
          await Promise.resolve();
          return [`${known.language} ${value} ${auth?.name ?? "anybody"} ${signal.aborted}`];
        },
      },
      { name: "plain" },
    ],
    run: () => "",
  });
  server.resource({
    uriTemplate: "test://{id}/{part}",
    name: "t",
    complete: { id: (value) => ({ values: [`${value}1`], total: 5 }) },
    read: () => "",
  });
  server.resource({ uri: "test://fixed", name: "f", read: () => "" });
  await using http = serveHttp(server);
  const prompt = { type: "ref/prompt", name: "review" };
  const clients = [
    modernClient(http.url),
    await openSession(http.url),
    await openSession(http.url, "2024-11-05"),
    statelessClient(http.url),
  ];
  for (const client of clients) {
    const ask = async (ref: object, name: string, value: string, context?: object) =>
      (await client.request("completion/complete", { ref, argument: { name, value }, context }))
        .result.completion;
    assertEquals(await ask(prompt, "language", "py"), {
      values: ["python"],
      total: 1,
      hasMore: false,
    });
    assertEquals(
      (await ask(prompt, "framework", "fl", { arguments: { language: "python" } })).values,
      ["python fl anybody false"],
    );
    for (const uri of ["test://{id}/{part}", "test://4/5"]) {
      assertEquals(await ask({ type: "ref/resource", uri }, "id", "1"), {
        values: ["11"],
        total: 5,
        hasMore: true,
      });
    }
    const nothing = { values: [], total: 0, hasMore: false };
    assertEquals(await ask(prompt, "plain", "x"), nothing);
    assertEquals(await ask(prompt, "toString", "x"), nothing);
    assertEquals(
      await ask({ type: "ref/resource", uri: "test://{id}/{part}" }, "part", ""),
      nothing,
    );
    assertEquals(await ask({ type: "ref/resource", uri: "test://fixed" }, "id", ""), nothing);
  }
});

Deno.test("completion/complete names what is wrong with a request", async () => {
  const { server } = quietServer({ capabilities: { completions: true } });
  server.prompt({ name: "p", run: () => "" });
  await using http = serveHttp(server);
  const ref = { type: "ref/prompt", name: "p" };
  const argument = { name: "a", value: "" };
  const rows: readonly (readonly [params: { [key: string]: unknown }, message: RegExp])[] = [
    [{ argument }, /"ref" must be an object: got nothing/],
    [
      { ref: { type: "ref/tool" }, argument },
      /must be ref\/prompt or ref\/resource: got "ref\/tool"/,
    ],
    [{ ref: { type: "ref/prompt" }, argument }, /"name" of "ref" must be a string: got nothing/],
    [{ ref: { type: "ref/prompt", name: "x" }, argument }, /Unknown prompt: got "x"/],
    [{ ref: { type: "ref/resource" }, argument }, /"uri" of "ref" must be a string: got nothing/],
    [{ ref: { type: "ref/resource", uri: "a://x" }, argument }, /Unknown resource: got "a:\/\/x"/],
    [{ ref }, /"argument" must be an object: got nothing/],
    [
      { ref, argument: { name: "a" } },
      /"argument" must have a "name" and a "value".*got a string and nothing/,
    ],
    [{ ref, argument, context: [] }, /"context" must be an object with "arguments".*got an array/],
    [{ ref, argument, context: { arguments: 5 } }, /"context" must be an object.*got a number/],
    [
      { ref, argument, context: { arguments: { b: 5 } } },
      /argument "b" in "context" must be a string/,
    ],
  ];
  for (const client of [modernClient(http.url), await openSession(http.url)]) {
    for (const [params, message] of rows) {
      const { error } = await client.request("completion/complete", params);
      assertEquals(error.code, -32602);
      assertMatch(error.message, message);
    }
  }
});

Deno.test("completion/complete tells onError of a completer's bug, and the client only that it failed", async () => {
  const { server, reported } = quietServer();
  server.prompt({
    name: "p",
    arguments: [
      { name: "throws", complete: () => Promise.reject(new Error("secret")) },
      { name: "odd", complete: () => 5 as never },
      { name: "refuses", complete: () => Promise.reject(new RpcError(-32000, "Not today")) },
    ],
    run: () => "",
  });
  await using http = serveHttp(server);
  const client = modernClient(http.url);
  const errors = [];
  for (const name of ["throws", "odd", "refuses"]) {
    const { error } = await client.request("completion/complete", {
      ref: { type: "ref/prompt", name: "p" },
      argument: { name, value: "" },
    });
    errors.push(error);
  }
  const failed = { code: -32603, message: "Internal error: the completion failed" };
  assertEquals(errors, [failed, failed, { code: -32000, message: "Not today" }]);
  assertEquals((reported[0] as Error).message, "secret");
  assertMatch((reported[1] as Error).message, /Completer must return a list of strings/);
  assertEquals(reported.length, 2);
});
