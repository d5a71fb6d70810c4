// Questions to the client: the same handlers on a session, where they are requests, and in the
// newest revision, where they suspend the call.

import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { defineTool, form, sampling, type Server } from "../mod.ts";
import type { Sent } from "./support/schema_check.ts";
import { modernClient, openSession, type TestSession } from "./support/http_client.ts";
import { quietServer, serveHttp } from "./support/http_server.ts";

const FORM = {
  type: "object",
  properties: { name: { type: "string" } },
  required: ["name"],
} as const;
const ABLE = { elicitation: {}, sampling: {}, roots: {} };
const CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";
const SAMPLE = { role: "assistant", model: "m", content: { type: "text", text: "a poem" } };
const NAMED = { action: "accept", content: { name: "Ada" } };

function addAsker(server: Server, seen: string[] = []): Server {
  return server.tool(defineTool({
    name: "asker",
    async run(_input, ctx) {
      seen.push("entered");
      const work = await ctx.once("work", () => (seen.push("worked"), 42));
      try {
        const who = await ctx.elicit({ key: "who", message: "Who?", schema: FORM });
        if (who.action !== "accept") return `nobody (${who.action})`;
        const poem = await ctx.sample({ key: "poem", messages: `A poem for ${who.content.name}` });
        return { name: who.content.name, poem: poem.content, work };
      } finally {
        seen.push("left");
      }
    },
  }));
}

function call(
  url: string,
  extra: Sent = {},
  capabilities: Sent = ABLE,
  name = "asker",
): Promise<Sent> {
  const params = { name, arguments: {}, ...extra };
  return modernClient(url).request("tools/call", params, {
    meta: { [CAPABILITIES]: capabilities },
  });
}

/** Answers each question of a session's call as it comes, and gives the call's answer. */
async function answering(
  session: TestSession,
  name: string,
  answers: { readonly [method: string]: Sent },
): Promise<Sent> {
  const reply = await session.send("tools/call", { name, arguments: {} });
  for await (const message of reply.messages()) {
    if (message.method === undefined) return message;
    const answer = answers[message.method];
    if (answer === undefined) continue;
    const body = { jsonrpc: "2.0", id: message.id, ...answer };
    const response = await fetch(session.url, {
      method: "POST",
      headers: { ...session.headers, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    assertEquals(response.status, 202);
  }
  throw new Error("The stream ended without an answer");
}

Deno.test("a handler that asks is left and entered again in the newest revision", async () => {
  const seen: string[] = [];
  const { server, reported } = quietServer();
  await using http = serveHttp(addAsker(server, seen));
  const first = await call(http.url);
  assertEquals(first.result.resultType, "input_required");
  assertEquals(first.result.inputRequests.who.params.requestedSchema, FORM);
  const second = await call(http.url, {
    requestState: first.result.requestState,
    inputResponses: { who: NAMED, other: 1 },
  });
  assertEquals(Object.keys(second.result.inputRequests), ["poem"]);
  assertNotEquals(second.result.requestState, first.result.requestState);
  const third = await call(http.url, {
    requestState: second.result.requestState,
    inputResponses: { poem: SAMPLE },
  });
  assertEquals(third.result.structuredContent, { name: "Ada", poem: SAMPLE.content, work: 42 });
  assertEquals(seen.filter((what) => what === "worked").length, 1);
  assertEquals(seen.filter((what) => what === "left").length, 3);
  assertEquals(reported, []);
});

Deno.test("the same handler just waits on a session", async () => {
  const { server } = quietServer();
  await using http = serveHttp(addAsker(server));
  const session = await openSession(http.url, "2025-11-25", { capabilities: ABLE });
  const answer = await answering(session, "asker", {
    "elicitation/create": { result: NAMED },
    "sampling/createMessage": { result: SAMPLE },
  });
  assertEquals(answer.result.structuredContent, { name: "Ada", poem: SAMPLE.content, work: 42 });
});

Deno.test("a client's refusal on a session reaches the handler, not the peer as a protocol error", async () => {
  const { server } = quietServer();
  await using http = serveHttp(addAsker(server));
  const session = await openSession(http.url, "2025-06-18", { capabilities: ABLE });
  const declined = await answering(session, "asker", {
    "elicitation/create": { result: { action: "decline" } },
  });
  assertEquals(declined.result.content[0].text, "nobody (decline)");
  const failed = await answering(session, "asker", {
    "elicitation/create": { error: { code: -1, message: "User rejected" } },
  });
  assertEquals(failed.result.isError, true);
  assertEquals(failed.result.content[0].text, "The client answered: User rejected");
});

Deno.test("an answer that the form does not allow is asked for again", async () => {
  const { server } = quietServer();
  await using http = serveHttp(addAsker(server));
  const first = await call(http.url);
  const state = first.result.requestState;
  for (const bad of [12345, { action: "accept", content: { name: 5 } }, { action: "perhaps" }]) {
    const again = await call(http.url, { requestState: state, inputResponses: { who: bad } });
    assertEquals(again.result.resultType, "input_required");
    assertEquals(Object.keys(again.result.inputRequests), ["who"]);
  }
});

Deno.test("state that is changed, foreign, late or of another request is refused", async () => {
  const { server } = quietServer();
  addAsker(server).tool({ name: "other", run: () => "other" });
  await using http = serveHttp(server);
  const { requestState } = (await call(http.url)).result;
  const refusals: readonly (readonly [Sent, RegExp, string?])[] = [
    [{ requestState: `${requestState}-TAMPERED` }, /one that this server gave, unchanged/],
    [
      { requestState: `${requestState[0] === "A" ? "B" : "A"}${requestState.slice(1)}` },
      /one that this server gave, unchanged/,
    ],
    [{ requestState: "" }, /one that this server gave/],
    [{ requestState: 5 }, /"requestState" must be a string: got a number/],
    [{ requestState, arguments: { a: 1 } }, /other parameters/],
    [{ requestState }, /other parameters/, "other"],
    [{ requestState, inputResponses: null }, /"inputResponses" must be an object: got null/],
  ];
  for (const [extra, text, name] of refusals) {
    const { error } = await call(http.url, extra, ABLE, name);
    assertEquals(error.code, -32602);
    assertMatch(error.message, text);
  }
});

Deno.test("state opens at another instance with the same key, for the same caller only", async () => {
  const auth = (token: string | undefined) => token === undefined ? undefined : { name: token };
  const stateKey = "sixteen characters or more";
  await using one = serveHttp(addAsker(quietServer().server), { auth, stateKey });
  await using two = serveHttp(addAsker(quietServer().server), { auth, stateKey });
  await using stranger = serveHttp(addAsker(quietServer().server), { auth });
  const send = (url: string, token: string, extra: Sent) =>
    modernClient(url, { authorization: `Bearer ${token}` }).request(
      "tools/call",
      { name: "asker", arguments: {}, ...extra },
      { meta: { [CAPABILITIES]: ABLE } },
    );
  const { requestState } = (await send(one.url, "ada", {})).result;
  const extra = { requestState, inputResponses: { who: NAMED } };
  assertEquals(Object.keys((await send(two.url, "ada", extra)).result.inputRequests), ["poem"]);
  assertMatch((await send(two.url, "bob", extra)).error.message, /belongs to another caller/);
  assertMatch((await send(stranger.url, "ada", extra)).error.message, /server was restarted/);
});

Deno.test("a question that the client did not declare is not asked", async () => {
  const { server } = quietServer();
  server.tool({
    name: "visit",
    run: (_input, ctx) => ctx.elicit({ message: "Go", url: "https://x.test/" }),
  });
  server.tool({ name: "tools", run: (_input, ctx) => ctx.sample({ messages: "x", tools: [] }) });
  await using http = serveHttp(addAsker(server));
  const missing = async (name: string, capabilities: Sent) =>
    (await call(http.url, {}, capabilities, name)).error;
  assertEquals((await missing("asker", {})).code, -32021);
  assertEquals((await missing("asker", {})).data.requiredCapabilities, {
    elicitation: { form: {} },
  });
  assertEquals((await missing("visit", { elicitation: {} })).code, -32021);
  assertEquals((await missing("tools", { sampling: {} })).data.requiredCapabilities, {
    sampling: { tools: {} },
  });
  assertEquals((await call(http.url, {}, { elicitation: { url: {} } }, "visit")).error, undefined);
  assertEquals((await missing("asker", { elicitation: { url: {} } })).code, -32021);
  const session = await openSession(http.url, "2025-11-25");
  const { result } = await session.request("tools/call", { name: "asker" });
  assertEquals(result.isError, true);
  assertMatch(result.content[0].text, /did not declare the capability elicitation/);
  server.prompt({
    name: "asking",
    run: async (_args, ctx) => (await ctx.sample({ messages: "x" })).model,
  });
  const { error } = await session.request("prompts/get", { name: "asking" });
  assertMatch(error.message, /did not declare the capability sampling/);
});

Deno.test("once suspended a call stays so, and a handler that swallows it is reported", async () => {
  const { server, reported } = quietServer();
  const tries: string[] = [];
  server.tool(defineTool({
    name: "swallower",
    async run(_input, ctx) {
      for (const key of ["a", "b"]) {
        await ctx.elicit({ key, message: key, schema: FORM }).catch(() => tries.push(key));
      }
      return "done anyway";
    },
  }));
  await using http = serveHttp(server);
  const { result } = await call(http.url, {}, ABLE, "swallower");
  assertEquals(Object.keys(result.inputRequests), ["a"]);
  assertEquals(tries, ["a", "b"]);
  assertMatch(String(reported[0]), /caught the suspension/);
});

Deno.test("ctx.ask() asks several at once, and roots are known afterwards", async () => {
  const { server } = quietServer();
  server.tool(defineTool({
    name: "several",
    async run(_input, ctx) {
      const before = ctx.inRoots("/projects/a") ?? "unknown";
      const { who, poem } = await ctx.ask({
        who: form({ message: "Who?", schema: FORM }),
        poem: sampling({ messages: "A poem" }),
      });
      const roots = await ctx.roots();
      const inside = ["/projects/a/b", "/projects/ab", "/projects/a/../b", "file:///projects/a"]
        .map((path) => ctx.inRoots(path));
      return { before, who: who.action, model: poem.model, roots: roots.length, inside };
    },
  }));
  await using http = serveHttp(server);
  const inside = [true, false, false, true];
  const roots = { roots: [{ uri: "file:///projects/a" }] };
  const session = await openSession(http.url, "2025-11-25", { capabilities: ABLE });
  const answers = {
    "elicitation/create": { result: NAMED },
    "sampling/createMessage": { result: SAMPLE },
    "roots/list": { result: roots },
  };
  const known = { who: "accept", model: "m", roots: 1, inside };
  const first = await answering(session, "several", answers);
  assertEquals(first.result.structuredContent, { before: "unknown", ...known });
  // Asked once for the session, and again after the client said that they changed.
  const { "roots/list": _roots, ...withoutRoots } = answers;
  const second = await answering(session, "several", withoutRoots);
  assertEquals(second.result.structuredContent, { before: true, ...known });
  await session.notify("notifications/roots/list_changed");
  const third = await answering(session, "several", answers);
  assertEquals(third.result.structuredContent.before, "unknown");

  const one = (await call(http.url, {}, ABLE, "several")).result;
  assertEquals(Object.keys(one.inputRequests).sort(), ["poem", "who"]);
  const two = await call(
    http.url,
    {
      requestState: one.requestState,
      inputResponses: { who: NAMED, poem: SAMPLE },
    },
    ABLE,
    "several",
  );
  const last = await call(
    http.url,
    {
      requestState: two.result.requestState,
      inputResponses: { [Object.keys(two.result.inputRequests)[0]!]: roots },
    },
    ABLE,
    "several",
  );
  assertEquals(last.result.structuredContent, { before: "unknown", ...known });
});

Deno.test("a question that waits is given up when its call is cancelled, and the client is told", async () => {
  const { server } = quietServer();
  await using http = serveHttp(addAsker(server));
  const session = await openSession(http.url, "2025-11-25", { capabilities: ABLE });
  const reply = await session.send("tools/call", { name: "asker" }, { id: "c" });
  const messages: Sent[] = [];
  for await (const message of reply.messages()) {
    messages.push(message);
    if (message.method === "elicitation/create") {
      await session.notify("notifications/cancelled", { requestId: "c" });
    }
  }
  assertEquals(messages.at(-1).error.code, -32800);
  assertEquals(messages.map(({ method }) => method).slice(0, 2), [
    "elicitation/create",
    "notifications/cancelled",
  ]);
});
