// That no client holds a connection for ever by sending slowly: header sections, bodies and idle
// connections have their times, and streams and calls are not cut by them. On Deno with the option
// that asks for it (`boundSlowClients`).

import { deepEqual, equal, match, ok } from "node:assert/strict";
import { createHandler, createServer } from "../../mod.ts";
import type { Case } from "./contract.ts";
import { serveHandler } from "./handler_served.ts";
import { type Connection, connectTo } from "./http_connection.ts";
import { modernClient } from "./mcp_client.ts";

/** Short times, so that a case is. Bun has its own for headers, which is 10 to 13 s. */
const TIMES = { headersMs: 300, idleMs: 1_000, boundSlowClients: true };
const HEAD = "POST /mcp HTTP/1.1\r\nhost: 127.0.0.1\r\n";

/** The cases. */
export const SLOW_CLIENT_SUITE: readonly Case[] = [
  {
    name: "a client that says nothing, or does not end its headers, loses its connection",
    async run(context) {
      let calls = 0;
      const handler = () => {
        calls++;
        return new Response();
      };
      const { port } = await serveHandler(context, handler, TIMES);
      const [silent, stalled, trickling] = await Promise.all(
        Array.from({ length: 3 }, () => connectTo(port)),
      );
      stalled!.write(HEAD);
      trickling!.write(`${HEAD}x: `);
      const drip = dripOn(trickling!);
      await Promise.all([silent!.ended(), stalled!.ended(), trickling!.ended()]);
      drip.stop();
      equal(calls, 0);
      for (const connection of [silent, stalled, trickling]) connection!.close();
    },
  },
  {
    name: "a body that trickles in is given up, and the connection with it",
    async run(context) {
      const core = createServer({ name: "contract", version: "1.0.0" });
      const handler = createHandler(core, { limits: { bodyMs: 200 } });
      context.after(() => handler.close());
      const { port } = await serveHandler(context, handler, TIMES);
      for (const framing of ["content-length: 100000", "transfer-encoding: chunked"]) {
        const connection = await connectTo(port);
        connection.write(`${HEAD}content-type: application/json\r\n${framing}\r\n\r\n`);
        const drip = dripOn(connection, framing.includes("chunked") ? "1\r\n \r\n" : " ");
        const start = performance.now();
        const reply = await connection.reply();
        equal(reply.status, 408);
        match(await reply.text(), /Request timeout: a body must come within 200 ms/);
        ok(performance.now() - start >= 190);
        await connection.ended();
        drip.stop();
        connection.close();
      }
    },
  },
  {
    name: "an idle connection is closed, and neither a stream nor a call that says nothing is",
    async run(context) {
      const streams: ReadableStreamDefaultController[] = [];
      const calls: ((answer: Response) => void)[] = [];
      const { port } = await serveHandler(context, ({ url }) => {
        if (url.endsWith("/idle")) return new Response("idle");
        if (url.endsWith("/call")) return new Promise((resolve) => calls.push(resolve));
        const body = new ReadableStream({
          start(controller) {
            streams.push(controller);
            controller.enqueue(new TextEncoder().encode(":\n\n"));
          },
        });
        return new Response(body, { headers: { "content-type": "text/event-stream" } });
      }, TIMES);
      const [idle, stream, call] = await Promise.all(
        Array.from({ length: 3 }, () => connectTo(port)),
      );
      const events = await stream!.exchange({});
      await events.read();
      call!.send({ path: "/call", body: "{}" });
      const answer = call!.reply();
      equal(await (await idle!.exchange({ path: "/idle", body: "{}" })).text(), "idle");
      const start = performance.now();
      await idle!.ended();
      ok(performance.now() - start > 500);
      // Both have been silent for longer than that.
      streams[0]!.enqueue(new TextEncoder().encode("data: late\n\n"));
      equal(new TextDecoder().decode(await events.read()), "data: late\n\n");
      calls[0]!(new Response("late"));
      deepEqual([(await answer).status, await (await answer).text()], [200, "late"]);
      for (const connection of [idle, stream, call]) connection!.close();
    },
  },
  {
    name: "the program serves with such times where it is asked to",
    async run({ start }) {
      const program = await start(["serve", "--bound-slow-clients"]);
      const client = modernClient(program.port);
      for (let n = 0; n < 3; n++) {
        equal((await client.call("ping")).result.content[0].text, "pong");
      }
      const { result } = await client.call("shell", { command: "echo there" });
      match(result.content[0].text, /there/);
      program.kill("SIGTERM");
      deepEqual(await program.exited, { code: 0, signal: null });
    },
  },
];

/** Goes on sending a little, for as long as the connection takes it. */
function dripOn(connection: Connection, drop = "y"): { stop(): void } {
  const timer = setInterval(() => connection.write(drop), 50);
  return { stop: () => clearInterval(timer) };
}
