import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { modernClient, openSession } from "../../tests/support/http_client.ts";
import { quietServer, serveHttp } from "../../tests/support/http_server.ts";
import { RpcError } from "../jsonrpc/errors.ts";
import { audio, image, text } from "./define.ts";
import type { Prompt, PromptReturn } from "./define_prompt.ts";

const SESSIONS = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];
const ICONS = [{ src: "data:image/png;base64,AA==" }];

Deno.test("prompts/list shows every field when the era is new, and to others what they know", async () => {
  const { server } = quietServer();
  const review = {
    name: "review",
    title: "Review",
    description: "Reviews.",
    icons: ICONS,
    _meta: { x: 1 },
  };
  const diff = { name: "diff", title: "The change", description: "A diff.", required: true };
  server.prompt({
    ...review,
    arguments: [{ ...diff, complete: () => [] }, { name: "focus" }],
    run: () => "",
  });
  server.prompt({ name: "bare", run: () => "" });
  await using http = serveHttp(server);
  const { result } = await modernClient(http.url).request("prompts/list");
  assertEquals(result.prompts, [
    { ...review, arguments: [diff, { name: "focus" }] },
    { name: "bare" },
  ]);
  assertEquals([result.ttlMs, result.cacheScope], [0, "private"]);
  const seen: { [revision: string]: unknown } = {};
  for (const revision of SESSIONS) {
    const { result } = await (await openSession(http.url, revision)).request("prompts/list");
    const [first] = result.prompts;
    seen[revision] = [Object.keys(first).sort().join(), Object.keys(first.arguments[0]).join()];
  }
  const old = ["arguments,description,name", "name,description,required"];
  assertEquals(seen, {
    "2025-11-25": [
      "_meta,arguments,description,icons,name,title",
      "name,title,description,required",
    ],
    "2025-06-18": ["_meta,arguments,description,name,title", "name,title,description,required"],
    "2025-03-26": old,
    "2024-11-05": old,
  });
});

Deno.test("prompts/list comes in pages when there are many, and refuses a cursor that is not its own", async () => {
  const { server } = quietServer({ pageSize: 2 });
  for (const name of ["c", "a", "b"]) server.prompt({ name, run: () => "" });
  await using http = serveHttp(server);
  const client = modernClient(http.url);
  const first = (await client.request("prompts/list")).result;
  const second = (await client.request("prompts/list", { cursor: first.nextCursor })).result;
  assertEquals(
    [...first.prompts, ...second.prompts].map(({ name }: { name: string }) => name),
    ["c", "a", "b"],
  );
  assertEquals(second.nextCursor, undefined);
  assertEquals((await client.request("prompts/list", { cursor: "x" })).error.code, -32602);
});

Deno.test("prompts/get makes messages of whatever a prompt may return", async () => {
  const { server } = quietServer();
  const say = { role: "user", content: { type: "text", text: "hi" } };
  const rows: { [name: string]: [returned: PromptReturn, result: unknown] } = {
    string: ["hi", { description: "Says it.", messages: [say] }],
    message: [
      { role: "assistant", content: "hi" },
      { description: "Says it.", messages: [{ ...say, role: "assistant" }] },
    ],
    list: [
      [{ role: "user", content: "hi" }, { role: "user", content: text("hi", { priority: 1 }) }],
      {
        description: "Says it.",
        messages: [say, {
          role: "user",
          content: { type: "text", text: "hi", annotations: { priority: 1 } },
        }],
      },
    ],
    whole: [
      { description: "Own.", messages: [{ role: "user", content: "hi" }], _meta: { x: 1 } },
      { description: "Own.", messages: [say], _meta: { x: 1 } },
    ],
    none: [[], { description: "Says it.", messages: [] }],
  };
  for (const [name, [returned]] of Object.entries(rows)) {
    server.prompt({ name, description: "Says it.", run: () => returned });
  }
  await using http = serveHttp(server);
  for (const client of [modernClient(http.url), await openSession(http.url)]) {
    for (const [name, [, expected]] of Object.entries(rows)) {
      const { result } = await client.request("prompts/get", { name });
      const { resultType: _type, ...rest } = result;
      if (rest._meta !== undefined) delete rest._meta["io.modelcontextprotocol/serverInfo"];
      if (Object.keys(rest._meta ?? {}).length === 0) delete rest._meta;
      assertEquals(rest, expected, name);
    }
  }
});

Deno.test("prompts/get gives each revision the content that it knows", async () => {
  const { server } = quietServer();
  const link = {
    type: "resource_link",
    uri: "test://a",
    name: "a",
    title: "A",
    _meta: { x: 1 },
  } as const;
  const contents = [
    image("AA==", "image/png"),
    audio("AA==", "audio/wav"),
    { ...link, icons: ICONS },
    {
      type: "resource",
      resource: { uri: "test://a", text: "x", _meta: { x: 1 } },
      annotations: { audience: ["user"], lastModified: "2025-01-12T15:00:58Z" },
    } as const,
  ];
  server.prompt({
    name: "all",
    run: () => contents.map((content) => ({ role: "user", content })),
  });
  await using http = serveHttp(server);
  const get = async (client: { request: ReturnType<typeof modernClient>["request"] }) => {
    const { result } = await client.request("prompts/get", { name: "all" });
    return result.messages.map(({ content }: { content: unknown }) => content);
  };
  const [anImage, sound, _link, embedded] = contents;
  const asText = { type: "text", text: "Resource a: test://a" };
  const bare = {
    type: "resource",
    resource: { uri: "test://a", text: "x" },
    annotations: { audience: ["user"] },
  };
  const asBlob = {
    type: "resource",
    resource: { uri: "data:audio", mimeType: "audio/wav", blob: "AA==" },
  };
  const expected: { [revision: string]: unknown } = {
    "2025-11-25": contents,
    "2025-06-18": [anImage, sound, link, embedded],
    "2025-03-26": [anImage, sound, asText, bare],
    "2024-11-05": [anImage, asBlob, asText, bare],
  };
  assertEquals(await get(modernClient(http.url)), contents);
  for (const revision of SESSIONS) {
    assertEquals(await get(await openSession(http.url, revision)), expected[revision], revision);
  }
});

Deno.test("prompts/get gives the handler the arguments that it knows", async () => {
  const { server } = quietServer();
  server.prompt({
    name: "echo",
    arguments: [{ name: "a", required: true }, { name: "b" }, { name: "__proto__" }],
    run: (args, ctx) => `${JSON.stringify(Object.entries(args))} ${ctx.client.info?.name}`,
  });
  await using http = serveHttp(server);
  for (const client of [modernClient(http.url), await openSession(http.url)]) {
    const get = async (args: object) =>
      (await client.request("prompts/get", { name: "echo", arguments: args })).result.messages[0]
        .content.text;
    assertEquals(await get({ a: "1", z: "ignored" }), '[["a","1"]] test-client');
    assertEquals(await get({ b: "2", a: "" }), '[["a",""],["b","2"]] test-client');
    assertEquals(
      await get(JSON.parse('{"a":"1","__proto__":"p"}')),
      '[["a","1"],["__proto__","p"]] test-client',
    );
  }
});

Deno.test("prompts/get names what is wrong with a request", async () => {
  const { server } = quietServer();
  server.prompt({ name: "p", arguments: [{ name: "a", required: true }], run: () => "" });
  await using http = serveHttp(server);
  const rows: readonly (readonly [params: { [key: string]: unknown }, message: string])[] = [
    [{}, '"name" must be a string: got nothing'],
    [{ name: "x" }, 'Unknown prompt: got "x"; "prompts/list" names those there are'],
    [{ name: "p" }, 'argument "a" is required: got nothing'],
    [{ name: "p", arguments: [] }, '"arguments" must be an object: got an array'],
    [{ name: "p", arguments: { a: 5 } }, 'argument "a" must be a string: got a number'],
    [{ name: "p", arguments: { a: null } }, 'argument "a" must be a string: got null'],
  ];
  for (const client of [modernClient(http.url), await openSession(http.url)]) {
    for (const [params, message] of rows) {
      const { error } = await client.request("prompts/get", params);
      assertEquals(error, { code: -32602, message });
    }
  }
});

Deno.test("prompts/get tells onError of a handler's bug, and the client only that it failed", async () => {
  const { server, reported } = quietServer();
  const runs: { [name: string]: () => PromptReturn } = {
    throws: () => {
      throw new Error("secret");
    },
    number: () => 5 as never,
    role: () => ({ role: "system", content: "x" }) as never,
    content: () => ({ role: "user", content: { type: "video" } }) as never,
  };
  for (const [name, run] of Object.entries(runs)) server.prompt({ name, run });
  server.prompt({ name: "refuses", run: () => Promise.reject(new RpcError(-32000, "Not today")) });
  await using http = serveHttp(server);
  for (const client of [modernClient(http.url), await openSession(http.url)]) {
    reported.length = 0;
    for (const name of Object.keys(runs)) {
      const { error } = await client.request("prompts/get", { name });
      assertEquals(error, {
        code: -32603,
        message: "Internal error: the prompt could not be written",
      });
    }
    const { error } = await client.request("prompts/get", { name: "refuses" });
    assertEquals(error, { code: -32000, message: "Not today" });
    const messages = reported.map((error) => (error as Error).message);
    assertEquals(messages.length, 4);
    assertEquals(messages[0], "secret");
    assertMatch(messages[1]!, /must return a string, messages, or an object.*got a number/);
    assertMatch(messages[2]!, /"role" of a message must be user or assistant: got "system"/);
    assertMatch(messages[3]!, /"content" of a message must be a string or a block of content/);
  }
});

Deno.test("prompts/get asks the client in the middle of a prompt, and goes on with its answer", async () => {
  const { server } = quietServer();
  server.prompt({
    name: "asks",
    async run(_args, ctx) {
      const answer = await ctx.elicit({
        key: "who",
        message: "Who?",
        schema: { type: "object", properties: { name: { type: "string" } }, required: ["name"] },
      });
      return answer.action === "accept" ? `Greet ${answer.content.name}.` : "Greet nobody.";
    },
  });
  await using http = serveHttp(server);
  const meta = { "io.modelcontextprotocol/clientCapabilities": { elicitation: {} } };
  const client = modernClient(http.url);
  const first = await client.request("prompts/get", { name: "asks" }, { meta });
  assertEquals(first.result.resultType, "input_required");
  assertEquals(first.result.inputRequests.who.method, "elicitation/create");
  const second = await client.request("prompts/get", {
    name: "asks",
    requestState: first.result.requestState,
    inputResponses: { who: { action: "accept", content: { name: "Ada" } } },
  }, { meta });
  assertEquals(second.result.messages[0].content.text, "Greet Ada.");
});

Deno.test("removePrompt() takes a prompt away, and says whether there was one", async () => {
  const { server } = quietServer();
  server.prompt({ name: "a", run: () => "" });
  assertEquals([server.removePrompt("a"), server.removePrompt("a")], [true, false]);
  await using http = serveHttp(server);
  assertEquals((await modernClient(http.url).request("prompts/list")).result.prompts, []);
});

Deno.test("prompt() names the rule that a definition breaks", () => {
  const { server } = quietServer();
  const run = () => "";
  server.prompt({ name: "a", run });
  const rows: readonly (readonly [definition: object, rule: string])[] = [
    [{ run }, "Cannot register prompt nothing: name must be a text that is not empty"],
    [{ name: "", run }, "name must be a text that is not empty"],
    [{ name: "a", run }, 'Cannot register prompt "a": the name is taken'],
    [{ name: "b" }, "run must be a function: got nothing"],
    [{ name: "b", arguments: {}, run }, "arguments must be a list: got an object"],
    [{ name: "b", arguments: [{}], run }, "name of an argument must be a text that is not empty"],
    [{ name: "b", arguments: [{ name: "x" }, { name: "x" }], run }, 'argument "x" is there twice'],
    [
      { name: "b", arguments: [{ name: "x", complete: ["y"] }], run },
      'complete of "x" must be a function: got an array',
    ],
  ];
  for (const [definition, rule] of rows) {
    assertThrows(() => server.prompt(definition as Prompt), TypeError, rule);
  }
});
