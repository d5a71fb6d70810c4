// The protocol in both eras, over a socket of the runtime: what a client says first, lists, calls,
// errors, headers that do not fit their body.

import { deepEqual, equal, match, ok } from "node:assert/strict";
import { defineTool, text } from "../../mod.ts";
import type { Case } from "./contract.ts";
import { connectTo } from "./http_connection.ts";
import { MODERN, modernClient, openSession, POST_HEADERS, WITH_SESSIONS } from "./mcp_client.ts";
import { serveTools } from "./served.ts";

const GREET = defineTool({
  name: "greet",
  description: "Greets",
  input: { type: "object", properties: { name: { type: "string" } }, required: ["name"] },
  run: ({ name }) => text(`Hello, ${name}!`),
});
const FAIL = defineTool({
  name: "fail",
  run() {
    throw new Error("it went wrong");
  },
});
const TOOLS = [GREET, FAIL];

/** The cases. */
export const PROTOCOL_SUITE: readonly Case[] = [
  {
    name: "a client of the newest revision discovers, lists and calls",
    async run(context) {
      const { port, reported } = await serveTools(context, TOOLS);
      const client = modernClient(port);
      const { result: found } = await client.request("server/discover");
      ok(found.supportedVersions.includes(MODERN));
      equal(found.resultType, "complete");
      const { result: listed } = await client.request("tools/list");
      deepEqual(listed.tools.map(({ name }: { name: string }) => name), ["greet", "fail"]);
      const { result } = await client.call("greet", { name: "Zoë 🎉" });
      deepEqual(result.content, [{ type: "text", text: "Hello, Zoë 🎉!" }]);
      deepEqual(reported, []);
    },
  },
  {
    name: "a client with a session initializes, lists, calls and ends it",
    async run(context) {
      const { port, reported } = await serveTools(context, TOOLS);
      const session = await openSession(port);
      equal(session.opened.protocolVersion, WITH_SESSIONS);
      equal(session.opened.serverInfo.name, "contract");
      const { result: listed } = await session.request("tools/list");
      equal(listed.tools.length, 2);
      const { result } = await session.call("greet", { name: "you" });
      deepEqual(result, { content: [{ type: "text", text: "Hello, you!" }] });
      deepEqual((await session.request("ping")).result, {});
      equal(await session.end(), 204);
      equal(await session.end(), 404);
      const gone = await session.send("ping");
      equal(gone.status, 404);
      gone.connection.close();
      deepEqual(reported, []);
    },
  },
  {
    name: "a client without session or revision is answered",
    async run(context) {
      const { port } = await serveTools(context, TOOLS);
      const answer = await post(port, {
        jsonrpc: "2.0",
        id: "a",
        method: "tools/call",
        params: { name: "greet", arguments: { name: "you" } },
      });
      equal(answer.status, 200);
      equal(answer.headers["mcp-session-id"], undefined);
      const { id, result } = JSON.parse(answer.text);
      deepEqual([id, result.content[0].text], ["a", "Hello, you!"]);
    },
  },
  {
    name: "errors have their codes and statuses, and say nothing of the source",
    async run(context) {
      const { port } = await serveTools(context, TOOLS);
      const modern = modernClient(port);
      const session = await openSession(port);
      for (const client of [modern, session]) {
        equal((await client.request("no/such")).error.code, -32601);
        equal((await client.call("no_such")).error.code, -32602);
        const wrong = (await client.call("greet", { name: 5 })).result;
        ok(wrong.isError);
        match(wrong.content[0].text, /name/);
        const failed = JSON.stringify(await client.call("fail"));
        match(failed, /it went wrong/);
        ok(!/\.[tj]s\b|_suite/.test(failed), failed);
      }
      equal((await modern.send("no/such")).status, 404);
      const broken = await post(port, "{");
      deepEqual([broken.status, JSON.parse(broken.text).error.code], [400, -32700]);
      const nothing = await post(port, {});
      deepEqual([nothing.status, JSON.parse(nothing.text).error.code], [400, -32600]);
    },
  },
  {
    name: "headers that differ from the body are refused",
    async run(context) {
      const { port } = await serveTools(context, TOOLS);
      const client = modernClient(port);
      for (
        const headers of [
          { "mcp-method": "tools/list" },
          { "mcp-name": "fail" },
          { "mcp-method": "" },
          { "mcp-protocol-version": WITH_SESSIONS },
        ]
      ) {
        const params = { name: "greet", arguments: { name: "you" } };
        const answer = await client.send("tools/call", params, { headers });
        deepEqual([answer.status, (await answer.last()).error.code], [400, -32020]);
        answer.connection.close();
      }
      const params = { name: "greet", arguments: { name: "you" } };
      const headers = { "mcp-name": "=?base64?Z3JlZXQ=?=" };
      equal((await client.request("tools/call", params, { headers })).error, undefined);
    },
  },
  {
    name: "methods, media types and paths that are none are refused",
    async run(context) {
      const { port } = await serveTools(context, TOOLS);
      const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });
      const cases = [
        [{ method: "PUT", headers: POST_HEADERS, body }, 405],
        [{ path: "/mcp/", headers: POST_HEADERS, body }, 404],
        [{ path: "/", method: "GET" }, 404],
        [{ headers: { ...POST_HEADERS, "content-type": "text/plain" }, body }, 415],
        [{ headers: { ...POST_HEADERS, accept: "text/html" }, body }, 406],
        [{ headers: { ...POST_HEADERS, accept: "*/*" }, body }, 200],
      ] as const;
      for (const [request, status] of cases) {
        const connection = await connectTo(port);
        const reply = await connection.exchange(request);
        equal(reply.status, status, JSON.stringify(request));
        await reply.text();
        connection.close();
      }
    },
  },
  {
    name: "the program answers both eras",
    async run(context) {
      const { port } = await context.start(["serve"]);
      await answersPing(port);
    },
  },
];

async function answersPing(port: number): Promise<void> {
  const modern = await modernClient(port).call("ping");
  equal(modern.result.content[0].text, "pong");
  const session = await openSession(port);
  equal((await session.call("ping")).result.content[0].text, "pong");
  equal(await session.end(), 204);
}

async function post(port: number, message: object | string) {
  const connection = await connectTo(port);
  const body = typeof message === "string" ? message : JSON.stringify(message);
  const reply = await connection.exchange({ headers: POST_HEADERS, body });
  const text = await reply.text();
  connection.close();
  return { status: reply.status, headers: reply.headers, text };
}
