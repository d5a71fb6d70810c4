// What a handler is given by the HTTP server of a runtime: a Web request, whole, read as it likes;
// and what is no request and reaches none.

import { deepEqual, equal, match, ok } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { inspect } from "node:util";
import type { Case } from "./contract.ts";
import { serveHandler, settled } from "./handler_served.ts";
import { connectTo, within } from "./http_connection.ts";
import { openGate } from "./served.ts";

/** The cases. */
export const HTTP_REQUEST_SUITE: readonly Case[] = [
  {
    name: "a handler is given method, address and headers",
    async run(context) {
      // Deno's request is good for as long as it is answered, so the handler looks at it.
      const { port, reported } = await serveHandler(context, async (request) => {
        ok(request instanceof Request);
        equal(request.method, "DELETE");
        equal(request.url, `http://localhost:${port}/a//b%20c?d=1`);
        const { headers } = request;
        equal(headers.get("X-Twice"), "one, two");
        // Whoever reads the first of two would trust another than who reads the last.
        equal(headers.get("authorization"), "Bearer a, Bearer b");
        equal(headers.get("x-latin"), "caf\xe9");
        equal(headers.get("Constructor"), "built");
        deepEqual([headers.get("toString"), headers.has("valueOf")], [null, false]);
        deepEqual([headers.has("x-LATIN"), headers.has("x-none")], [true, false]);
        const names = ["authorization", "constructor", "host", "x-latin", "x-twice"];
        deepEqual([...headers].map(([name]) => name), names);
        deepEqual([...headers.keys()], names);
        const told: string[] = [];
        headers.forEach((value, name) => told.push(`${name}=${value}`));
        equal(told[3], "x-latin=caf\xe9");
        ok(headers instanceof Headers);
        const copy = new Headers(headers);
        copy.set("x-more", "three");
        equal(new Request("http://a/", { headers: copy }).headers.get("x-twice"), "one, two");
        equal(new Request("http://a/", { headers }).headers.get("x-latin"), "caf\xe9");
        match(inspect(headers), /Headers \{/);
        equal(request.bodyUsed, false);
        equal(await request.text(), "");
        return new Response("all as it was sent");
      });
      const head = [
        "DELETE /a//b%20c?d=1 HTTP/1.1",
        `Host: localhost:${port}`,
        "X-Twice: one",
        "x-twice: two",
        "Authorization: Bearer a",
        "Authorization: Bearer b",
        "X-Latin: caf\xe9",
        "constructor: built",
      ];
      const connection = await connectTo(port);
      connection.write(Buffer.from(`${head.join("\r\n")}\r\n\r\n`, "latin1"));
      const answer = await (await connection.reply()).text();
      deepEqual([answer, reported], ["all as it was sent", []]);
      connection.close();
    },
  },
  {
    name: "an address is whole, whatever the client calls the server",
    async run(context) {
      const { port } = await serveHandler(context, async (request) => {
        const { protocol, host, pathname } = new URL(request.url);
        return Response.json([protocol, host !== "", pathname, await request.text()]);
      });
      const heads = [
        ["POST /a?b HTTP/1.0"],
        ["POST /a HTTP/1.1", "Host:"],
        ["POST /a HTTP/1.1", "Host: a@b"],
        [`POST http://127.0.0.1:${port}/a HTTP/1.1`, "Host: localhost"],
        ["OPTIONS * HTTP/1.1", "Host: localhost"],
      ];
      for (const head of heads) {
        const connection = await connectTo(port);
        connection.write(`${head.join("\r\n")}\r\nContent-Length: 4\r\n\r\nbody`);
        const { status, text } = await connection.reply();
        // Some runtimes take no question about no address.
        const isStar = head[0]!.startsWith("OPTIONS *");
        if (status !== 200 && isStar) equal(status, 400);
        else deepEqual(JSON.parse(await text()), ["http:", true, isStar ? "/*" : "/a", "body"]);
        connection.close();
      }
    },
  },
  {
    name: "a handler reads a body as text, JSON, bytes, a stream, or twice by a clone",
    async run(context) {
      const { port } = await serveHandler(context, async (request) => {
        switch (new URL(request.url).pathname) {
          case "/text": {
            const text = await request.text();
            const again = await request.text().then(() => "read twice", () => "once");
            return new Response(`${text} ${again} ${request.bodyUsed}`);
          }
          case "/json":
            return Response.json((await request.json()).a);
          case "/bytes":
            return new Response(await request.arrayBuffer());
          case "/stream":
            return new Response(request.body);
          default: {
            const copy = request.clone();
            return new Response(`${await copy.text()} ${copy.method} ${await request.text()}`);
          }
        }
      });
      const answers: string[] = [];
      for (const path of ["/text", "/json", "/bytes", "/stream", "/clone"]) {
        const body = path === "/json" ? '{"a": "é"}' : "\ufeffé🎉";
        const connection = await connectTo(port);
        connection.send({ path, headers: { "transfer-encoding": "chunked" } });
        // In the middle of characters.
        for (const byte of Buffer.from(body)) {
          connection.write(Buffer.from([49, 13, 10, byte, 13, 10]));
        }
        connection.write("0\r\n\r\n");
        answers.push(await (await connection.reply()).text());
        const declared = await connection.exchange({ path, body });
        equal(await declared.text(), answers.at(-1));
        connection.close();
      }
      const marked = "\ufeffé🎉";
      deepEqual(answers, ["é🎉 once true", '"é"', marked, marked, "é🎉 POST é🎉"]);
    },
  },
  {
    name: "one connection carries many exchanges",
    async run(context) {
      const { port } = await serveHandler(context, async (request) => {
        return new Response(await request.text());
      });
      const connection = await connectTo(port);
      for (let n = 0; n < 50; n++) {
        const reply = await connection.exchange({ body: `call ${n}` });
        equal(await reply.text(), `call ${n}`);
        equal(reply.headers["content-length"], String(`call ${n}`.length));
      }
      connection.close();
    },
  },
  {
    name: "requests sent ahead of their answers are answered in order, or not at all",
    async run(context) {
      const { port } = await serveHandler(context, async (request) => {
        const text = await request.text();
        // Later ones are done sooner.
        if (text === "0") await new Promise((resolve) => setTimeout(resolve, 20));
        return new Response(text);
      });
      const connection = await connectTo(port);
      for (let n = 0; n < 5; n++) connection.send({ body: String(n) });
      const answers: string[] = [];
      try {
        while (answers.length < 5) answers.push(await (await connection.reply()).text());
      } catch (error) {
        // Bun closes the connection; clients know that they may not rely on it.
        match((error as Error).message, /^The connection ended/);
      }
      deepEqual(answers, ["0", "1", "2", "3", "4"].slice(0, answers.length));
      connection.close();
      const gone = openGate();
      const cancelled = openGate();
      const held = await serveHandler(context, (request) => {
        request.signal.addEventListener("abort", cancelled.open);
        gone.open();
        return new Promise(() => {});
      });
      const leaving = await connectTo(held.port);
      for (let n = 0; n < 5; n++) leaving.send({ body: String(n) });
      await gone.opened;
      leaving.close();
      await within(cancelled.opened, "the handler knows");
    },
  },
  {
    name: "a body is taken no faster than its handler reads",
    async run(context) {
      const gate = openGate();
      const { port } = await serveHandler(context, async (request) => {
        const reader = request.body!.getReader();
        await reader.read();
        await gate.opened;
        let size = 0;
        for (let next = await reader.read(); !next.done; next = await reader.read()) {
          size += next.value.length;
        }
        return new Response(size > 1_000_000 ? "all" : `only ${size}`);
      });
      const connection = await connectTo(port);
      const size = 64 * 1024 * 1024;
      connection.send({ headers: { "content-length": String(size) } });
      connection.write(new Uint8Array(size));
      await settled(() => connection.socket.bytesWritten - connection.socket.writableLength);
      ok(connection.socket.writableLength > size / 2, "the server took a body that nobody read");
      gate.open();
      equal(await (await connection.reply()).text(), "all");
      connection.close();
    },
  },
  {
    name: "a client that asks before it sends its body is told to go on, or why not",
    async run(context) {
      const { port } = await serveHandler(
        context,
        async (request) =>
          request.url.endsWith("/no")
            ? new Response("no", { status: 403 })
            : new Response(await request.text()),
      );
      const headers = { expect: "100-continue", "content-length": "4" };
      const going = await connectTo(port);
      const goOn = await going.exchange({ headers });
      equal(goOn.status, 100);
      going.write("body");
      equal(await (await going.reply()).text(), "body");
      going.close();
      const refused = await connectTo(port);
      // Some runtimes ask for the body whatever comes of it.
      let reply = await refused.exchange({ path: "/no", headers });
      if (reply.status === 100) reply = await refused.reply();
      deepEqual([reply.status, await reply.text()], [403, "no"]);
      refused.close();
    },
  },
  {
    name: "what is no HTTP is refused, and the server goes on",
    async run(context) {
      const { port } = await serveHandler(context, () => new Response("here"));
      const hostile: readonly (readonly [string, readonly number[]])[] = [
        ["SSH-2.0-OpenSSH_9\r\n\r\n", [400]],
        ["GET / HTTP/1.1\r\nhost: a\r\nno colon\r\n\r\n", [400]],
        ["POST / HTTP/1.1\r\nhost: a\r\ncontent-length: x\r\n\r\n", [400]],
        ["POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab", [400]],
        [`GET / HTTP/1.1\r\nhost: a\r\nx: ${"y".repeat(600_000)}\r\n\r\n`, [400, 431]],
      ];
      for (const [bytes, statuses] of hostile) {
        const connection = await connectTo(port);
        connection.write(bytes);
        // One that closes without a word has refused as well.
        const status = await connection.reply().then(({ status }) => status, () => 400);
        ok(statuses.includes(status), `${status} for ${bytes.slice(0, 60)}`);
        connection.close();
      }
      const connection = await connectTo(port);
      equal(await (await connection.exchange({})).text(), "here");
      connection.close();
    },
  },
];
