import { assertEquals, assertThrows } from "@std/assert";
import { isContent, toToolResult } from "./result.ts";

const text = (value: string) => ({ type: "text", text: value });

Deno.test("toToolResult() makes text of scalars, and nothing of nothing", () => {
  assertEquals(toToolResult("hi"), { content: [text("hi") as never] });
  assertEquals(toToolResult(""), { content: [text("") as never] });
  assertEquals(toToolResult(0).content, [text("0") as never]);
  assertEquals(toToolResult(-0.5).content, [text("-0.5") as never]);
  assertEquals(toToolResult(NaN).content, [text("NaN") as never]);
  assertEquals(toToolResult(true).content, [text("true") as never]);
  assertEquals(toToolResult(12n).content, [text("12") as never]);
  assertEquals(toToolResult(null), { content: [] });
  assertEquals(toToolResult(undefined), { content: [] });
});

Deno.test("toToolResult() mirrors a plain object or list as text and structured content", () => {
  const cases: [unknown, string][] = [
    [{ a: 1 }, '{"a":1}'],
    [{}, "{}"],
    [[], "[]"],
    [[1, "two"], '[1,"two"]'],
    [{ type: "report", text: "not content" }, '{"type":"report","text":"not content"}'],
    [{ type: "text", text: "x", extra: 1 }, '{"type":"text","text":"x","extra":1}'],
    [{ content: "a string" }, '{"content":"a string"}'],
    [{ content: [{ type: "other" }] }, '{"content":[{"type":"other"}]}'],
    [{ content: [], total: 0 }, '{"content":[],"total":0}'],
    [[{ type: "text", text: "a" }, "b"], '[{"type":"text","text":"a"},"b"]'],
  ];
  for (const [value, json] of cases) {
    assertEquals(toToolResult(value), {
      content: [text(json) as never],
      structuredContent: JSON.parse(json),
    });
  }
});

Deno.test("toToolResult() shows an object as JSON writes it", () => {
  const dated = { at: new Date(0), gone: undefined, list: [undefined], nan: NaN };
  assertEquals(toToolResult(dated).structuredContent, {
    at: "1970-01-01T00:00:00.000Z",
    list: [null],
    nan: null,
  });
  const named = JSON.parse('{"__proto__":{"a":1}}');
  assertEquals(toToolResult(named).content, [text('{"__proto__":{"a":1}}') as never]);
});

Deno.test("toToolResult() takes _meta of a plain object for the result's own", () => {
  assertEquals(toToolResult({ a: 1, _meta: { "example.com/b": 2 } }), {
    content: [text('{"a":1}') as never],
    structuredContent: { a: 1 },
    _meta: { "example.com/b": 2 },
  });
});

Deno.test("toToolResult() takes content, lists of it and whole results as they are", () => {
  const image = { type: "image", data: "aGk=", mimeType: "image/png" } as const;
  const link = { type: "resource_link", uri: "file:///a", name: "a", size: 5 } as const;
  const embedded = { type: "resource", resource: { uri: "file:///a", text: "a" } } as const;
  for (const block of [image, link, embedded]) {
    assertEquals(toToolResult(block), { content: [block] });
  }
  assertEquals(toToolResult([image, link]), { content: [image, link] });
  const whole = { content: [image], isError: true, structuredContent: 5, _meta: { a: 1 } };
  assertEquals(toToolResult(whole), whole);
  assertEquals(toToolResult({ content: [] }), { content: [] });
});

Deno.test("toToolResult() writes what a whole result carries as JSON does", () => {
  const result = toToolResult({
    content: [{ ...text("a"), annotations: { lastModified: new Date(0) } }],
    structuredContent: { a: undefined, at: new Date(0) },
    _meta: { b: undefined },
  });
  assertEquals(JSON.stringify(result.structuredContent), '{"at":"1970-01-01T00:00:00.000Z"}');
  assertEquals(Object.keys(result.structuredContent as object), ["at"]);
  assertEquals(result._meta, {});
  assertEquals(
    result.content[0]?.annotations?.lastModified as unknown,
    "1970-01-01T00:00:00.000Z",
  );
});

Deno.test("toToolResult() refuses what JSON cannot carry, wherever it stands", () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  const fail = (reason: unknown) => {
    throw reason;
  };
  const why = "Tool returned a value that JSON cannot carry";
  const cases: [unknown, string][] = [
    [circle, `${why}: it contains itself`],
    [{ a: 1n }, `${why}: it holds a value that JSON has no form for (a BigInt, say)`],
    [{ content: [text("a")], structuredContent: { a: 1n } }, `${why}: it holds a value`],
    [{ content: [text("a")], _meta: circle }, `${why}: it contains itself`],
    [{ ...text("a"), annotations: circle }, `${why}: it contains itself`],
    [[{ type: "resource_link", uri: "a:b", name: "a", size: 1n }], `${why}: it holds a value`],
    [() => 1, "Tool returned a function, which is nothing that a result can carry"],
    [Symbol("x"), "Tool returned a symbol, which is nothing that a result can carry"],
    [{ toJSON: () => undefined }, why],
    [{ toJSON: () => fail(new Error("no such row")) }, `${why}: no such row`],
    [{ toJSON: () => fail(new TypeError("x is undefined")) }, `${why}: x is undefined`],
    [{ toJSON: () => fail("a text") }, `${why}: it throws when it is read`],
  ];
  for (const [value, message] of cases) {
    assertThrows(() => toToolResult(value), TypeError, message);
  }
});

Deno.test("isContent() knows each type by what the spec gives it, and no other", () => {
  const yes = [
    { type: "text", text: "", annotations: {}, _meta: {} },
    { type: "audio", data: "", mimeType: "a/b" },
    { type: "resource", resource: { uri: "a:b", blob: "" } },
  ];
  const no = [
    null,
    "text",
    [],
    {},
    { type: "text" },
    { type: "text", text: 5 },
    { type: "image", data: "", mimeType: 5 },
    { type: "image", data: "" },
    { type: "resource", resource: { uri: "a:b" } },
    { type: "resource", resource: "a:b" },
    { type: "resource_link", uri: "a:b" },
    { type: "video", data: "", mimeType: "a/b" },
  ];
  for (const value of yes) assertEquals(isContent(value), true, JSON.stringify(value));
  for (const value of no) assertEquals(isContent(value), false, JSON.stringify(value));
});
