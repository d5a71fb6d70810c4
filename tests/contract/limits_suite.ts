// Limits over a socket of the runtime: passing one is answered, by its status, and harms nobody else.

import { deepEqual, equal, match, ok } from "node:assert/strict";
import { defineTool } from "../../mod.ts";
import type { Case } from "./contract.ts";
import { type Connection, connectTo } from "./http_connection.ts";
import { modernClient, openSession, POST_HEADERS } from "./mcp_client.ts";
import { until } from "./processes.ts";
import { openGate, serveTools } from "./served.ts";

const MIB = 1024 * 1024;
const QUICK = defineTool({ name: "quick", run: () => "done" });
const PING = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });

/** The cases. */
export const LIMITS_SUITE: readonly Case[] = [
  {
    name: "a body that says that it is too large is refused before it comes",
    async run(context) {
      const { port } = await serveTools(context, [QUICK]);
      const connection = await connectTo(port);
      const headers = { ...POST_HEADERS, "content-length": String(8 * MIB + 1) };
      const reply = await connection.exchange({ headers });
      equal(reply.status, 413);
      match(await reply.text(), /at most 8388608 bytes/);
      connection.close();
      await answersOthers(port);
    },
  },
  {
    name: "a body that grows too large is refused, be it sent in pieces or at once",
    async run(context) {
      const limits = { body: MIB };
      const { port, reported } = await serveTools(context, [QUICK], { limits });
      const connection = await connectTo(port);
      const headers = { ...POST_HEADERS, "transfer-encoding": "chunked" };
      connection.send({ headers });
      const piece = "x".repeat(65_536);
      for (let at = 0; at < 20; at++) connection.write(`10000\r\n${piece}\r\n`);
      const reply = await connection.reply();
      equal(reply.status, 413);
      await reply.text();
      connection.close();
      const atOnce = await connectTo(port);
      const second = await atOnce.exchange({ headers: POST_HEADERS, body: "x".repeat(4 * MIB) });
      equal(second.status, 413);
      await second.text();
      atOnce.close();
      await answersOthers(port);
      deepEqual(reported, []);
    },
  },
  {
    name: "a header section that is too large is refused with 431",
    async run(context) {
      const { port } = await serveTools(context, [QUICK], { limits: { headers: 8_192 } });
      for (const [bytes, status] of [[7_000, 200], [9_000, 431], [14_000, 431]] as const) {
        const connection = await connectTo(port);
        const headers = { ...POST_HEADERS, "x-long": "x".repeat(bytes) };
        const reply = await connection.exchange({ headers, body: PING });
        equal(reply.status, status);
        connection.close();
      }
      await answersOthers(port);
    },
  },
  {
    name: "a header section that no runtime takes is refused by the program, and harms nobody",
    async run({ start }) {
      const { port } = await start(["serve"]);
      for (const bytes of [70_000, 1_000_000]) {
        const connection = await connectTo(port);
        connection.send({ headers: { ...POST_HEADERS, "x-long": "x".repeat(bytes) }, body: PING });
        // Past what its own parser takes a runtime says 400 or 431, and may close before all is sent.
        const status = await connection.reply().then((reply) => reply.status, () => undefined);
        ok([400, 431, undefined].includes(status), String(status));
        connection.close();
      }
      await answersOthers(port, "ping");
    },
  },
  {
    name: "JSON that is nested too deeply or holds too many values is refused",
    async run(context) {
      const { port } = await serveTools(context, [QUICK]);
      const deep = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
      const bodies = [
        `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":${deep(64)}}}`,
        deep(500_000),
        `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":[${"0,".repeat(200_000)}0]}}`,
      ];
      for (const body of bodies) {
        const connection = await connectTo(port);
        const reply = await connection.exchange({ headers: POST_HEADERS, body });
        deepEqual([reply.status, JSON.parse(await reply.text()).error.code], [400, -32700]);
        connection.close();
      }
      await answersOthers(port);
    },
  },
  {
    name: "a body that comes slowly holds up nobody, and one that breaks off is forgotten",
    async run(context) {
      const { port, reported } = await serveTools(context, [QUICK]);
      const headers = { ...POST_HEADERS, "content-length": String(PING.length) };
      const slow: Connection[] = [];
      for (let at = 0; at < 20; at++) {
        const connection = await connectTo(port);
        connection.send({ headers });
        connection.write(PING.slice(0, 10));
        slow.push(connection);
      }
      await answersOthers(port);
      const [first, ...others] = slow;
      for (const connection of others) connection.close();
      await answersOthers(port);
      first!.write(PING.slice(10));
      const reply = await first!.reply();
      deepEqual([reply.status, JSON.parse(await reply.text()).result], [200, {}]);
      first!.close();
      deepEqual(reported, []);
    },
  },
  {
    name: "a request that is none, or breaks off in its head, is forgotten",
    async run(context) {
      const { port, reported } = await serveTools(context, [QUICK]);
      for (
        const bytes of ["\r\n\r\n", "HELLO\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00", "POST /mc"]
      ) {
        const connection = await connectTo(port);
        connection.write(bytes);
        connection.socket.end();
        await connection.ended();
        connection.close();
      }
      await answersOthers(port);
      deepEqual(reported, []);
    },
  },
  {
    name: "a body is waited for by a client that asks first",
    async run(context) {
      const { port } = await serveTools(context, [QUICK]);
      const connection = await connectTo(port);
      const length = String(PING.length);
      const headers = { ...POST_HEADERS, "content-length": length, expect: "100-continue" };
      const first = await connection.exchange({ headers });
      equal(first.status, 100);
      connection.write(PING);
      const reply = await connection.reply();
      deepEqual([reply.status, JSON.parse(await reply.text()).result], [200, {}]);
      connection.close();
    },
  },
  {
    name: "calls beyond those that run wait for their turn, and beyond the queue are told when",
    async run(context) {
      let running = 0;
      let most = 0;
      const gate = openGate();
      const held = defineTool({
        name: "held",
        async run() {
          most = Math.max(most, ++running);
          await gate.opened;
          running--;
          return "done";
        },
      });
      const limits = { calls: 2, queue: 3, slowMs: 20 };
      const { port } = await serveTools(context, [held], { limits });
      const session = await openSession(port);
      const calls = Array.from({ length: 5 }, () => session.send("tools/call", { name: "held" }));
      await Promise.all(calls);
      const refused = JSON.stringify(await session.call("held"));
      match(refused, /call again in 1000 ms/);
      deepEqual((await session.request("ping")).result, {});
      gate.open();
      for (const call of calls) {
        equal((await (await call).last()).result.content[0].text, "done");
      }
      equal(most, 2);
    },
  },
  {
    name: "sessions beyond their number are refused until one is over",
    async run(context) {
      const limits = { sessions: 3 };
      const { port } = await serveTools(context, [QUICK], { limits });
      const sessions = [await openSession(port), await openSession(port), await openSession(port)];
      const connection = await connectTo(port);
      const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: {} };
      const clientInfo = { name: "contract", version: "1" };
      const body = JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "initialize",
        params: { ...params, clientInfo },
      });
      const reply = await connection.exchange({ headers: POST_HEADERS, body });
      equal(reply.status, 503);
      ok(Number(reply.headers["retry-after"]) > 0);
      await reply.text();
      connection.close();
      equal(await sessions[0]!.end(), 204);
      await openSession(port);
    },
  },
  {
    name: "a session that nobody uses is over after its time",
    async run(context) {
      const limits = { sessionIdleMs: 50 };
      const { port } = await serveTools(context, [QUICK], { limits });
      const session = await openSession(port);
      await until(async () => {
        // Each look uses it; only a pause longer than its time ends it.
        await new Promise((resolve) => setTimeout(resolve, 250));
        const answer = await session.send("ping");
        answer.connection.close();
        return answer.status === 404;
      }, "the session is over");
    },
  },
];

/** Sees that the server still answers. */
async function answersOthers(port: number, tool = "quick"): Promise<void> {
  const { result } = await modernClient(port).call(tool);
  equal(result.isError, undefined);
}
