// Our client with servers that others wrote: the official SDK's, old and new, and the servers that npm
// has, over HTTP and on standard streams. The client finds the era by itself each time.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  type Client,
  connect,
  type ConnectOptions,
  type Target,
  type ToolResult,
} from "../../src/client/mod.ts";
import { lacks } from "../support/lacks.ts";
import { httpServer, npmIsThere, npmServer, stdioServer } from "./outside_servers.ts";

interface Server extends AsyncDisposable {
  readonly target: Target;
}

/** The SDK's servers, and the revision that the client must find in common with each. */
const SDK_SERVERS = [
  {
    name: "the sdk 1.x over HTTP",
    revision: "2025-11-25",
    open: () => http("sdk1_server.ts", ["--http"]),
  },
  { name: "the sdk 1.x over stdio", revision: "2025-11-25", open: () => stdio("sdk1_server.ts") },
  {
    name: "the sdk 2.x over HTTP",
    revision: "2026-07-28",
    open: () => http("sdk_server.ts", ["--port", "0"]),
  },
  {
    name: "the sdk 2.x over stdio",
    revision: "2026-07-28",
    open: () => stdio("sdk_server.ts", ["--stdio"]),
  },
];

const EVERYTHING_HTTP = `${npmServer("server-everything")}/dist/transports/streamableHttp.js`;

for (const { name, revision, open } of SDK_SERVERS) {
  Deno.test(`the client finds what a server of ${name} speaks, and is served`, async () => {
    if (lacks("the npm registry", await npmIsThere())) return;
    await using server = await open();
    await using client = await connect(server.target, answering());
    assertEquals(client.revision, revision);
    const tools = await client.listTools().all();
    assert(tools.some((tool) => tool.name === "test_simple_text"));
    assertStringIncludes(textOf(await client.callTool("test_simple_text")), "simple text");
    const progress: number[] = [];
    await client.callTool("test_tool_with_progress", {}, {
      onProgress: (told) => progress.push(told.progress),
    });
    assertEquals(progress.length, 3);
    await client.ping();
  });
}

Deno.test("the client answers what a server of the sdk 1.x asks on the stream of the session", async () => {
  if (lacks("the npm registry", await npmIsThere())) return;
  await using server = await http("sdk1_server.ts", ["--http"]);
  const asked: string[] = [];
  await using client = await connect(server.target, {
    onElicit: ({ message }) => {
      asked.push(message);
      return { action: "accept" };
    },
  });
  assertEquals(textOf(await client.callTool("test_elicitation")), "accept");
  assertEquals(asked, ["What is your name?"]);
});

Deno.test("the client answers what a server of the sdk 2.x asks in rounds", async () => {
  if (lacks("the npm registry", await npmIsThere())) return;
  await using server = await http("sdk_server.ts", ["--port", "0"]);
  await using client = await connect(server.target, answering());
  const asking = (await client.listTools().all()).find(({ name }) =>
    name === "test_input_required_result_elicitation"
  );
  assert(asking !== undefined);
  const outcome = await client.callTool(asking.name, {}, { inputs: "return" });
  assert(outcome.kind === "input_required");
  const [[key, question] = ["", undefined]] = Object.entries(outcome.inputRequests);
  assertEquals(question?.method, "elicitation/create");
  const answered = await client.callTool(asking.name, {}, {
    inputs: "return",
    inputResponses: { [key]: { action: "accept", content: { name: "Ada" } } },
    ...(outcome.requestState === undefined ? {} : { requestState: outcome.requestState }),
  });
  assertEquals(answered.kind, "complete");
  assertStringIncludes(textOf(await client.callTool(asking.name)), "Ada");
});

for (
  const { name, open } of [
    { name: "HTTP", open: () => http("outside_http.ts", [EVERYTHING_HTTP], { PORT: "0" }) },
    { name: "stdio", open: () => stdio(npmServer("server-everything"), ["stdio"]) },
  ]
) {
  Deno.test(`the client uses all of server-everything over ${name}`, async () => {
    if (lacks("the npm registry", await npmIsThere())) return;
    await using server = await open();
    await using client = await connect(server.target, answering());
    assertEquals(client.revision, "2025-11-25");
    assertEquals(textOf(await client.callTool("echo", { message: "hi" })), "Echo: hi");
    assertStringIncludes(textOf(await client.callTool("get-roots-list")), "file:///everything");
    assertStringIncludes(textOf(await client.callTool("trigger-elicitation-request")), "provided");
    const sampled = await client.callTool("trigger-sampling-request", { prompt: "Hello" });
    assertStringIncludes(textOf(sampled), "A sample.");
    const progress: unknown[] = [];
    await client.callTool("trigger-long-running-operation", { duration: 0.2, steps: 2 }, {
      onProgress: (told) => progress.push(told),
    });
    assertEquals(progress.length, 2);
    const prompt = await client.getPrompt("args-prompt", { city: "Paris" });
    assert(prompt.messages.length > 0);
    const values = await client.complete(
      { prompt: "completable-prompt" },
      { name: "department", value: "E" },
    );
    assertEquals(values.values, ["Engineering"]);
    const [resource] = await client.listResources().all();
    const { contents } = await client.readResource(resource!.uri);
    assertEquals(contents.length, 1);
    assertEquals((await client.listResourceTemplates().all()).length, 2);
    await aborts(client);
  });
}

Deno.test("the client uses server-memory and server-filesystem", async () => {
  if (lacks("the npm registry", await npmIsThere())) return;
  const dir = await Deno.makeTempDir({ prefix: "lmcp-test-" });
  try {
    const file = `${dir}/memory.json`;
    await using memory = await connect(
      await stdioServer(npmServer("server-memory"), [], { MEMORY_FILE_PATH: file }),
    );
    const entities = [{ name: "Ada", entityType: "person", observations: ["wrote programs"] }];
    await memory.callTool("create_entities", { entities });
    assertStringIncludes(textOf(await memory.callTool("read_graph")), "wrote programs");
    await using files = await connect(await stdioServer(npmServer("server-filesystem"), [dir]));
    await files.callTool("write_file", { path: `${dir}/a.txt`, content: "hello" });
    assertEquals(textOf(await files.callTool("read_text_file", { path: `${dir}/a.txt` })), "hello");
    const refused = await files.callTool("read_text_file", { path: "/etc/hostname" });
    assertEquals(refused.isError, true);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

function answering(): ConnectOptions {
  return {
    onElicit: () => ({ action: "accept", content: { name: "Ada" } }),
    onSample: () => ({
      role: "assistant",
      content: { type: "text", text: "A sample." },
      model: "m",
    }),
    roots: [{ uri: "file:///everything" }],
  };
}

/** A call that is aborted ends at once, and the next one works. */
async function aborts(client: Client): Promise<void> {
  const abort = new AbortController();
  const failed = await client.callTool("trigger-long-running-operation", {
    duration: 30,
    steps: 300,
  }, {
    signal: abort.signal,
    onProgress: () => abort.abort(),
  }).catch((error) => error);
  assertEquals(failed.code, "cancelled");
  assertEquals(textOf(await client.callTool("echo", { message: "on" })), "Echo: on");
}

function textOf({ content }: ToolResult): string {
  return content.map((block) => block.type === "text" ? block.text : "").join("\n");
}

async function http(...of: Parameters<typeof httpServer>): Promise<Server> {
  const server = await httpServer(...of);
  return { target: server.url, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

async function stdio(...of: Parameters<typeof stdioServer>): Promise<Server> {
  return { target: await stdioServer(...of), [Symbol.asyncDispose]: () => Promise.resolve() };
}
