// All that a client can do, with our own server: in every revision, over HTTP, in the same process and
// in a command of its own. What is the same everywhere is asked everywhere.

import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { everythingServer } from "../../conformance/everything_server.ts";
import { stepsAtOnce } from "../../tests/support/at_once.ts";
import { serveHttp } from "../../tests/support/http_server.ts";
import { checkAsked } from "../../tests/support/schema_check.ts";
import { RpcError } from "../jsonrpc/errors.ts";
import { openRuntime } from "../runtime/mod.ts";
import { createHandler } from "../transports/http.ts";
import type { Client } from "./client.ts";
import { ClientError } from "./client_error.ts";
import { connect } from "./connect.ts";
import type { ConnectOptions, LogLine, ServerChange } from "./options.ts";
import { command, type HandlerTarget, type Target } from "./target.ts";

const EVERYTHING = new URL("../../conformance/everything_server.ts", import.meta.url).pathname;
const REVISIONS = ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

interface Way extends AsyncDisposable {
  readonly target: Target;
}

const WAYS: { readonly [name: string]: () => Promise<Way> } = {
  "over HTTP": () => {
    const http = serveHttp(everythingServer({ onError() {} }));
    const end = () => http[Symbol.asyncDispose]();
    return Promise.resolve({ target: http.url, [Symbol.asyncDispose]: end });
  },
  "over HTTP in streams": () => {
    const http = serveHttp(everythingServer({ onError() {} }), { answers: "stream" });
    const end = () => http[Symbol.asyncDispose]();
    return Promise.resolve({ target: http.url, [Symbol.asyncDispose]: end });
  },
  "in the same process": () => {
    const handler = createHandler(everythingServer({ onError() {} }));
    const end = () => handler.close({ drainMs: 0 });
    return Promise.resolve({ target: checked(handler), [Symbol.asyncDispose]: end });
  },
  "in a command": async () => {
    const words = [Deno.execPath(), "run", "-A", "--quiet", EVERYTHING, "--stdio"];
    const target = command(await openRuntime(), words);
    return { target, [Symbol.asyncDispose]: () => Promise.resolve() };
  },
};

for (const [name, open] of Object.entries(WAYS)) {
  Deno.test(`a client does all it can ${name}, in every revision`, async (t) => {
    const steps = REVISIONS.map((revision) => [revision, async () => {
      await using way = await open();
      await tryAll(way.target, revision);
    }]);
    await stepsAtOnce(t, Object.fromEntries(steps));
  });
}

async function tryAll(target: Target, revision: string): Promise<void> {
  const lines: LogLine[] = [];
  await using client = await connect(target, {
    ...answering(),
    revision,
    onLog: (line) => lines.push(line),
    logLevel: "debug",
  });
  assertEquals([client.revision, client.server?.name], [revision, "everything"]);
  assert(client.instructions?.startsWith("Has one of everything"));
  assert(client.capabilities.tools !== undefined);

  const tools = await client.listTools().all();
  assert(tools.length > 60, "It takes two pages");
  for await (const { name } of client.listTools()) {
    assertEquals(name, tools[0]!.name);
    break;
  }
  assert((await client.listResources().all()).length > 2);
  assert((await client.listResourceTemplates().all()).length > 0);
  assert((await client.listPrompts().all()).some(({ name }) => name === "test_simple_prompt"));

  assertEquals(
    await textOf(client, "test_simple_text"),
    "This is a simple text response.",
  );
  const failing = await client.callTool("test_error_handling");
  assertEquals(failing.isError, true);
  assertEquals("resultType" in failing, false);
  const { contents } = await client.readResource("test://static-text");
  assertEquals(contents[0]?.uri, "test://static-text");
  const prompt = await client.getPrompt("test_prompt_with_arguments", { arg1: "a", arg2: "b" });
  assertEquals(prompt.messages[0]?.role, "user");
  const ref = { prompt: "test_prompt_with_arguments" };
  const { values } = await client.complete(ref, { name: "arg1", value: "" });
  assert(Array.isArray(values));

  const progress: number[] = [];
  await client.callTool("test_tool_with_progress", {}, {
    onProgress: (told) => progress.push(told.progress),
  });
  assertEquals(progress, [0, 50, 100]);
  const own: LogLine[] = [];
  await client.callTool("test_tool_with_logging", {}, { onLog: (line) => own.push(line) });
  assertEquals([own.length, lines.length], [3, 0]);
  await client.callTool("test_tool_with_logging");
  assertEquals(lines.length, 3);
  await client.ping();

  if (revision >= "2025-06-18") {
    assert((await textOf(client, "test_elicitation", { message: "Who?" })).includes("Ada"));
  }
  assert((await textOf(client, "test_sampling", { prompt: "Hi" })).includes("A sample."));
  assert((await textOf(client, "test_input_required_result_list_roots")).includes("file:///here"));

  const unknown = await client.callTool("test_no_such_tool").catch((error) => error);
  assertInstanceOf(unknown, RpcError);
  assertEquals(unknown.code, -32602);
  await hears(client);
  await cancels(client);
}

/** Changes are heard of while somebody listens, and not after. */
async function hears(client: Client): Promise<void> {
  const changes: ServerChange[] = [];
  const waiting: (() => void)[] = [];
  const next = () => new Promise<void>((resolve) => waiting.push(resolve));
  const uris = ["test://watched-resource"];
  const subscription = await client.listen({ tools: true, uris }, (change) => {
    changes.push(change);
    waiting.shift()?.();
  });
  assertEquals(subscription.agreed.tools, true);
  const changed = next();
  await client.callTool("test_trigger_tool_change");
  await changed;
  await client.callTool("test_trigger_prompt_change");
  assertEquals(changes, [{ kind: "tools" }]);
  await subscription.close();
  await client.callTool("test_trigger_tool_change");
  assertEquals(changes.length, 1);
}

/** A call that is given up is aborted at the server, and the next one works. */
async function cancels(client: Client): Promise<void> {
  const key = crypto.randomUUID();
  const abort = new AbortController();
  const call = client.callTool("test_cancel_probe", { key }, {
    signal: abort.signal,
    onProgress: () => abort.abort(),
  });
  const error = await call.catch((error) => error);
  assertInstanceOf(error, ClientError);
  assertEquals(error.code, "cancelled");
  assertEquals(await textOf(client, "test_cancel_report", { key }), "aborted");
}

Deno.test("callTool() repeats arguments in headers, also of a tool that it has not seen", async () => {
  await using way = await WAYS["over HTTP"]!();
  await using client = await connect(way.target);
  const args = { label: " ü ", count: -3, flag: false, place: { room: "1" } };
  const first = await client.callTool("test_mirrored_parameters", args);
  assertEquals(JSON.parse(textIn(first)), args);
  assertEquals(JSON.parse(await textOf(client, "test_mirrored_parameters", {})), {});
});

Deno.test("callTool() gives questions back where that is wanted, and takes the answers", async () => {
  await using way = await WAYS["in the same process"]!();
  await using client = await connect(way.target, { capabilities: { elicitation: {} } });
  const asked = await client.callTool("test_elicitation", { message: "Who?" }, {
    inputs: "return",
  });
  assert(asked.kind === "input_required");
  const [key] = Object.keys(asked.inputRequests);
  const inputResponses = {
    [key!]: { action: "accept", content: { username: "Eve", email: "eve@example.com" } },
  };
  const done = await client.callTool("test_elicitation", { message: "Who?" }, {
    inputs: "return",
    inputResponses,
    requestState: asked.requestState!,
  });
  assert(done.kind === "complete");
  assert(textIn(done.result).includes("Eve"), textIn(done.result));
  const plain = await client.callTool("test_simple_text", {}, { inputs: "return" });
  assertEquals(plain.kind, "complete");
});

Deno.test("callTool() asks whom the call names, before the client's own callbacks", async () => {
  await using way = await WAYS["in the same process"]!();
  await using client = await connect(way.target, answering());
  const asked: string[] = [];
  const { content } = await client.callTool("test_elicitation", { message: "Who?" }, {
    onQuestion: ({ method }) => {
      asked.push(method);
      return { action: "decline" };
    },
  });
  assertEquals(asked, ["elicitation/create"]);
  assert(!JSON.stringify(content).includes("Ada"));
});

Deno.test("callTool() ends when questions never do", async () => {
  await using way = await WAYS["in the same process"]!();
  await using client = await connect(way.target, { ...answering(), maxRounds: 0 });
  const error = await client.callTool("test_elicitation", { message: "Who?" }).catch((e) => e);
  assertInstanceOf(error, ClientError);
  assertEquals(error.code, "protocol");
  assert(error.message.includes("greater maxRounds"), error.message);
});

Deno.test("callTool() gives up questions with the call that they belong to", async () => {
  await using way = await WAYS["in the same process"]!();
  const abort = new AbortController();
  let given: AbortSignal | undefined;
  await using client = await connect(way.target, {
    onElicit: (_question, signal) => {
      given = signal;
      queueMicrotask(() => abort.abort());
      return new Promise(() => {});
    },
  });
  const { signal } = abort;
  const error = await client.callTool("test_elicitation", { message: "?" }, { signal })
    .catch((error) => error);
  assertEquals([error.code, given?.aborted], ["cancelled", true]);
});

Deno.test("callTool() follows a task to its end, answers it, and cancels it with the call", async () => {
  await using way = await WAYS["over HTTP"]!();
  await using client = await connect(way.target, { ...answering(), tasks: true });
  const computed = await textOf(client, "slow_compute", { seconds: 0.3, label: "x" });
  assertEquals(computed, "Computed x in 0.3 s.");
  const failing = await client.callTool("failing_job");
  assertEquals(failing.isError, true);
  await assertRejects(() => client.callTool("protocol_error_job"), RpcError, "as it always does");
  const answered = await client.callTool("confirm_delete", { filename: "a.txt" }, {
    onQuestion: () => ({ action: "accept", content: { confirm: true } }),
  });
  assert(textIn(answered).includes("a.txt"), textIn(answered));
  const abort = new AbortController();
  const call = client.callTool("slow_compute", { seconds: 60 }, { signal: abort.signal });
  setTimeout(() => abort.abort(), 200);
  assertEquals((await call.catch((error) => error)).code, "cancelled");
});

Deno.test("listTools() keeps what the server allows, until it says that it changed", async () => {
  const { createServer } = await import("../server/server.ts");
  const cache = { ttlMs: 60_000, scope: "private" } as const;
  const server = createServer({ name: "cached", version: "1", cache });
  server.tool({ name: "one", run: () => "1" });
  const handler = createHandler(server);
  let lists = 0;
  const target = async (request: Request) => {
    if (request.headers.get("mcp-method") === "tools/list") lists++;
    return await handler(request);
  };
  const { promise: changed, resolve } = Promise.withResolvers<string>();
  await using client = await connect(target, { onListChanged: resolve });
  for (const _ of [1, 2]) assertEquals((await client.listTools().all()).length, 1);
  assertEquals(lists, 1);
  await client.listTools({ fresh: true }).all();
  assertEquals(lists, 2);
  server.tool({ name: "two", run: () => "2" });
  assertEquals(await changed, "tools");
  assertEquals((await client.listTools().all()).length, 2);
  assertEquals(lists, 3);
  await client.close();
  await handler.close();
});

/** The same handler, where each message of the client is held to the schema of its revision. */
function checked(handle: HandlerTarget): HandlerTarget {
  let revision = "";
  return async (request) => {
    if (request.method === "POST") {
      const message = await request.clone().json();
      const { method, params } = message;
      if (method === "initialize") revision = params.protocolVersion;
      checkAsked(request.headers.get("mcp-protocol-version") ?? revision, message);
    }
    return await handle(request);
  };
}

function answering(): ConnectOptions {
  return {
    onElicit: () => ({
      action: "accept",
      content: { name: "Ada", username: "Ada", email: "ada@example.com", response: "Ada" },
    }),
    onSample: () => ({
      role: "assistant",
      content: { type: "text", text: "A sample." },
      model: "none",
    }),
    roots: () => [{ uri: "file:///here" }],
  };
}

async function textOf(client: Client, name: string, args = {}): Promise<string> {
  return textIn(await client.callTool(name, args));
}

function textIn({ content }: { readonly content: readonly unknown[] }): string {
  return content.map((block) => (block as { readonly text?: string }).text ?? "").join("\n");
}
