import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { type Audit, openAudit } from "./cli_audit.ts";
import type { Log } from "./cli_log.ts";
import { UsageError } from "./cli_options.ts";
import { openRuntime } from "./runtime/open_runtime.ts";
import { createServer, type Server } from "./server/server.ts";
import { createHandler, type Handler } from "./transports/http.ts";
import { bearerTokens } from "./transports/tokens.ts";

const QUIET: Log = { info() {}, warn() {}, error() {} };

Deno.test("openAudit() writes who called what, for how long, and how it ended", async () => {
  await withAudit(async (audit, path) => {
    let runs = () => {};
    const running = new Promise<void>((resolve) => runs = resolve);
    const handler = handlerOf(audit, runs);
    await call(handler, "works");
    await call(handler, "fails");
    await call(handler, "missing");
    await call(handler, "works", "phone");
    await call(handler, "", "phone", "tools/list");
    const cancelled = call(handler, "waits");
    await running;
    await handler.close({ drainMs: 1 });
    await cancelled;
    await audit.close();

    const lines = (await readLines(path)).map((line) => JSON.parse(line));
    assertEquals(lines.map(({ who, tool, outcome }) => [who, tool, outcome]), [
      ["laptop", "works", "ok"],
      ["laptop", "fails", "error"],
      ["laptop", "missing", "refused"],
      ["phone", "works", "ok"],
      ["laptop", "waits", "cancelled"],
    ]);
    for (const { time, ms, ...rest } of lines) {
      assertMatch(time, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
      assert(Number.isSafeInteger(ms) && ms >= 0);
      assertEquals(Object.keys(rest), ["who", "tool", "outcome"]);
    }
    assert(!(await Deno.readTextFile(path)).includes("s3cret"));
  });
});

Deno.test("openAudit() knows nobody where no token is asked for", async () => {
  await withAudit(async (audit, path) => {
    const handler = createHandler(audit.watch(serverOfAll()));
    await call(handler, "works");
    await handler.close();
    await audit.close();
    assertEquals((await readLines(path)).map((line) => JSON.parse(line).who), [null]);
  });
});

Deno.test("openAudit() makes a file for this user alone, adds to it, and follows a rotation", async () => {
  await withAudit(async (audit, path) => {
    assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
    const handler = handlerOf(audit);
    await call(handler, "works");
    await audit.close();
    await Deno.rename(path, `${path}.1`);
    await call(handler, "works");
    await call(handler, "works");
    await audit.close();
    assertEquals((await readLines(`${path}.1`)).length, 1);
    assertEquals((await readLines(path)).length, 2);
    await handler.close();
  });
});

Deno.test("openAudit() lets calls go on when the file cannot be written, and says so once", async () => {
  const said: string[] = [];
  const log = { ...QUIET, error: (message: string) => void said.push(message) };
  await withAudit(async (audit, path) => {
    const handler = handlerOf(audit);
    await Deno.remove(path);
    await Deno.mkdir(path);
    for (let at = 0; at < 3; at++) {
      await call(handler, "works");
      await audit.close();
    }
    assertEquals(said, ["Calls are not written to the audit file"]);
    await Deno.remove(path);
    await call(handler, "works");
    await audit.close();
    assertEquals((await readLines(path)).length, 1);
    await handler.close();
  }, log);
});

Deno.test("openAudit() refuses a file that cannot be written", async () => {
  const runtime = await openRuntime();
  const { message } = await assertRejects(() => openAudit(runtime, "/", QUIET), UsageError);
  assertMatch(message, /^--audit must name a file that can be written: /);
});

function serverOfAll(onWait = () => {}): Server {
  const server = createServer({ name: "test", version: "1", onError() {} });
  server.tool({ name: "works", run: () => "s3cret" });
  server.tool({
    name: "fails",
    run: () => {
      throw new Error("s3cret");
    },
  });
  server.tool({
    name: "waits",
    run: (_input, { signal }) => {
      onWait();
      return new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    },
  });
  return server;
}

function handlerOf(audit: Audit, onWait?: () => void): Handler {
  const tokens = ["laptop", "phone"].map((name) => ({ name, token: name }));
  return createHandler(audit.watch(serverOfAll(onWait)), { auth: bearerTokens(tokens) });
}

async function call(
  handler: Handler,
  tool: string,
  token = "laptop",
  method = "tools/call",
): Promise<void> {
  const params = { name: tool, arguments: {} };
  const response = await handler(
    new Request("http://localhost/mcp", {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    }),
  );
  await response.text();
}

async function readLines(path: string): Promise<string[]> {
  return (await Deno.readTextFile(path)).split("\n").filter((line) => line !== "");
}

async function withAudit(
  body: (audit: Audit, path: string) => Promise<void>,
  log: Log = QUIET,
): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "lmcp-test-" });
  try {
    const path = `${dir}/audit.log`;
    await body(await openAudit(await openRuntime(), path, log), path);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("openAudit() puts a file that is full aside, and goes on in a new one", async () => {
  await withAudit(async (_audit, path) => {
    const audit = await openAudit(await openRuntime(), path, QUIET, 200);
    const entry = { who: null, tool: "shell", ms: 1, outcome: "ok", host: "pi5", via: "mcp" };
    for (let times = 0; times < 9; times++) {
      audit.add(entry);
      await audit.close();
    }
    const [old, now] = [await Deno.readTextFile(`${path}.1`), await Deno.readTextFile(path)];
    assert(old.length >= 200 && old.length < 400 && now.length < 200);
    for (const line of `${old}${now}`.trim().split("\n")) {
      const { time, ...rest } = JSON.parse(line);
      assertMatch(time, /^\d{4}-/);
      assertEquals(rest, entry);
    }
    assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
  });
});
