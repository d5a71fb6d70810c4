// How the answers of a handler leave the HTTP server of a runtime: as they come, with what belongs to
// them, and no faster than they are read.

import { deepEqual, equal, match, ok } from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Case } from "./contract.ts";
import { serveHandler, settled } from "./handler_served.ts";
import { connectTo, within } from "./http_connection.ts";
import { openGate } from "./served.ts";

/** The cases. */
export const HTTP_ANSWER_SUITE: readonly Case[] = [
  {
    name: "answers have their status, headers and length, with a body and without",
    async run(context) {
      const answers: { readonly [path: string]: () => Response } = {
        "/empty": () => new Response(null),
        "/accepted": () => new Response(null, { status: 202 }),
        "/none": () => new Response(null, { status: 204 }),
        "/text": () => new Response("text"),
        "/bytes": () => new Response(Uint8Array.of(0, 128, 255), { status: 418 }),
        "/large": () => new Response("é".repeat(500_000)),
        "/cookies": () => {
          const headers = new Headers({ "x-latin": "caf\xe9" });
          headers.append("set-cookie", "a=1");
          headers.append("set-cookie", "b=2");
          return new Response("text", { headers });
        },
      };
      const { port } = await serveHandler(context, ({ url }) => answers[new URL(url).pathname]!());
      const connection = await connectTo(port);
      const got: unknown[] = [];
      for (const path of ["/empty", "/accepted", "/none", "/text", "/bytes", "/large"]) {
        const { status, headers, text } = await connection.exchange({ method: "GET", path });
        got.push([status, headers["content-length"], (await text()).length]);
      }
      deepEqual(got, [
        [200, "0", 0],
        [202, "0", 0],
        [204, undefined, 0],
        [200, "4", 4],
        [418, "3", 3],
        [200, "1000000", 500_000],
      ]);
      connection.write("GET /cookies HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
      const parts: Uint8Array[] = [];
      connection.socket.on("data", (part) => parts.push(part));
      await connection.ended();
      const said = Buffer.concat(parts).toString("latin1");
      match(said, /^x-latin: caf\xe9\r$/mi);
      deepEqual(said.match(/^set-cookie: .*(?=\r$)/gmi), ["set-cookie: a=1", "set-cookie: b=2"]);
      const head = await connectTo(port);
      head.send({ method: "HEAD", path: "/text", headers: { connection: "close" } });
      equal((await head.reply()).status, 200);
      await head.ended();
    },
  },
  {
    name: "each piece of a stream leaves as it comes",
    async run(context) {
      // Bun sends the head with the first piece, so a stream had better begin with one.
      const steps = [openGate(), openGate(), openGate()];
      steps[0]!.open();
      const { port } = await serveHandler(context, () => {
        let at = 0;
        return new Response(
          new ReadableStream({
            async pull(controller) {
              const step = steps[at++];
              if (step === undefined) return controller.close();
              await step.opened;
              controller.enqueue(new TextEncoder().encode(`piece ${at}`));
            },
          }, { highWaterMark: 0 }),
        );
      });
      const connection = await connectTo(port);
      const reply = await connection.exchange({});
      equal(reply.headers["transfer-encoding"], "chunked");
      for (const [at, step] of steps.entries()) {
        step.open();
        equal(Buffer.from((await reply.read())!).toString(), `piece ${at + 1}`);
      }
      equal(await reply.read(), undefined);
      // The connection is good for more.
      equal((await connection.exchange({})).status, 200);
      connection.close();
    },
  },
  {
    name: "a stream is made no faster than its reader reads",
    async run(context) {
      const pieces = 640;
      let made = 0;
      const { port } = await serveHandler(context, () =>
        new Response(
          new ReadableStream({
            pull(controller) {
              if (made === pieces) return controller.close();
              made++;
              controller.enqueue(new Uint8Array(64 * 1024));
            },
          }, { highWaterMark: 0 }),
        ));
      const connection = await connectTo(port);
      connection.socket.pause();
      connection.send({});
      await settled(() => made);
      ok(made < pieces / 2, `${made} pieces were made though nobody reads`);
      connection.socket.resume();
      const reply = await connection.reply();
      let size = 0;
      for (let part = await reply.read(); part; part = await reply.read()) size += part.length;
      equal(size, pieces * 64 * 1024);
      connection.close();
    },
  },
  {
    name: "a client that sends on sees the answer that came early",
    async run(context) {
      const { port } = await serveHandler(context, () => new Response("too much", { status: 413 }));
      const size = 4 * 1024 * 1024;
      for (let n = 0; n < 5; n++) {
        const connection = await connectTo(port);
        connection.send({ headers: { "content-length": String(size) } });
        const reply = connection.reply();
        for (let at = 0; at < size; at += 65_536) connection.write(new Uint8Array(65_536));
        const { status, text } = await reply;
        deepEqual([status, await text()], [413, "too much"]);
        connection.close();
      }
    },
  },
  {
    name: "an answer ends where its client thinks, whatever length its handler gives",
    async run(context) {
      const said = (length: number) => ({ headers: { "content-length": String(length) } });
      const answers: { readonly [path: string]: () => Response } = {
        "/long": () => new Response("answer", said(3)),
        "/short": () => new Response("answer", said(30)),
        "/framed": () => new Response("answer", { headers: { "transfer-encoding": "chunked" } }),
        "/stream": () => new Response(pieces("ans", "wer"), said(6)),
        "/long-stream": () => new Response(pieces("ans", "wer"), said(4)),
        "/long-piece": () => new Response(pieces("answer", "more"), said(3)),
        "/short-stream": () => new Response(pieces("ans", "wer"), said(30)),
      };
      const { port } = await serveHandler(
        context,
        ({ url }) => answers[new URL(url).pathname]?.() ?? new Response("next"),
      );
      const got: unknown[] = [];
      for (const path of Object.keys(answers)) {
        const connection = await connectTo(port);
        const { headers, text } = await connection.exchange({ path });
        ok(headers["content-length"] === undefined || headers["transfer-encoding"] === undefined);
        const answer = await text().catch(() => "broken off");
        if (!path.startsWith("/long-") && !path.startsWith("/short-")) got.push(answer);
        // What comes next is the next answer, or nothing.
        const next = await connection.exchange({ path: "/next" }).catch(() => undefined);
        if (next !== undefined) equal(await next.text(), "next", path);
        connection.close();
      }
      deepEqual(got, ["answer", "answer", "answer", "answer"]);
    },
  },
  {
    name: "a body that is not made of bytes breaks off",
    async run(context) {
      const { port } = await serveHandler(context, ({ url }) =>
        new Response(
          new ReadableStream({
            async pull(controller) {
              if (url.endsWith("/late")) await new Promise((resolve) => setTimeout(resolve, 20));
              controller.enqueue(5 as unknown as Uint8Array);
              if (url.endsWith("/closed")) controller.close();
            },
          }, { highWaterMark: 0 }),
        ));
      for (const path of ["/now", "/late", "/closed"]) {
        const connection = await connectTo(port);
        connection.send({ path });
        await within(connection.ended(), `the end of ${path}`);
      }
    },
  },
  {
    name: "a handler that fails is a bare 500, and a body that fails breaks off",
    async run(context) {
      const { port, reported } = await serveHandler(context, ({ url }) => {
        if (url.endsWith("/later")) return Promise.reject(new Error("later"));
        if (url.endsWith("/body")) return new Response(failing());
        throw new Error("at once");
      });
      for (const path of ["/now", "/later"]) {
        const connection = await connectTo(port);
        const { status, text } = await connection.exchange({ path });
        deepEqual([status, await text()], [500, ""]);
        connection.close();
      }
      deepEqual(reported.map((error) => (error as Error).message), ["at once", "later"]);
      const connection = await connectTo(port);
      const reply = await connection.exchange({ path: "/body" });
      equal(Buffer.from((await reply.read())!).toString(), "begun");
      await within(connection.ended(), "the end of a connection whose body failed");
      equal(await (await (await connectTo(port)).exchange({ path: "/now" })).text(), "");
    },
  },
];

/** A stream of pieces, each of which leaves by itself. */
function pieces(...texts: readonly string[]): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    async pull(controller) {
      const text = texts[at++];
      if (text === undefined) return controller.close();
      await new Promise((resolve) => setTimeout(resolve, 10));
      controller.enqueue(new TextEncoder().encode(text));
    },
  }, { highWaterMark: 0 });
}

function failing(): ReadableStream<Uint8Array> {
  let pulls = 0;
  return new ReadableStream({
    async pull(controller) {
      if (pulls++ === 0) return controller.enqueue(new TextEncoder().encode("begun"));
      await new Promise((resolve) => setTimeout(resolve, 50));
      controller.error(new Error("the body fails"));
    },
  }, { highWaterMark: 0 });
}
