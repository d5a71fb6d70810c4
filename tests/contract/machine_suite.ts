// What the machine is, who listens on its ports, digests, and requests to others.

import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import process from "node:process";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { type HttpRequest, RequestError } from "../../src/runtime/http_request.ts";
import type { Case, Context } from "./contract.ts";
import { within } from "./http_connection.ts";

const LINUX = process.platform === "linux";

/** The cases. */
export const MACHINE_SUITE: readonly Case[] = [
  {
    name: "system() tells what the machine is, in the same words",
    run({ runtime, lacks }) {
      const facts = runtime.system();
      match(facts.os, /^(linux|darwin|windows)$/);
      match(facts.arch, /^(x86_64|aarch64)$/);
      equal(facts.uid, process.getuid?.());
      deepEqual([facts.runtime.name, typeof facts.runtime.version], [runtime.name, "string"]);
      match(facts.runtime.version, /^\d+\.\d+\.\d+/);
      ok(facts.cpus >= 1 && facts.loadavg?.length === 3);
      ok(facts.memory!.available > 0 && facts.memory!.available <= facts.memory!.total);
      const loopback = facts.addresses.find(({ address }) => address === "127.0.0.1");
      deepEqual([loopback?.family, loopback?.internal], ["IPv4", true]);
      if (lacks("/proc, so Linux", LINUX)) return Promise.resolve();
      equal(facts.kernel, readFileSync("/proc/sys/kernel/osrelease", "utf8").trim());
      equal(facts.hostname, readFileSync("/proc/sys/kernel/hostname", "utf8").trim());
      const uptime = parseFloat(readFileSync("/proc/uptime", "utf8"));
      ok(Math.abs(facts.uptimeS! - uptime) < 60, `${facts.uptimeS} s, not ${uptime}`);
      const meminfo = readFileSync("/proc/meminfo", "utf8");
      equal(facts.memory!.total, Number(/^MemTotal:\s+(\d+)/.exec(meminfo)?.[1]) * 1024);
      const available = Number(/^MemAvailable:\s+(\d+)/m.exec(meminfo)?.[1]) * 1024;
      ok(Math.abs(facts.memory!.available - available) < facts.memory!.total / 4);
      return Promise.resolve();
    },
  },
  {
    name: "portHolder() finds the program that listens on a port",
    async run(context) {
      if (context.lacks("/proc, so Linux", LINUX)) return;
      const { runtime } = context;
      const port = await listen(context, createTcpServer());
      const name = readFileSync("/proc/self/comm", "utf8").trim();
      deepEqual(runtime.portHolder(port), { pid: runtime.pid, name });
      equal(runtime.portHolder(1), undefined);
    },
  },
  {
    name: "hasher() digests what comes bit by bit",
    async run({ runtime }) {
      const bytes = crypto.getRandomValues(new Uint8Array(60_000));
      const hasher = await runtime.hasher();
      for (let at = 0; at < bytes.length; at += 7_001) {
        hasher.update(bytes.subarray(at, at + 7_001));
      }
      equal(hasher.digest(), createHash("sha256").update(bytes).digest("hex"));
    },
  },
  {
    name: "request() sends method, headers and body, and gives status, headers and body",
    async run(context) {
      const origin = await serve(context, async (request, response) => {
        let body = "";
        for await (const chunk of request) body += chunk;
        const { method, url, headers } = request;
        response.writeHead(299, { "x-two": ["a", "b"], "content-type": "application/json" });
        response.end(JSON.stringify([method, url, headers["x-one"], headers.host, body]));
      });
      const { status, headers, body } = await ask(context, `${origin}/p?q=1#f`, {
        method: "PUT",
        headers: { "x-one": "1" },
        body: new TextEncoder().encode("Zoë"),
      });
      deepEqual([status, headers.get("x-two")], [299, "a, b"]);
      deepEqual(JSON.parse(await textOf(body)), ["PUT", "/p?q=1", "1", origin.slice(7), "Zoë"]);
    },
  },
  {
    name: "request() undoes gzip, deflate and br, in plain byte arrays",
    async run(context) {
      const packers: { [name: string]: (text: string) => Uint8Array } = {
        gzip: gzipSync,
        deflate: deflateSync,
        br: brotliCompressSync,
      };
      const origin = await serve(context, (request, response) => {
        const name = request.url!.slice(1);
        response.writeHead(200, { "content-encoding": name }).end(packers[name]!("unpacked"));
      });
      for (const name of Object.keys(packers)) {
        const { body } = await ask(context, `${origin}/${name}`);
        for await (const chunk of body) {
          equal(Object.getPrototypeOf(chunk), Uint8Array.prototype);
          equal(new TextDecoder().decode(chunk), "unpacked");
        }
      }
    },
  },
  {
    name: "request() connects to the addresses that were allowed alone",
    async run(context) {
      const origin = await serve(context, (_request, response) => void response.end("here"));
      const { port } = new URL(origin);
      const judged: string[] = [];
      const allows = (address: string) => judged.push(address) > 0 && address === "127.0.0.1";
      const resolve = () => Promise.resolve(["10.255.255.1", "127.0.0.1"]);
      const { body } = await ask(context, `http://name.test:${port}/`, { allows, resolve });
      equal(await textOf(body), "here");
      deepEqual(judged, ["10.255.255.1", "127.0.0.1"]);
      equal((await failed(context, origin, { allows: () => false })).code, "not_allowed");
    },
  },
  {
    name: "request() ends at once when aborted, waiting and reading",
    async run(context) {
      const gone: (() => void)[] = [];
      const origin = await serve(context, (request, response) => {
        response.on("close", () => gone.shift()?.());
        if (request.url === "/reading") response.write("first");
      });
      for (const place of ["waiting", "reading"]) {
        const closed = new Promise<void>((resolve) => gone.push(resolve));
        const controller = new AbortController();
        const reason = new Error("enough");
        const run = async () => {
          const { signal } = controller;
          const { body } = await ask(context, `${origin}/${place}`, { signal });
          for await (const _ of body) controller.abort(reason);
        };
        if (place === "waiting") setTimeout(() => controller.abort(reason), 20);
        await within(rejects(run, reason), "the end of a request");
        await within(closed, "the end of its connection");
      }
    },
  },
  {
    name: "request() says what failed",
    async run(context) {
      const answers = [
        ["SSH-2.0-OpenSSH_9\r\n\r\n", "bad_answer"],
        ["", "closed"],
        ["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "closed"],
        [`HTTP/1.1 200 OK\r\nx: ${"y".repeat(70_000)}\r\n\r\n`, "bad_answer"],
        [
          "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnone",
          "bad_answer",
        ],
        ["HTTP/1.1 200 OK\r\nContent-Encoding: zip\r\nContent-Length: 0\r\n\r\n", "bad_answer"],
      ] as const;
      let answer = "";
      const server = createTcpServer((socket) => {
        socket.on("error", () => undefined);
        socket.once("data", () => socket.end(answer));
      });
      const origin = `http://127.0.0.1:${await listen(context, server)}`;
      for (const [said, code] of answers) {
        answer = said;
        equal((await failed(context, origin)).code, code, said.slice(0, 80));
      }
      await new Promise((resolve) => server.close(resolve));
      const refused = await failed(context, origin);
      deepEqual([refused.code, refused.message], ["unreachable", "nothing listens there"]);
      equal((await failed(context, "http://no.such.name.invalid")).code, "not_found");
    },
  },
  {
    name: "request() trusts no certificate that nobody vouches for",
    async run(context) {
      if (context.lacks("openssl", hasOpenssl())) return;
      const [key, cert] = [`${context.folder}/key`, `${context.folder}/cert`];
      const args = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
      const rest = ["-nodes", "-subj", "/CN=127.0.0.1", "-keyout", key, "-out", cert];
      execFileSync("openssl", [...args, ...rest], { stdio: "ignore" });
      const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) });
      const port = await listen(context, server);
      equal((await failed(context, `https://127.0.0.1:${port}/`)).code, "untrusted");
    },
  },
];

type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

async function serve(context: Context, answer: Answer): Promise<string> {
  const server = createServer(answer);
  const port = await listen(context, server);
  context.after(() => server.closeAllConnections());
  return `http://127.0.0.1:${port}`;
}

async function listen({ after }: Context, server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  after(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function ask({ runtime }: Context, url: string, options: Partial<HttpRequest> = {}) {
  return await runtime.request({
    url: new URL(url),
    method: "GET",
    headers: {},
    signal: AbortSignal.timeout(20_000),
    allows: () => true,
    ...options,
  });
}

/** How a request fails that must. */
async function failed(
  context: Context,
  url: string,
  options: Partial<HttpRequest> = {},
): Promise<RequestError> {
  const outcome = await ask(context, url, options).then(({ body }) => textOf(body)).catch(
    (error) => error,
  );
  ok(outcome instanceof RequestError, String(outcome));
  return outcome;
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of body) text += decoder.decode(chunk, { stream: true });
  return text;
}

function hasOpenssl(): boolean {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
