import { assert, assertEquals } from "@std/assert";
import { coerce } from "./coerce.ts";

const integer = { type: "integer" };
const strings = { type: "array", items: { type: "string" } };

Deno.test("coerce() takes what is clearly meant", () => {
  const cases: [unknown, unknown, unknown][] = [
    ["5", integer, 5],
    [" -7 ", integer, -7],
    ["5.5", { type: "number" }, 5.5],
    ["1e3", { type: "number" }, 1000],
    ["true", { type: "boolean" }, true],
    ["False", { type: "boolean" }, false],
    [5, { type: "string" }, "5"],
    ['{"a":"1"}', { type: "object", properties: { a: integer } }, { a: 1 }],
    ['["1","2"]', { type: "array", items: integer }, [1, 2]],
    ["a.txt", strings, ["a.txt"]],
    ["5", { type: "array", items: integer }, [5]],
    [5, { type: "array", items: integer }, [5]],
    [{ a: "1", b: "x" }, { type: "object", properties: { a: integer } }, { a: 1, b: "x" }],
    ["5", { type: ["integer", "null"] }, 5],
    ['{"a":1}', { type: ["object", "array"] }, { a: 1 }],
  ];
  for (const [value, schema, meant] of cases) {
    assertEquals(coerce(value, schema), meant, JSON.stringify([value, schema]));
  }
});

Deno.test("coerce() leaves alone what has no one meaning", () => {
  const cases: [unknown, unknown][] = [
    ["5.5", integer],
    ["5x", integer],
    ["", integer],
    ["", { type: "number" }],
    ["Infinity", { type: "number" }],
    ["99999999999999999999", integer],
    ["yes", { type: "boolean" }],
    ["{a", { type: "object" }],
    ["5", { type: ["string", "integer"] }],
    [5, { type: ["string", "null"] }],
    [true, { type: "string" }],
    [null, strings],
    [undefined, strings],
    ["5", {}],
    ["5", true],
    [{ a: "5" }, { type: "object" }],
  ];
  for (const [value, schema] of cases) {
    assertEquals(coerce(value, schema), value, JSON.stringify([value, schema]));
  }
});

Deno.test("coerce() takes null for an optional argument that was left out", () => {
  const schema = {
    type: "object",
    properties: { a: integer, b: integer, c: { type: ["integer", "null"] }, d: {} },
    required: ["b"],
  };
  const value = { a: null, b: null, c: null, d: null, e: null };
  assertEquals(coerce(value, schema), { b: null, c: null, d: null, e: null });
});

Deno.test("coerce() gives a copy", () => {
  const value = { a: "5", list: ["1"] };
  const schema = {
    type: "object",
    properties: { a: integer, list: { type: "array", items: integer } },
  };
  assertEquals(coerce(value, schema), { a: 5, list: [1] });
  assertEquals(value, { a: "5", list: ["1"] });
});

Deno.test("coerce() keeps a member named __proto__ a member", () => {
  const value = JSON.parse(`{"n":"5","__proto__":{"admin":true}}`);
  const meant = coerce(value, { type: "object", properties: { n: integer } });
  assert(Object.hasOwn(meant as object, "__proto__"));
  assertEquals((meant as { admin?: boolean }).admin, undefined);
  assertEquals(JSON.stringify(meant), `{"n":5,"__proto__":{"admin":true}}`);
});
