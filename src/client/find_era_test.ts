// Which era a client speaks with servers of every kind, and which of them it takes for no server.

import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { openRuntime } from "../runtime/mod.ts";
import { RpcError } from "../jsonrpc/errors.ts";
import { quietServer, serveHttp } from "../../tests/support/http_server.ts";
import { ClientError } from "./client_error.ts";
import { connect } from "./connect.ts";
import { command, type HandlerTarget } from "./target.ts";
import type { Verdict } from "./verdict.ts";

// deno-lint-ignore no-explicit-any -- what came is looked into
type Message = any;

/** How a server answers the question what it speaks; `initialize` always opens a session. */
const ANSWERS: readonly {
  readonly what: string;
  readonly answer: (message: Message) => Response;
  readonly era: "modern" | "session" | string;
}[] = [
  {
    what: "the answer of the modern era",
    answer: ({ id }) => result(id, { supportedVersions: ["2026-07-28"], capabilities: {} }),
    era: "modern",
  },
  {
    what: "only revisions with sessions",
    answer: ({ id }) => result(id, { supportedVersions: ["2025-06-18"], capabilities: {} }),
    era: "session",
  },
  {
    what: "only revisions of the future",
    answer: ({ id }) => result(id, { supportedVersions: ["2099-01-01"], capabilities: {} }),
    era: "protocol",
  },
  { what: "anything at all", answer: ({ id }) => result(id, {}), era: "session" },
  { what: "method not found", answer: ({ id }) => failure(id, -32601, 200), era: "session" },
  { what: "method not found, 404", answer: ({ id }) => failure(id, -32601, 404), era: "session" },
  { what: "invalid request, 400", answer: ({ id }) => failure(id, -32600, 400), era: "session" },
  { what: "no session, 400", answer: () => failure(null, -32000, 400), era: "session" },
  { what: "400 and nothing", answer: () => new Response(null, { status: 400 }), era: "session" },
  { what: "404 and a page", answer: () => page(404), era: "session" },
  { what: "405", answer: () => page(405), era: "session" },
  { what: "406", answer: () => page(406), era: "session" },
  { what: "202", answer: () => new Response(null, { status: 202 }), era: "session" },
  {
    what: "a refusal that lists a revision with sessions",
    answer: ({ id }) => failure(id, -32022, 400, { supported: ["2025-11-25"] }),
    era: "session",
  },
  {
    what: "a refusal that lists nothing in common",
    answer: ({ id }) => failure(id, -32022, 400, { supported: ["2099-01-01"] }),
    era: "protocol",
  },
  {
    what: "a refusal of the very revision that it lists",
    answer: ({ id }) => failure(id, -32022, 400, { supported: ["2026-07-28"] }),
    era: "-32022",
  },
  { what: "a header mismatch", answer: ({ id }) => failure(id, -32020, 400), era: "-32020" },
  { what: "a capability that lacks", answer: ({ id }) => failure(id, -32021, 400), era: "-32021" },
  { what: "401", answer: () => page(401), era: "unauthorized" },
  { what: "403", answer: () => page(403), era: "unauthorized" },
  { what: "429", answer: () => page(429), era: "http" },
  { what: "500", answer: () => page(500), era: "http" },
  { what: "500 in JSON-RPC", answer: ({ id }) => failure(id, -32601, 500), era: "http" },
  { what: "503", answer: () => page(503), era: "http" },
  { what: "a redirect", answer: () => Response.redirect("http://e.com/", 302), era: "http" },
];

for (const { what, answer, era } of ANSWERS) {
  Deno.test(`connect() finds the era of a server that answers ${what}: ${era}`, async () => {
    const { target, asked } = scripted(answer);
    const found = await connect(target).then(async (client) => {
      await client.close();
      return client.hasSession ? "session" : "modern";
    }, (error) => error instanceof RpcError ? String(error.code) : error.code);
    assertEquals(found, era);
    // A server that refused, failed or has nothing in common is not greeted as an old one.
    assertEquals(asked.includes("initialize"), era === "session");
  });
}

Deno.test("connect() asks for the revision that a refusal listed", async () => {
  const { target, opened } = scripted(({ id }) =>
    failure(id, -32022, 400, { supported: ["2025-06-18", "2024-11-05"] })
  );
  await using client = await connect(target);
  assertEquals(client.revision, "2025-06-18");
  assertEquals(opened[0].params.protocolVersion, "2025-06-18");
});

Deno.test("connect() tries a revision again that was refused once and listed", async () => {
  let times = 0;
  const { target } = scripted(({ id }) =>
    times++ === 0
      ? failure(id, -32022, 400, { supported: ["2026-07-28"] })
      : result(id, { supportedVersions: ["2026-07-28"], capabilities: {} })
  );
  await using client = await connect(target);
  assertEquals([client.revision, times], ["2026-07-28", 2]);
});

Deno.test("connect() speaks exactly the revision that it is told", async () => {
  const { server } = quietServer();
  await using http = serveHttp(server);
  const revisions = ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];
  for (const revision of revisions) {
    await using client = await connect(http.url, { revision });
    assertEquals(client.revision, revision);
  }
  const { target } = scripted(({ id }) => failure(id, -32601, 200));
  const other = await failed(connect(target, { revision: "2024-11-05" }));
  assertEquals(other.code, "protocol");
  await assertRejects(() => connect(target, { revision: "2026-07-28" }), RpcError, "-32601");
  await assertRejects(() => connect(target, { revision: "1999-01-01" }), TypeError, "1999-01-01");
});

Deno.test("connect() asks a server that it knows no more", async () => {
  const { server } = quietServer();
  server.tool({ name: "hello", run: () => "Hello!" });
  await using http = serveHttp(server);
  const verdicts = new Map<string, Verdict>();
  const sent: string[] = [];
  const target = {
    url: http.url,
    fetch: (url: string, init: RequestInit) => {
      sent.push(JSON.parse(String(init.body)).method);
      return fetch(url, init);
    },
  };
  for (let times = 0; times < 2; times++) {
    await using client = await connect(target, { verdicts });
    assertEquals(client.server?.name, "test");
    await client.listTools().all();
  }
  assertEquals(sent, ["server/discover", "tools/list", "tools/list"]);
  verdicts.set(http.url, { era: "session" });
  const session = await connect(http.url, { verdicts });
  assertEquals(session.hasSession, true);
  await session.close();
});

Deno.test("connect() forgets a verdict that does not hold any more", async () => {
  const verdicts = new Map<string, Verdict>([["http://old.test/", { era: "session" }]]);
  const fetch = () => Promise.resolve(failure(1, -32601, 200));
  const target = { url: "http://old.test/", fetch };
  await assertRejects(() => connect(target, { verdicts }), RpcError);
  assertEquals(verdicts.size, 0);
});

/** Servers on standard streams, as programs; each answers `initialize`. */
const STDIO = [
  { what: "is silent", otherwise: "", era: "2025-11-25" },
  {
    what: "knows no such method",
    otherwise: "reply({ error: { code: -32601, message: 'no' } })",
    era: "2025-11-25",
  },
  {
    what: "wants initialize first",
    otherwise: "reply({ error: { code: -32602, message: 'no' } })",
    era: "2025-11-25",
  },
  {
    what: "is modern",
    otherwise: "reply({ result: { supportedVersions: ['2026-07-28'], capabilities: {} } })",
    era: "2026-07-28",
  },
];

for (const { what, otherwise, era } of STDIO) {
  Deno.test(`connect() finds the era of a command that ${what}`, async () => {
    const program = `
      import { createInterface } from "node:readline";
      createInterface({ input: process.stdin }).on("line", (line) => {
        const { id, method } = JSON.parse(line);
        const reply = (rest) => id !== undefined &&
          console.log(JSON.stringify({ jsonrpc: "2.0", id, ...rest }));
        if (method === "initialize") {
          reply({ result: { protocolVersion: "2025-11-25", capabilities: {}, serverInfo: { name: "s", version: "1" } } });
        } else { ${otherwise} }
      });`;
    const target = command(await openRuntime(), [Deno.execPath(), "eval", program]);
    await using client = await connect(target, { probeTimeoutMs: 1_000 });
    assertEquals(client.revision, era);
  });
}

function scripted(answer: (message: Message) => Response) {
  const asked: string[] = [];
  const opened: Message[] = [];
  const target: HandlerTarget = async (request) => {
    if (request.method !== "POST") return new Response(null, { status: 405 });
    const message = await request.json();
    asked.push(message.method);
    if (message.method === "initialize") {
      opened.push(message);
      const wanted = message.params.protocolVersion;
      const protocolVersion = wanted === "2024-11-05" ? "2025-11-25" : wanted;
      return result(message.id, { protocolVersion, capabilities: {} });
    }
    if (message.method === "notifications/initialized") return new Response(null, { status: 202 });
    return answer(message);
  };
  return { target, asked, opened };
}

function result(id: unknown, value: object): Response {
  return Response.json({ jsonrpc: "2.0", id, result: value });
}

function failure(id: unknown, code: number, status: number, data?: unknown): Response {
  return Response.json({ jsonrpc: "2.0", id, error: { code, message: String(code), data } }, {
    status,
  });
}

function page(status: number): Response {
  return new Response("<html>Sorry</html>", { status, headers: { "content-type": "text/html" } });
}

async function failed(work: Promise<unknown>): Promise<ClientError> {
  const error = await work.then(() => undefined, (error) => error);
  assertInstanceOf(error, ClientError);
  return error;
}
