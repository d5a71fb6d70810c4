// A client that does what the client scenarios of the official suite ask for, one a run. Written as a
// user of the library would; `official_client.ts` has the suite start it, with the server's URL as its
// last argument and the scenario in the environment. It must never repair what the library gets wrong.
//
//   MCP_CONFORMANCE_SCENARIO=tools_call deno run -A conformance/everything_client.ts URL

import { type Client, connect, type ConnectOptions } from "../src/client/mod.ts";
import { openRuntime } from "../src/runtime/open_runtime.ts";
import { listSkills, readSkills } from "./everything/client_skills.ts";

const SCENARIO = "MCP_CONFORMANCE_SCENARIO";

/** What a scenario wants done with a client that is connected. */
type Play = (client: Client, context: Context) => Promise<unknown>;

/** What the suite tells of a scenario. */
interface Context {
  readonly toolCalls?: readonly {
    readonly name: string;
    readonly arguments: { readonly [name: string]: unknown };
  }[];
}

const PLAYS: { readonly [scenario: string]: Play } = {
  "initialize": (client) => client.listTools().all(),
  "tools_call": async (client) => {
    await client.listTools().all();
    await client.callTool("add_numbers", { a: 5, b: 3 });
  },
  "elicitation-sep1034-client-defaults": callAll,
  "sse-retry": (client) => client.callTool("test_reconnection"),
  "request-metadata": async (client) => {
    const [tool] = await client.listTools().all();
    if (tool !== undefined) await client.callTool(tool.name);
  },
  "http-standard-headers": async (client) => {
    const [tool] = await client.listTools().all();
    if (tool !== undefined) await client.callTool(tool.name);
    const [resource] = await client.listResources().all();
    if (resource !== undefined) await client.readResource(resource.uri);
    const [prompt] = await client.listPrompts().all();
    if (prompt !== undefined) await client.getPrompt(prompt.name);
  },
  "http-custom-headers": async (client, { toolCalls = [] }) => {
    await client.listTools().all();
    for (const { name, arguments: args } of toolCalls) await client.callTool(name, args);
  },
  "http-invalid-tool-headers": callAll,
  "sep-2322-client-request-state": callAll,
  "json-schema-ref-no-deref": (client) => client.listTools().all(),
  "json-schema-2020-12-preservation": async (client) => {
    const tools = await client.listTools().all();
    const { inputSchema } = tools.find(({ name }) => name !== "json_schema_echo")!;
    await client.callTool("json_schema_echo", { schema: inputSchema });
  },
  "sep-2640-client-no-prefetch": listSkills,
  "sep-2640-client-verify-digest": readSkills,
  "sep-2640-client-verify-size": readSkills,
  "sep-2640-client-verify-frontmatter": readSkills,
};

/** The callbacks of a client that can be asked anything. */
const OPTIONS: Omit<ConnectOptions, "onError"> = {
  clientInfo: { name: "everything-client", version: "1.0.0" },
  onElicit: () => ({ action: "accept", content: {} }),
  onSample: () => ({
    role: "assistant",
    content: { type: "text", text: "A sample." },
    model: "none",
  }),
  roots: [{ uri: "file:///everything", name: "Everything" }],
};

async function callAll(client: Client): Promise<void> {
  for (const { name } of await client.listTools().all()) await client.callTool(name);
}

/** Plays the scenario of the environment as a program, on any runtime. */
export async function main(): Promise<void> {
  const runtime = await openRuntime();
  const scenario = runtime.env(SCENARIO) ?? "";
  const run = PLAYS[scenario];
  if (run === undefined) throw new Error(`Unknown scenario: got "${scenario}"`);
  const context = JSON.parse(runtime.env("MCP_CONFORMANCE_CONTEXT") ?? "{}");
  const onError = (error: unknown) => runtime.stderr(String(error));
  await using client = await connect(runtime.args.at(-1) ?? "", { ...OPTIONS, onError });
  await run(client, context);
}

// Node 20 does not say which module is the program; there, a file of its own calls main().
if (import.meta.main) await main();
