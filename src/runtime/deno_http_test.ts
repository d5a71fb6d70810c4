// Tests of the HTTP server, over real sockets.

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { serveDeno } from "./deno_http.ts";
import { openDeno } from "./deno.ts";
import { ListenError } from "./runtime.ts";

const LOOPBACK = { hostname: "127.0.0.1", port: 0, onError: unexpected };

function unexpected(error: unknown): never {
  throw error;
}

Deno.test("serve() picks a port, answers, and stops listening when closed", async () => {
  const listener = await openDeno().serve((request) => new Response(request.url), LOOPBACK);
  assertMatch(listener.url, /^http:\/\/127\.0\.0\.1:\d+$/);
  const answer = await fetch(`${listener.url}/x`);
  assertEquals(await answer.text(), `${listener.url}/x`);
  await listener.close();
  await listener.close();
  await assertRejects(() => fetch(listener.url));
});

Deno.test("close() ends an open stream and a call in flight at once", async () => {
  let cancelled = false;
  const arrived = gate();
  const listener = serveDeno((request) => {
    if (request.url.endsWith("/call")) {
      arrived.open();
      return new Promise<Response>(() => {});
    }
    const first = new TextEncoder().encode("data: 1\n\n");
    return new Response(
      new ReadableStream({
        start: (controller) => controller.enqueue(first),
        cancel: () => {
          cancelled = true;
        },
      }),
    );
  }, LOOPBACK);
  const stream = (await fetch(listener.url)).body!.getReader();
  await stream.read();
  const call = assertRejects(() => fetch(`${listener.url}/call`));
  await arrived.opened;
  const start = performance.now();
  await listener.close();
  assert(performance.now() - start < 1_000, "close() must not wait for streams");
  assert(cancelled, "the stream must be told");
  await call;
  await stream.read().catch(() => undefined);
});

function gate(): { open: () => void; opened: Promise<void> } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

Deno.test("serve() answers a bare 500 for a handler's error, and tells of it", async () => {
  const errors: unknown[] = [];
  const listener = serveDeno((request) => {
    if (request.url.endsWith("/later")) return Promise.reject(new Error("later"));
    throw new Error("at once");
  }, { ...LOOPBACK, onError: (error) => errors.push(error) });
  for (const path of ["/now", "/later"]) {
    const answer = await fetch(listener.url + path);
    assertEquals([answer.status, await answer.text()], [500, ""]);
  }
  assertEquals(errors.map((error) => (error as Error).message), ["at once", "later"]);
  await listener.close();
});

Deno.test("serve() says that a port is in use, and by whom", async () => {
  const first = serveDeno(() => new Response(), LOOPBACK);
  const port = Number(new URL(first.url).port);
  const error = await assertRejects(
    () => openDeno().serve(() => new Response(), { ...LOOPBACK, port }),
    ListenError,
  );
  assertEquals(error.code, "in_use");
  assertMatch(
    error.message,
    new RegExp(`^Cannot listen on 127\\.0\\.0\\.1:${port}: the port is in use`),
  );
  if (Deno.build.os === "linux") {
    assert(error.message.includes(`by deno (pid ${Deno.pid})`), error.message);
    assertEquals(openDeno().portHolder(port), { pid: Deno.pid, name: "deno" });
  }
  await first.close();
  assertEquals(openDeno().portHolder(port), undefined);
});

Deno.test("serve() says that an address is none of this machine's", async () => {
  const runtime = openDeno();
  for (const hostname of ["192.0.2.77", "no-such-name.invalid"]) {
    const error = await assertRejects(
      () => runtime.serve(() => new Response(), { ...LOOPBACK, hostname }),
      ListenError,
    );
    assertEquals(error.code, "no_such_address", error.message);
  }
});

Deno.test("serve() gives a url that clients can use for every kind of address", async () => {
  const urls: string[] = [];
  for (const hostname of ["0.0.0.0", "::", "::1", "localhost"]) {
    const listener = serveDeno(() => new Response("here"), { ...LOOPBACK, hostname });
    assertEquals(await (await fetch(listener.url)).text(), "here");
    urls.push(new URL(listener.url).hostname);
    await listener.close();
  }
  assertEquals(urls.slice(0, 3), ["127.0.0.1", "[::1]", "[::1]"]);
});

Deno.test("serve() speaks TLS with a certificate, and says when it is none", {
  ignore: !hasOpenssl(),
}, async () => {
  const folder = await Deno.makeTempDir();
  const [certFile, keyFile] = [`${folder}/cert.pem`, `${folder}/key.pem`];
  const args = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 " +
    `-subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=CA:FALSE ` +
    `-keyout ${keyFile} -out ${certFile}`;
  const { success } = await new Deno.Command("openssl", {
    args: args.split(" "),
    stdout: "null",
    stderr: "null",
  }).output();
  assert(success);
  const [cert, key] = [await Deno.readTextFile(certFile), await Deno.readTextFile(keyFile)];
  await Deno.remove(folder, { recursive: true });
  const listener = serveDeno(() => new Response("safe"), { ...LOOPBACK, tls: { cert, key } });
  assertMatch(listener.url, /^https:\/\/127\.0\.0\.1:\d+$/);
  using client = Deno.createHttpClient({ caCerts: [cert] });
  assertEquals(await (await fetch(listener.url, { client })).text(), "safe");
  await listener.close();
  const error = await assertRejects(
    () => openDeno().serve(() => new Response(), { ...LOOPBACK, tls: { cert: "no", key: "no" } }),
    ListenError,
  );
  assertEquals(error.code, "other");
});

function hasOpenssl(): boolean {
  try {
    return new Deno.Command("openssl", { args: ["version"] }).outputSync().success;
  } catch {
    return false;
  }
}
