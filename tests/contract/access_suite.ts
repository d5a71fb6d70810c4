// Who may call the program under the runtime: tokens, hosts, origins, and what needs neither.

import { deepEqual, equal, match, ok } from "node:assert/strict";
import type { Case } from "./contract.ts";
import { connectTo, type RawRequest } from "./http_connection.ts";
import { MODERN, modernClient, openSession, POST_HEADERS } from "./mcp_client.ts";

const PING = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });

/** The cases. */
export const ACCESS_SUITE: readonly Case[] = [
  {
    name: "a token is asked for, and whoever gives another one is refused",
    async run({ start }) {
      const { port, stderr } = await start(["serve"], { env: { LMCP_TOKEN: "a-token" } });
      const headers = { ...POST_HEADERS, authorization: "Bearer a-token" };
      equal((await ask(port, { headers, body: PING })).status, 200);
      for (const authorization of [undefined, "Bearer a-toke", "Bearer ", "Basic a-token"]) {
        const given = authorization === undefined ? {} : { authorization };
        const refused = await ask(port, { headers: { ...POST_HEADERS, ...given }, body: PING });
        equal(refused.status, 401);
        match(refused.headers["www-authenticate"] ?? "", /^Bearer/);
        equal((await ask(port, { method: "GET", headers: given })).status, 401);
        equal((await ask(port, { method: "DELETE", headers: given })).status, 401);
      }
      const health = await ask(port, { method: "GET", path: "/healthz" });
      deepEqual([health.status, health.text], [200, "ok"]);
      ok(!stderr().includes("a-token"));
    },
  },
  {
    name: "a session belongs to the token that opened it, and a command never sees one",
    async run({ start, folder, runtime }) {
      const program = await start(["token", "--name", "one"]);
      const one = await text(program.stdout);
      await program.exited;
      const other = await start(["token", "--name", "two"]);
      const two = await text(other.stdout);
      await other.exited;
      const [tokenOne = "", lineOne = ""] = one.split("\n");
      const [tokenTwo = "", lineTwo = ""] = two.split("\n");
      const path = `${folder}/tokens`;
      const file = await runtime.files.open(path, { write: true, createNew: true, mode: 0o600 });
      await file.write(new TextEncoder().encode(`${lineOne}\n${lineTwo}\n`));
      file.close();
      const env = { SOME_LMCP: "kept" };
      const { port } = await start(["serve", "--tokens", path], { env });
      const session = await openSession(port, { headers: { authorization: `Bearer ${tokenOne}` } });
      const stranger = {
        ...POST_HEADERS,
        authorization: `Bearer ${tokenTwo}`,
        "mcp-session-id": session.id,
      };
      equal((await ask(port, { headers: stranger, body: PING })).status, 404);
      const { result } = await session.call("shell", { command: "env" });
      ok(!JSON.stringify(result).includes(tokenOne));
      const seen = await session.call("read_file", { path });
      equal(seen.result.isError, true);
    },
  },
  {
    name: "a Host or Origin that is not allowed is refused",
    async run({ start }) {
      const { port } = await start(["serve", "--allow-origin", "https://app.example"]);
      const cases: [{ [name: string]: string }, number][] = [
        [{ host: `localhost:${port}` }, 200],
        [{ host: `[::1]:${port}` }, 200],
        [{ host: "evil.example" }, 403],
        [{ host: "127.0.0.1.evil.example" }, 403],
        [{ origin: "https://evil.example" }, 403],
        [{ origin: "null" }, 403],
        [{ origin: `http://127.0.0.1:${port}` }, 200],
        [{ origin: "https://app.example" }, 200],
      ];
      for (const [headers, status] of cases) {
        const answer = await ask(port, { headers: { ...POST_HEADERS, ...headers }, body: PING });
        equal(answer.status, status, JSON.stringify(headers));
        const allowed = headers.origin === "https://app.example" ? headers.origin : undefined;
        equal(answer.headers["access-control-allow-origin"], allowed);
      }
      const preflight = await ask(port, {
        method: "OPTIONS",
        headers: { origin: "https://app.example", "access-control-request-method": "POST" },
      });
      equal(preflight.headers["access-control-allow-origin"], "https://app.example");
      match(preflight.headers["access-control-allow-headers"] ?? "", /authorization/i);
    },
  },
  {
    name: "a host that is not loopback is refused without a token",
    async run({ start }) {
      const program = await start(["doctor", "--help"]);
      deepEqual(await program.exited, { code: 0, signal: null });
      const refused = await start(["--host", "0.0.0.0", "--port", "0"]);
      deepEqual(await refused.exited, { code: 2, signal: null });
      match(refused.stderr(), /0\.0\.0\.0 is not loopback, so a token must be asked for/);
      const open = await start(["serve", "--host", "0.0.0.0"], { env: { LMCP_TOKEN: "a" } });
      const client = modernClient(open.port, { headers: { authorization: "Bearer a" } });
      equal((await client.call("ping")).result.content[0].text, "pong");
    },
  },
  {
    name: "a port that another program has is named with it, and bad options end with code 2",
    async run({ start }) {
      const { port } = await start(["serve"]);
      const second = await start(["--port", String(port)]);
      const { code } = await second.exited;
      ok(code === 1 || code === 2, String(code));
      match(second.stderr(), new RegExp(`${port}`));
      const unknown = await start(["--no-such-option"]);
      deepEqual(await unknown.exited, { code: 2, signal: null });
      match(unknown.stderr(), /^lmcp: .*--no-such-option/);
      ok(!/\.[tj]s:\d/.test(second.stderr() + unknown.stderr()));
    },
  },
  {
    name: "other methods are refused with those that are allowed",
    async run({ start }) {
      const { port } = await start(["serve"]);
      for (const method of ["PUT", "PATCH", "HEAD", "TRACE"]) {
        const { status, headers } = await ask(port, { method });
        equal(status, 405, method);
        match(headers["allow"] ?? "", /POST/);
      }
      const get = await ask(port, { method: "GET", headers: { "mcp-protocol-version": MODERN } });
      equal(get.status, 405);
    },
  },
];

async function ask(port: number, request: RawRequest) {
  const connection = await connectTo(port);
  const reply = await connection.exchange(request);
  const text = request.method === "HEAD" ? "" : await reply.text();
  connection.close();
  return { status: reply.status, headers: reply.headers, text };
}

async function text(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let all = "";
  for await (const bytes of stream) all += decoder.decode(bytes, { stream: true });
  return all;
}
