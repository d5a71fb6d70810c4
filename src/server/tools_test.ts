// deno-lint-ignore-file no-import-prefix -- what deno.json names, `deno task` downloads for everybody
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { z } from "npm:zod@4.6.7";
import { modernClient } from "../../tests/support/http_client.ts";
import { quietServer } from "../../tests/support/http_server.ts";
import type { Sent } from "../../tests/support/schema_check.ts";
import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import { createHandler } from "../transports/http.ts";
import {
  audio,
  defineTool,
  failure,
  image,
  text,
  type Tool,
  type ToolDefinition,
  ToolError,
} from "./define.ts";

/** Calls a tool of a server of its own, and tells what the server reported. */
async function callTool(
  tool: Tool | ToolDefinition<never>,
  args?: unknown,
): Promise<{ answer: Sent; result: Sent; reported: unknown[] }> {
  const { server, reported } = quietServer();
  server.tool(tool as Tool);
  const handler = createHandler(server);
  const params = { name: tool.name, ...(args === undefined ? {} : { arguments: args }) };
  const answer = await modernClient(handler).request("tools/call", params);
  await handler.close();
  return { answer, result: answer.result, reported };
}

function objection(definition: unknown): string {
  const { server } = quietServer();
  return assertThrows(() => server.tool(definition as Tool), TypeError).message;
}

Deno.test("tool() takes names of 1 to 128 allowed characters and refuses every other", () => {
  const { server } = quietServer();
  for (
    const name of [
      "a",
      "getUser",
      "DATA_EXPORT_v2",
      "admin.tools.list",
      "a-b",
      "x".repeat(128),
      "__proto__",
      "constructor",
    ]
  ) {
    server.tool({ name, run: () => "" });
  }
  for (const name of ["", "x".repeat(129), "a b", "a/b", "grüße", "a\n", 5, undefined, null]) {
    const message = objection({ name, run: () => "" });
    assert(
      message.startsWith(
        "Cannot register tool: name must be 1 to 128 characters of A-Z a-z 0-9 _ - . : got ",
      ),
      message,
    );
  }
});

Deno.test("tool() refuses a second tool of the same name, until the first is removed", () => {
  const { server } = quietServer();
  server.tool({ name: "a", run: () => "first" });
  const error = assertThrows(() => server.tool({ name: "a", run: () => "second" }), TypeError);
  assertEquals(error.message, 'Cannot register tool "a": the name is taken');
  assertEquals([server.removeTool("a"), server.removeTool("a")], [true, false]);
  server.tool({ name: "a", run: () => "third" });
});

Deno.test("tool() refuses definitions that cannot work, naming the tool and the rule", () => {
  const run = () => "";
  const cases: [unknown, string][] = [
    [{ name: "t" }, 'Cannot register tool "t": run must be a function: got nothing'],
    [
      { name: "t", run, input: { type: "string" } },
      'Cannot register tool "t": "type" of the input schema must be "object": got "string"',
    ],
    [
      { name: "t", run, input: {} },
      'Cannot register tool "t": "type" of the input schema must be "object": got nothing',
    ],
    [
      { name: "t", run, input: { type: "object", properties: { a: { enum: 5 } } } },
      'Cannot register tool "t": Cannot use schema: "enum" at #/properties/a must be a list: got 5',
    ],
    [
      {
        name: "t",
        run,
        input: { type: "object", $schema: "http://json-schema.org/draft-04/schema#" },
      },
      'Cannot register tool "t": Cannot use schema: "$schema" must be',
    ],
    [
      { name: "t", run, output: { $ref: "#/$defs/none" } },
      'Cannot register tool "t": Cannot use schema: $ref at # leads nowhere: got "#/$defs/none"',
    ],
    [
      {
        name: "t",
        run,
        input: { type: "object", properties: { a: { type: "number", "x-mcp-header": "A" } } },
      },
      'Cannot register tool "t": Cannot use schema: in "x-mcp-header", "A" must be on a string, an integer or a boolean: got "number"',
    ],
    [
      { name: "t", run, input: z.object({ when: z.date() }) },
      'Cannot register tool "t": Date cannot be represented in JSON Schema',
    ],
    [
      { name: "t", run, input: z.string() },
      'Cannot register tool "t": "type" of the input schema must be "object": got "string"',
    ],
    ...[0, -1, 1.5, Infinity, NaN, 2 ** 31, "5"].map((timeoutMs): [unknown, string] => [
      { name: "t", run, timeoutMs },
      'Cannot register tool "t": timeoutMs must be an integer from 1 to 2147483647: got ',
    ]),
  ];
  for (const [definition, message] of cases) assertStringIncludes(objection(definition), message);
});

Deno.test("tool() leaves nothing behind of a definition that it refused", () => {
  const { server } = quietServer();
  assertThrows(() => server.tool({ name: "a", input: { type: "string" }, run: () => "" }));
  server.tool({ name: "a", run: () => "" });
});

Deno.test("tools/call makes a result of whatever a handler returns", async () => {
  const png = Uint8Array.of(1, 2, 3);
  const cases: [unknown, Sent[]][] = [
    ["hi", [{ type: "text", text: "hi" }]],
    [5, [{ type: "text", text: "5" }]],
    [false, [{ type: "text", text: "false" }]],
    [undefined, []],
    [null, []],
    [text("hi", { priority: 1 }), [{ type: "text", text: "hi", annotations: { priority: 1 } }]],
    [image(png, "image/png"), [{ type: "image", data: "AQID", mimeType: "image/png" }]],
    [[text("a"), audio("aGk=", "audio/wav")], [{ type: "text", text: "a" }, {
      type: "audio",
      data: "aGk=",
      mimeType: "audio/wav",
    }]],
    [{ a: 1 }, [{ type: "text", text: '{"a":1}' }]],
    [new Map(), [{ type: "text", text: "{}" }]],
  ];
  for (const [value, content] of cases) {
    for (const run of [() => value, () => Promise.resolve(value)]) {
      const { result, reported } = await callTool({ name: "t", run: run as Tool["run"] });
      assertEquals(result.content, content);
      assertEquals([result.isError, result.resultType], [undefined, "complete"]);
      assertEquals(reported, []);
    }
  }
  const failed = await callTool({ name: "t", run: () => failure("try again", { code: 5 }) });
  assertEquals(failed.result.content, [{ type: "text", text: "try again" }]);
  assertEquals([failed.result.isError, failed.result.structuredContent], [true, { code: 5 }]);
});

Deno.test("tools/call makes an error of what JSON cannot carry, and stays up", async () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  const unsayable: (() => unknown)[] = [
    () => circle,
    () => ({ content: [text("a")], structuredContent: { a: 1n } }),
    () => ({ ...text("a"), _meta: { a: 1n } }),
    () => Symbol("x"),
    () => () => 1,
  ];
  for (const run of unsayable) {
    const { result, reported } = await callTool({ name: "t", run: run as Tool["run"] });
    assertEquals(result.isError, true);
    assertStringIncludes(result.content[0].text, "Tool returned a ");
    assertEquals(reported.length, 1);
  }
  const thrown = await callTool({
    name: "t",
    run: () => {
      throw new ToolError("Try again", { size: 1n });
    },
  });
  assertEquals(thrown.result.content, [{ type: "text", text: "Try again" }]);
  assertEquals([thrown.result.isError, thrown.result.structuredContent], [true, undefined]);
  assertEquals(thrown.reported.length, 1);
  const protocol = await callTool({
    name: "t",
    run: () => {
      throw new RpcError(ErrorCode.InvalidParams, "No", { size: 1n });
    },
  });
  assertEquals(protocol.answer.error.code, ErrorCode.InternalError);
});

Deno.test("tools/call makes a result of whatever a handler throws, without a stack, and reports what is likely a bug", async () => {
  const cases: [unknown, string][] = [
    [new Error("it broke"), "it broke"],
    [new Error(""), "Error"],
    [new RangeError(""), "RangeError"],
    ["a string", "a string"],
    [undefined, "The tool failed without saying why"],
    [null, "The tool failed without saying why"],
    [{ code: 5 }, "The tool failed without saying why"],
    [5, "The tool failed without saying why"],
  ];
  for (const [thrown, message] of cases) {
    for (
      const run of [
        () => {
          throw thrown;
        },
        () => Promise.reject(thrown),
      ]
    ) {
      const { result, reported } = await callTool({ name: "t", run });
      assertEquals(result.content, [{ type: "text", text: message }]);
      assertEquals(result.isError, true);
      // A plain error is what an author tells the model; anything else is likely a bug.
      const isPlain = thrown instanceof Error && thrown.name === "Error";
      assertEquals(reported, isPlain ? [] : [thrown]);
    }
  }
});

Deno.test("tools/call says what would help where a tool's module is gone, and names no file", async () => {
  const gone = `./gone_${crypto.randomUUID()}.ts`;
  const { result, reported } = await callTool({ name: "late", run: () => import(gone) });
  assertEquals(result.isError, true);
  assertEquals(
    result.content[0].text,
    "The tool could not be loaded: the server's program was changed while it ran; restart it",
  );
  assertStringIncludes(String(reported[0]), gone.slice(2));
});

Deno.test("tools/call passes a ToolError to the model and an RpcError to the client, and reports neither", async () => {
  const tool = await callTool({
    name: "t",
    run: () => {
      throw new ToolError("Give a shorter text", { most: 5 });
    },
  });
  assertEquals(tool.result.content, [{ type: "text", text: "Give a shorter text" }]);
  assertEquals([tool.result.isError, tool.result.structuredContent], [true, { most: 5 }]);
  assertEquals(tool.reported, []);
  const rpc = await callTool({
    name: "t",
    run: () => {
      throw new RpcError(ErrorCode.InvalidParams, "No such city", { got: "Atlantis" });
    },
  });
  assertEquals(rpc.answer.error, {
    code: -32602,
    message: "No such city",
    data: { got: "Atlantis" },
  });
  assertEquals(rpc.reported, []);
});

Deno.test("tools/call refuses arguments that the schema does not allow as a result the model can mend", async () => {
  let ran = 0;
  const tool = defineTool({
    name: "t",
    input: {
      type: "object",
      properties: { n: { type: "integer" }, s: { type: "string" } },
      required: ["n"],
      additionalProperties: false,
    },
    run: () => void ran++,
  });
  const cases: [unknown, string][] = [
    [undefined, 'Invalid arguments for t: "n" is required: got nothing'],
    [{}, 'Invalid arguments for t: "n" is required: got nothing'],
    [{ n: "5" }, 'Invalid arguments for t: "n" must be an integer: got "5"'],
    [
      { n: "a", s: 1 },
      'Invalid arguments for t: "n" must be an integer: got "a"; "s" must be a string: got 1',
    ],
    [{ n: 1, x: 1 }, 'Invalid arguments for t: "x" is not known here; known are "n", "s"'],
  ];
  for (const [args, message] of cases) {
    const { result, reported } = await callTool(tool, args);
    assertEquals([result.isError, result.content[0].text], [true, message]);
    assertEquals(reported, []);
  }
  assertEquals(ran, 0);
  const none = await callTool({ name: "t", run: () => "ran" }, { surprise: 1 });
  assertEquals(
    none.result.content[0].text,
    'Invalid arguments for t: "surprise" is not known here; leave it out',
  );
});

Deno.test("tools/call refuses requests that name no tool, as protocol errors", async () => {
  const { server } = quietServer();
  server.tool({ name: "t", run: () => "" });
  const handler = createHandler(server);
  const client = modernClient(handler);
  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty", "T", "t2"]) {
    const { error } = await client.request("tools/call", { name });
    assertEquals(error, {
      code: -32602,
      message: `Unknown tool: got ${JSON.stringify(name)}; "tools/list" names those there are`,
    });
  }
  const cases: [Sent, string][] = [
    [{}, '"name" must be a string: got nothing'],
    [{ name: 5 }, '"name" must be a string: got a number'],
    [{ name: "t", arguments: [] }, '"arguments" must be an object: got an array'],
    [{ name: "t", arguments: "x" }, '"arguments" must be an object: got a string'],
    [{ name: "t", arguments: null }, '"arguments" must be an object: got null'],
  ];
  for (const [params, message] of cases) {
    const headers = { "mcp-name": typeof params.name === "string" ? params.name : "" };
    const { error } = await client.request("tools/call", params, { headers });
    assertEquals(error, { code: -32602, message });
  }
  await handler.close();
});

Deno.test("tools/call gives a zod tool's handler what the schema makes of the arguments", async () => {
  const tool = defineTool({
    name: "t",
    input: z.object({ n: z.number(), s: z.string().default("none") }),
    run: ({ n, s }) => `${n.toFixed(1)} ${s.toUpperCase()}`,
  });
  assertEquals((await callTool(tool, { n: 1 })).result.content[0].text, "1.0 NONE");
  const wrong = (await callTool(tool, { n: "x" })).result;
  assertEquals(wrong.isError, true);
  assertEquals(
    wrong.content[0].text,
    'Invalid arguments for t: "n": Invalid input: expected number, received string',
  );
});

Deno.test("tools/call takes what is clearly meant where the tool is lenient", async () => {
  const input = {
    type: "object",
    properties: { n: { type: "integer" }, paths: { type: "array", items: { type: "string" } } },
  } as const;
  const run: Tool["run"] = (given) => given as object;
  const args = { n: "5", paths: "a.txt" };
  const lenient = await callTool({ name: "t", input, lenient: true, run }, args);
  assertEquals(lenient.result.structuredContent, { n: 5, paths: ["a.txt"] });
  const strict = await callTool({ name: "t", input, run }, args);
  assertEquals(strict.result.isError, true);
});

Deno.test("tools/call holds results to the output schema", async () => {
  const output = {
    type: "object",
    properties: { n: { type: "number" }, at: { type: "string" } },
    required: ["n"],
  } as const;
  const good = await callTool({ name: "t", output, run: () => ({ n: 1, at: new Date(0) }) });
  assertEquals(good.result.structuredContent, { n: 1, at: "1970-01-01T00:00:00.000Z" });
  const whole = await callTool({
    name: "t",
    output,
    run: () => ({ content: [text("one")], structuredContent: { n: 1, at: undefined } }),
  });
  assertEquals([whole.result.isError, whole.result.content[0].text], [undefined, "one"]);
  const cases: [() => unknown, string][] = [
    [
      () => ({ n: "1" }),
      'Tool "t" returned what its output schema does not allow: "n" must be a number: got "1"',
    ],
    [() => "text", 'Tool "t" has an output schema but returned no structured content'],
    [() => undefined, 'Tool "t" has an output schema but returned no structured content'],
  ];
  for (const [run, message] of cases) {
    const { result, reported } = await callTool({ name: "t", output, run: run as Tool["run"] });
    assertEquals([result.isError, result.content[0].text], [true, message]);
    assertEquals(reported.length, 1);
  }
  const failed = await callTool({ name: "t", output, run: () => failure("no") });
  assertEquals([failed.result.isError, failed.reported], [true, []]);
});

Deno.test("tools/call sends of a zod output what the schema that is shown allows", async () => {
  const tool = defineTool({
    name: "t",
    output: z.object({ n: z.number() }),
    run: () => ({ n: 1, secret: "left out" }),
  });
  const { result } = await callTool(tool);
  assertEquals(result.structuredContent, { n: 1 });
  assertEquals(result.content, [{ type: "text", text: '{"n":1}' }]);
});

Deno.test("tools/list pages through the tools in their order", async () => {
  const { server } = quietServer({ pageSize: 2 });
  for (const name of ["a", "b", "c", "d", "e"]) server.tool({ name, run: () => "" });
  const handler = createHandler(server);
  const client = modernClient(handler);
  const names: string[][] = [];
  let cursor: string | undefined;
  do {
    const { result } = await client.request("tools/list", cursor === undefined ? {} : { cursor });
    names.push(result.tools.map((tool: Sent) => tool.name));
    cursor = result.nextCursor;
  } while (cursor !== undefined);
  assertEquals(names, [["a", "b"], ["c", "d"], ["e"]]);
  await handler.close();
});

Deno.test("tools/list goes on where it was when tools come and go between pages", async () => {
  const { server } = quietServer({ pageSize: 2 });
  for (const name of ["a", "b", "c", "d", "e"]) server.tool({ name, run: () => "" });
  const handler = createHandler(server);
  const client = modernClient(handler);
  const list = async (params: Sent) => (await client.request("tools/list", params)).result;
  const { nextCursor: cursor } = await list({});
  const rest = async () => (await list({ cursor })).tools.map((tool: Sent) => tool.name);
  assertEquals(await rest(), ["c", "d"]);
  server.removeTool("d");
  assertEquals(await rest(), ["c", "e"]);
  server.removeTool("b"); // The one that the cursor names.
  assertEquals((await rest())[0], "c");
  server.tool({ name: "f", run: () => "" });
  assertEquals((await rest())[0], "c");
  for (const name of ["c", "e", "f"]) server.removeTool(name);
  const { tools, nextCursor } = await list({ cursor });
  assertEquals([tools, nextCursor], [[], undefined]);
  await handler.close();
});

Deno.test("tools/list refuses cursors that it did not give out", async () => {
  const { server } = quietServer();
  server.tool({ name: "a", run: () => "" });
  const handler = createHandler(server);
  const client = modernClient(handler);
  const forged = (value: unknown) => btoa(JSON.stringify(value));
  for (
    const cursor of [
      "",
      "nonsense",
      "!!!",
      forged([1]),
      forged({ next: 1 }),
      forged([0, "a"]),
      forged([-1, "a"]),
      forged([1.5, "a"]),
      forged([1, 5]),
      forged(null),
    ]
  ) {
    const { error } = await client.request("tools/list", { cursor });
    assertEquals(error.code, -32602, cursor);
    assertEquals(
      error.message,
      `"cursor" must be one that this list gave out: got ${
        JSON.stringify(cursor)
      }; list again without a cursor`,
    );
  }
  const { error } = await client.request("tools/list", { cursor: 5 });
  assertEquals(error.message, '"cursor" must be a string: got a number');
  await handler.close();
});

Deno.test("a handler's types are those of its schema", () => {
  defineTool({
    name: "t",
    input: {
      type: "object",
      properties: { city: { type: "string" }, days: { type: "integer" } },
      required: ["city"],
    },
    run({ city, days }) {
      const sure: string = city;
      const maybe: number | undefined = days;
      // @ts-expect-error -- `days` may be absent
      const wrong: number = days;
      // @ts-expect-error -- there is no such argument
      return [sure, maybe, wrong, arguments[0].none ?? ({ city }).none];
    },
  });
  quietServer().server.tool({
    name: "z",
    input: z.object({ n: z.number() }),
    run: ({ n }) => n.toFixed(),
  });
});
