import { assert, assertEquals, assertRejects } from "@std/assert";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { nodeRequest } from "./node_request.ts";
import { type HttpRequest, RequestError } from "./http_request.ts";

type Respond = (request: IncomingMessage, response: ServerResponse) => void;

async function withServer(
  respond: Respond,
  body: (origin: string, server: Server) => Promise<void>,
) {
  const server = createServer(respond);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  try {
    await body(`http://127.0.0.1:${port}`, server);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

function wanted(url: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return {
    url: new URL(url),
    method: "GET",
    headers: {},
    signal: new AbortController().signal,
    allows: () => true,
    ...more,
  };
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of body) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

Deno.test("nodeRequest() sends method, headers and body, and gives status, headers and body", () =>
  withServer(async (request, response) => {
    let sent = "";
    for await (const chunk of request) sent += chunk;
    response.writeHead(201, { "x-two": ["a", "b"] });
    response.end(`${request.method} ${request.url} ${request.headers["x-one"]} ${sent}`);
  }, async (origin) => {
    const answer = await nodeRequest(wanted(`${origin}/p?q=1#hash`, {
      method: "PUT",
      headers: { "x-one": "1" },
      body: new TextEncoder().encode("bödy"),
    }));
    assertEquals(answer.status, 201);
    assertEquals(answer.headers.get("x-two"), "a, b");
    assertEquals(await textOf(answer.body), "PUT /p?q=1 1 bödy");
  }));

Deno.test("nodeRequest() connects to the address that was judged, and asks for it once", () =>
  withServer((request, response) => {
    response.end(`${request.headers.host} on ${request.socket.localAddress}`);
  }, async (origin) => {
    const { port } = new URL(origin);
    const judged: string[] = [];
    let asked = 0;
    // A name that changes its address after the first look-up, as in DNS rebinding.
    const resolve = () =>
      Promise.resolve(++asked === 1 ? ["10.9.9.9", "127.0.0.1"] : ["127.0.0.2"]);
    const { body } = await nodeRequest(wanted(`http://flips.test:${port}/`, {
      resolve,
      allows: (address) => judged.push(address) > 0 && address === "127.0.0.1",
    }));
    assertEquals(await textOf(body), `flips.test:${port} on 127.0.0.1`);
    assertEquals(judged, ["10.9.9.9", "127.0.0.1"]);
    assertEquals(asked, 1);
  }));

Deno.test("nodeRequest() connects to nothing when no address is allowed, literal ones included", () =>
  withServer((_request, response) => void response.end("no"), async (origin, server) => {
    let connections = 0;
    server.on("connection", () => connections++);
    const { port } = new URL(origin);
    for (const host of ["127.0.0.1", "[::ffff:127.0.0.1]", "localhost"]) {
      const error = await assertRejects(
        () => nodeRequest(wanted(`http://${host}:${port}/`, { allows: () => false })),
        RequestError,
      );
      assertEquals(error.code, "not_allowed");
      assert(error.addresses.length > 0);
    }
    assertEquals(connections, 0);
  }));

Deno.test("nodeRequest() undoes gzip, deflate, br and one after the other", () => {
  const text = "a text of a kind ".repeat(1_000);
  const bodies: { [name: string]: Uint8Array } = {
    gzip: gzipSync(text),
    deflate: deflateSync(text),
    br: brotliCompressSync(text),
    "deflate, gzip": gzipSync(deflateSync(text)),
    identity: new TextEncoder().encode(text),
  };
  return withServer((request, response) => {
    const encoding = decodeURIComponent(request.url!.slice(1));
    response.setHeader("content-encoding", encoding);
    response.end(request.method === "HEAD" ? undefined : bodies[encoding]);
  }, async (origin) => {
    for (const encoding of Object.keys(bodies)) {
      const url = `${origin}/${encodeURIComponent(encoding)}`;
      assertEquals(await textOf((await nodeRequest(wanted(url))).body), text, encoding);
      const head = await nodeRequest(wanted(url, { method: "HEAD" }));
      assertEquals(await textOf(head.body), "", encoding);
    }
    for (const unknown of ["zstd", "gzip, gzip, gzip", "__proto__"]) {
      bodies[unknown] = new Uint8Array(3);
      const url = `${origin}/${encodeURIComponent(unknown)}`;
      await assertRejects(() => nodeRequest(wanted(url)), RequestError, "content encoding");
    }
    bodies.gzip = new TextEncoder().encode("this is no gzip at all");
    const { body } = await nodeRequest(wanted(`${origin}/gzip`));
    await assertRejects(() => textOf(body), RequestError, "compression of its answer is broken");
  });
});

Deno.test("nodeRequest() reads no more of a bomb than its reader takes", () => {
  let sent = 0;
  const chunk = gzipSync(new Uint8Array(16 * 1024 * 1024));
  return withServer((_request, response) => {
    response.setHeader("content-encoding", "gzip");
    const feed = () => {
      while (!response.destroyed && (sent += chunk.length) && response.write(chunk));
    };
    response.on("drain", feed);
    feed();
  }, async (origin) => {
    const { body } = await nodeRequest(wanted(origin));
    let length = 0;
    for await (const piece of body) {
      length += piece.length;
      if (length >= 1_000_000) break;
    }
    assert(length < 2_000_000, `${length} bytes came`);
    assert(sent < 50 * 1024 * 1024, `${sent} bytes were sent`);
  });
});

Deno.test("nodeRequest() ends at once when aborted: looking up, waiting, and reading", () => {
  const closed: (() => void)[] = [];
  return withServer((request, response) => {
    response.on("close", () => closed.shift()?.());
    if (request.url === "/reading") response.write("first");
  }, async (origin) => {
    const { port } = new URL(origin);
    for (const place of ["looking", "waiting", "reading"]) {
      const gone = place === "looking" ? undefined : new Promise<void>((done) => closed.push(done));
      const controller = new AbortController();
      const resolve = () => new Promise<string[]>(() => undefined);
      const url = place === "looking" ? `http://slow.test:${port}/` : `${origin}/${place}`;
      const run = async () => {
        const { signal } = controller;
        const { body } = await nodeRequest(wanted(url, { signal, resolve }));
        for await (const _ of body) controller.abort(new Error("enough"));
      };
      if (place !== "reading") setTimeout(() => controller.abort(new Error("enough")), 20);
      const started = performance.now();
      await assertRejects(run, Error, "enough");
      assert(performance.now() - started < 1_000, place);
      await gone;
    }
    // At any moment before the answer, too: each turn of the event loop is one.
    for (let turns = 0; turns < 30; turns++) {
      const controller = new AbortController();
      const running = nodeRequest(wanted(`${origin}/waiting`, { signal: controller.signal }));
      const ended = assertRejects(() => running, Error, "enough");
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      controller.abort(new Error("enough"));
      await ended;
    }
    const signal = AbortSignal.abort(new Error("before"));
    await assertRejects(() => nodeRequest(wanted(origin, { signal })), Error, "before");
  });
});

Deno.test("nodeRequest() says what failed", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const said = async (answer: string): Promise<string> => {
    const served = listener.accept().then(async (connection) => {
      await connection.read(new Uint8Array(1_000));
      await connection.write(new TextEncoder().encode(answer));
      connection.close();
    });
    const error = await assertRejects(async () => {
      await textOf((await nodeRequest(wanted(`http://127.0.0.1:${port}`))).body);
    }, RequestError);
    await served;
    return error.code;
  };
  assertEquals(await said("SSH-2.0-OpenSSH_9\r\n\r\n"), "bad_answer");
  assertEquals(await said(""), "closed");
  assertEquals(await said("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), "closed");
  assertEquals(await said(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(70_000)}\r\n\r\n`), "bad_answer");
  listener.close();
  const refused = await assertRejects(
    () => nodeRequest(wanted(`http://127.0.0.1:${port}`)),
    RequestError,
  );
  assertEquals([refused.code, refused.message], ["unreachable", "nothing listens there"]);
  const unnamed = await assertRejects(
    () => nodeRequest(wanted("http://no.such.name.invalid")),
    RequestError,
  );
  assertEquals(unnamed.code, "not_found");
});

Deno.test("nodeRequest() uses no proxy of the environment", () =>
  withServer(
    (_request, response) => void response.end("direct"),
    (origin) =>
      withServer((_request, response) => void response.end("proxy"), async (proxy) => {
        const script = `
        const { nodeRequest } = await import(${
          JSON.stringify(import.meta.resolve("./node_request.ts"))
        });
        const { body } = await nodeRequest({ url: new URL(Deno.args[0]), method: "GET", headers: {},
          signal: new AbortController().signal, allows: () => true });
        for await (const chunk of body) await Deno.stdout.write(chunk);`;
        const { stdout } = await new Deno.Command(Deno.execPath(), {
          args: ["eval", "--no-lock", script, origin],
          env: { HTTP_PROXY: proxy, http_proxy: proxy, ALL_PROXY: proxy, NODE_USE_ENV_PROXY: "1" },
        }).output();
        assertEquals(new TextDecoder().decode(stdout), "direct");
      }),
  ));
