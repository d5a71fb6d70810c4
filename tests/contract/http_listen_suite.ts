// How the HTTP server of a runtime begins and ends: addresses that can be had and that cannot, TLS,
// and a close that lets out what was answered and ends all else.

import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect as connectTls } from "node:tls";
import { ListenError } from "../../src/runtime/runtime.ts";
import type { Case, Context } from "./contract.ts";
import { serveHandler } from "./handler_served.ts";
import { connectTo, within } from "./http_connection.ts";
import { until } from "./processes.ts";
import { openGate } from "./served.ts";

/** The cases. */
export const HTTP_LISTEN_SUITE: readonly Case[] = [
  {
    name: "serve() gives an address that clients can use for every kind of address",
    async run({ runtime }) {
      const hosts: string[] = [];
      for (const hostname of ["127.0.0.1", "0.0.0.0", "::", "::1", "localhost"]) {
        const listener = await runtime.serve(() => new Response("here"), options({ hostname }));
        equal(await (await fetch(listener.url)).text(), "here");
        hosts.push(new URL(listener.url).hostname);
        await listener.close();
      }
      deepEqual(hosts.slice(0, 4), ["127.0.0.1", "127.0.0.1", "[::1]", "[::1]"]);
    },
  },
  {
    name: "serve() says why an address cannot be had",
    async run(context) {
      const { runtime } = context;
      const { port } = await serveHandler(context, () => new Response("here"));
      const inUse = await refusal(context, { port });
      equal(inUse.code, "in_use");
      match(inUse.message, /^Cannot listen on 127\.0\.0\.1:\d+: the port is in use/);
      if (runtime.system().os === "linux") match(inUse.message, new RegExp(`pid ${runtime.pid}`));
      for (const hostname of ["192.0.2.77", "no-such-name.invalid"]) {
        const { code, message } = await refusal(context, { hostname });
        equal(code, "no_such_address", message);
      }
      const none = await refusal(context, { tls: { cert: "no", key: "no" } });
      equal(none.code, "other");
    },
  },
  {
    name: "serve() says that a key is not that of the certificate",
    async run(context) {
      const [one, other] = [certificate(context, "one"), certificate(context, "other")];
      if (one === undefined || other === undefined) return;
      const { code } = await refusal(context, { tls: { cert: one.cert, key: other.key } });
      equal(code, "other");
    },
  },
  {
    name: "serve() speaks TLS with a certificate",
    async run(context) {
      const tls = certificate(context);
      if (tls === undefined) return;
      const { port } = await serveHandler(context, ({ url }) => new Response(url), { tls });
      const socket = connectTls({ host: "127.0.0.1", port, ca: tls.cert });
      const said = new Promise<string>((resolve, reject) => {
        let text = "";
        socket.on("data", (bytes) => text += bytes).on("end", () => resolve(text));
        socket.on("error", reject);
      });
      socket.write(`GET /safe HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: close\r\n\r\n`);
      match(await within(said, "the answer"), new RegExp(`https://127.0.0.1:${port}/safe`));
      // What speaks no TLS harms nobody.
      const plain = await connectTo(port);
      plain.send({});
      await plain.ended();
      plain.close();
    },
  },
  {
    name: "close() waits for no client that never began to speak TLS",
    async run(context) {
      const tls = certificate(context);
      if (tls === undefined) return;
      const { port, close } = await serveHandler(context, () => new Response("here"), { tls });
      const silent = await connectTo(port);
      const begun = await connectTo(port);
      begun.write(Uint8Array.of(0x16, 3, 1, 0, 200, 1));
      await within(close(), "the close", 5_000);
      silent.close();
      begun.close();
    },
  },
  {
    name: "close() ends streams, calls and idle connections at once, and takes no more",
    async run(context) {
      const arrived = openGate();
      let cancelled = false;
      const { port, close } = await serveHandler(context, ({ url }) => {
        if (url.endsWith("/idle")) return new Response("idle");
        if (url.endsWith("/call")) {
          arrived.open();
          return new Promise<Response>(() => {});
        }
        return new Response(
          new ReadableStream({
            start: (controller) => controller.enqueue(new Uint8Array(1)),
            cancel: () => void (cancelled = true),
          }),
        );
      });
      // One that has never said anything Bun leaves to its time for headers.
      const [idle, stream, call] = await Promise.all(
        Array.from({ length: 3 }, () => connectTo(port)),
      );
      await (await idle!.exchange({ path: "/idle" })).text();
      await (await stream!.exchange({})).read();
      call!.send({ path: "/call" });
      await arrived.opened;
      const start = performance.now();
      await Promise.all([close(), close()]);
      ok(performance.now() - start < 2_000);
      for (const connection of [idle, stream, call]) {
        await connection!.ended();
        connection!.close();
      }
      await until(() => cancelled, "the stream is told");
      await rejects(connectTo(port));
    },
  },
  {
    name: "close() lets out the answers that were given before it",
    async run(context) {
      const size = 300_000;
      const arrived = openGate();
      const answers: (() => void)[] = [];
      const { port, close } = await serveHandler(context, async () => {
        await new Promise<void>((resolve) => {
          answers.push(resolve);
          if (answers.length === 8) arrived.open();
        });
        return new Response("x".repeat(size));
      });
      const connections = await Promise.all(Array.from({ length: 8 }, () => connectTo(port)));
      const sizes = connections.map(async (connection) =>
        (await (await connection.exchange({ body: "{}" })).text()).length
      );
      await arrived.opened;
      for (const answer of answers) answer();
      // As a server does that has waited for its handlers.
      await new Promise((resolve) => setTimeout(resolve, 0));
      await close();
      deepEqual(await Promise.all(sizes), connections.map(() => size));
      for (const connection of connections) connection.close();
    },
  },
];

function options(changes: { hostname?: string; port?: number; tls?: Tls }) {
  return { hostname: "127.0.0.1", port: 0, onError: () => undefined, ...changes };
}

async function refusal(
  { runtime }: Context,
  changes: { hostname?: string; port?: number; tls?: Tls },
): Promise<ListenError> {
  const failed = runtime.serve(() => new Response(), options(changes))
    .then(() => undefined, (error) => error);
  const error = await failed;
  ok(error instanceof ListenError, String(error));
  return error;
}

interface Tls {
  readonly cert: string;
  readonly key: string;
}

/** A certificate of 127.0.0.1; undefined where none can be made. */
function certificate({ folder, lacks }: Context, name = "any"): Tls | undefined {
  const [cert, key] = [`${folder}/${name}.cert.pem`, `${folder}/${name}.key.pem`];
  const args = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 " +
    "-subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 " +
    `-addext basicConstraints=CA:FALSE -keyout ${key} -out ${cert}`;
  try {
    execFileSync("openssl", args.split(" "), { stdio: "ignore" });
  } catch {
    lacks("openssl", false);
    return undefined;
  }
  return { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
}
