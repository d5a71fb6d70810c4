import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { compileJsonSchema } from "./json_schema.ts";
import type { JsonSchema } from "./types.ts";

function problems(schema: JsonSchema, value: unknown): readonly string[] {
  return compileJsonSchema(schema)(value);
}

function objection(schema: unknown): string {
  return assertThrows(() => compileJsonSchema(schema as JsonSchema), TypeError).message;
}

Deno.test("compileJsonSchema() says what was wanted and what came, by the name of the argument", () => {
  const schema = {
    type: "object",
    properties: {
      n: { type: "integer", minimum: 1, maximum: 9 },
      s: { type: "string", minLength: 2, maxLength: 4, pattern: "^a" },
      e: { enum: ["x", "y"] },
      c: { const: 5 },
      l: { type: "array", items: { type: "string" }, minItems: 1, maxItems: 2 },
      f: { type: "string", format: "email" },
      u: { type: ["string", "null"] },
      x: { exclusiveMinimum: 0, exclusiveMaximum: 2 },
      o: { type: "object", properties: { "a/b~c d": { type: "boolean" } } },
    },
    required: ["n"],
    additionalProperties: false,
  };
  const cases: [unknown, string[]][] = [
    [{ n: 5 }, []],
    [{}, ['"n" is required: got nothing']],
    [{ n: "5" }, ['"n" must be an integer: got "5"']],
    [{ n: null }, ['"n" must be an integer: got null']],
    [{ n: 0 }, ['"n" must be at least 1: got 0']],
    [{ n: 10 }, ['"n" must be at most 9: got 10']],
    [{ n: 1, s: "a" }, ['"s" must have at least 2 characters: got "a"']],
    [{ n: 1, s: "abcde" }, ['"s" must have at most 4 characters: got 5']],
    [{ n: 1, s: "bb" }, ['"s" must match "^a": got "bb"']],
    [{ n: 1, e: "z" }, ['"e" must be one of ["x","y"]: got "z"']],
    [{ n: 1, c: 6 }, ['"c" must be 5: got 6']],
    [{ n: 1, l: [] }, ['"l" must have at least 1 items: got 0']],
    [{ n: 1, l: ["a", "b", "c"] }, ['"l" must have at most 2 items: got 3']],
    [{ n: 1, l: ["a", 2] }, ['"l.1" must be a string: got 2']],
    [{ n: 1, f: "x" }, ['"f" must be a valid email: got "x"']],
    [{ n: 1, u: 1 }, ['"u" must be a string or null: got 1']],
    [{ n: 1, x: 0 }, ['"x" must be more than 0: got 0']],
    [{ n: 1, x: 2 }, ['"x" must be less than 2: got 2']],
    [{ n: 1, o: { "a/b~c d": 1 } }, ['"o.a/b~c d" must be a boolean: got 1']],
    [{ n: 1, extra: 1 }, [
      '"extra" is not known here; known are "n", "s", "e", "c", "l", "f", "u", "x", "o"',
    ]],
    [[], ["value must be an object: got an array"]],
    [{ n: "a", s: 5 }, ['"n" must be an integer: got "a"', '"s" must be a string: got 5']],
  ];
  for (const [value, expected] of cases) {
    assertEquals(problems(schema, value), expected, JSON.stringify(value));
  }
});

Deno.test("compileJsonSchema() shows five problems at most and says how many there are beside", () => {
  const names = ["a", "b", "c", "d", "e", "f", "g"];
  const schema = { type: "object", required: names };
  const list = problems(schema, {});
  assertEquals(list.length, 6);
  assertEquals(list.at(-1), "and 2 more");
});

Deno.test("compileJsonSchema() follows references within the schema, and nowhere else", () => {
  const tree = {
    type: "object",
    properties: { children: { type: "array", items: { $ref: "#" } }, name: { $ref: "#/$defs/n" } },
    required: ["name"],
    $defs: { n: { type: "string" } },
  };
  assertEquals(problems(tree, { name: "a", children: [{ name: "b" }] }), []);
  assertEquals(problems(tree, { name: "a", children: [{ name: 5 }] }), [
    '"children.0.name" must be a string: got 5',
  ]);
  assertEquals(
    objection({ properties: { a: { $ref: "https://example.com/x.json" } } }),
    'Cannot use schema: $ref at #/properties/a must lead into the schema itself ("#..."), as nothing is fetched: got "https://example.com/x.json"',
  );
  assertEquals(
    objection({ properties: { a: { $ref: "#/$defs/nope" } } }),
    'Cannot use schema: $ref at #/properties/a leads nowhere: got "#/$defs/nope"',
  );
  assertEquals(objection({ $ref: "#" }), 'Cannot use schema: $ref at # turns in a circle: got "#"');
  assertEquals(
    objection({ properties: { a: { $ref: "#/$defs/b" } }, $defs: { b: { $ref: "#/$defs/b" } } }),
    'Cannot use schema: $ref at #/properties/a turns in a circle: got "#/$defs/b"',
  );
  assertEquals(
    objection({ items: { $dynamicRef: "#a" }, $defs: { a: { $dynamicAnchor: "a" } } }),
    "Cannot use schema: $dynamicRef at #/items cannot be followed here; use $ref",
  );
});

Deno.test("compileJsonSchema() knows anchors and definitions of older schemas", () => {
  const anchored = {
    properties: { a: { $ref: "#text" } },
    $defs: { x: { $anchor: "text", type: "string" } },
  };
  assertEquals(problems(anchored, { a: 1 }), ['"a" must be a string: got 1']);
  const older = {
    properties: { a: { $ref: "#/definitions/t" } },
    definitions: { t: { type: "null" } },
  };
  assertEquals(problems(older, { a: 1 }), ['"a" must be null: got 1']);
});

Deno.test("compileJsonSchema() refuses another dialect, and takes its own with and without a hash", () => {
  assertEquals(
    objection({ $schema: "http://json-schema.org/draft-04/schema#" }),
    'Cannot use schema: "$schema" must be "https://json-schema.org/draft/2020-12/schema" or "http://json-schema.org/draft-07/schema", or absent: got "http://json-schema.org/draft-04/schema#"',
  );
  assertEquals(
    problems({ $schema: "http://json-schema.org/draft-07/schema#", minLength: 2 }, "a"),
    ['value must have at least 2 characters: got "a"'],
  );
  assertEquals(
    problems({ $schema: "https://json-schema.org/draft/2020-12/schema#", type: "string" }, "a"),
    [],
  );
});

Deno.test("compileJsonSchema() refuses keywords that are not what the dialect wants, saying where", () => {
  const cases: [unknown, string][] = [
    [{ type: "strng" }, '"type" at # must be a type or a list of types: got "strng"'],
    [{ type: 5 }, '"type" at # must be a type or a list of types: got 5'],
    [{ properties: 5 }, '"properties" at # must be an object of schemas: got 5'],
    [{ properties: { a: 5 } }, '"properties" at # must be an object of schemas: got an object'],
    [{ required: "a" }, '"required" at # must be a list of strings: got "a"'],
    [{ minimum: "3" }, '"minimum" at # must be a number: got "3"'],
    [{ exclusiveMinimum: true }, '"exclusiveMinimum" at # must be a number: got true'],
    [{ maxLength: -1 }, '"maxLength" at # must be a count: got -1'],
    [{ enum: 5 }, '"enum" at # must be a list: got 5'],
    [{ pattern: 5 }, '"pattern" at # must be a string: got 5'],
    [{ items: [{}] }, '"items" at # must be a schema: got an array'],
    [{ anyOf: {} }, '"anyOf" at # must be a list of schemas: got an object'],
    [{ anyOf: [] }, '"anyOf" at # must be a list of schemas: got an array'],
    [{ $ref: 5 }, '"$ref" at # must be a string: got 5'],
    [{ uniqueItems: 1 }, '"uniqueItems" at # must be a boolean: got 1'],
    [
      { properties: { a: { items: { enum: "x" } } } },
      '"enum" at #/properties/a/items must be a list: got "x"',
    ],
    [
      { allOf: [{}, { minItems: "1" }] },
      '"minItems" at #/allOf/1 must be a count: got "1"',
    ],
  ];
  for (const [schema, text] of cases) {
    assertEquals(objection(schema), `Cannot use schema: ${text}`, JSON.stringify(schema));
  }
  const broken = objection({ properties: { a: { pattern: "(" } } });
  assert(
    broken.startsWith(
      "Cannot use schema: pattern at #/properties/a is not a regular expression: ",
    ),
    broken,
  );
});

Deno.test("compileJsonSchema() takes properties that are named like keywords for properties", () => {
  const names = ["type", "enum", "pattern", "$ref", "required", "constructor", "toString"];
  const properties = Object.fromEntries(names.map((name) => [name, { type: "string" }]));
  const schema = { type: "object", properties };
  assertEquals(problems(schema, {}), []);
  assertEquals(problems(schema, { type: "a", enum: "b", constructor: "c", toString: "d" }), []);
  assertEquals(problems(schema, { toString: 5 }), ['"toString" must be a string: got 5']);
  assertEquals(problems({ type: "object", required: ["constructor"] }, {}), [
    '"constructor" is required: got nothing',
  ]);
});

Deno.test("compileJsonSchema() does not take a member named __proto__ for what is inherited", () => {
  const schema = { type: "object", properties: { a: {} }, required: ["a"] };
  assertEquals(problems(schema, JSON.parse(`{"__proto__":{"a":1}}`)), [
    '"a" is required: got nothing',
  ]);
  const strict = { type: "object", properties: { a: {} }, additionalProperties: false };
  assertEquals(problems(strict, JSON.parse(`{"__proto__":{"a":1}}`)), [
    '"__proto__" is not known here; known are "a"',
  ]);
});

Deno.test("compileJsonSchema() refuses a schema that is too deep, too large, or turns in a circle", () => {
  let deep: Record<string, unknown> = {};
  for (let i = 0; i < 70; i++) deep = { items: deep };
  assert(objection(deep).startsWith("Cannot use schema: nested deeper than 64 at #/items"));
  const properties = Object.fromEntries(Array.from({ length: 20_001 }, (_, i) => [`p${i}`, {}]));
  assertEquals(objection({ properties }), "Cannot use schema: more than 20000 parts");
  const circle: Record<string, unknown> = {};
  circle.items = circle;
  assertStringIncludes(objection(circle), "Cannot use schema: it cannot be written as JSON: ");
});

Deno.test("compileJsonSchema() keeps its own copy of the schema and leaves the author's as it is", () => {
  const schema = { type: "object", properties: { a: { $ref: "#/$defs/x" } }, $defs: { x: {} } };
  const before = JSON.stringify(schema);
  const check = compileJsonSchema(schema);
  assertEquals(JSON.stringify(schema), before);
  (schema.$defs as Record<string, unknown>).x = { type: "string" };
  assertEquals(check({ a: 5 }), []);
});

Deno.test("compileJsonSchema() takes true for anything and false for nothing", () => {
  assertEquals(problems(true, { any: 1 }), []);
  assertEquals(problems(false, 1), ["no value is allowed"]);
  assertEquals(problems({ properties: { a: false } }, { a: 1 }), [
    '"a" is not known here; leave it out',
  ]);
});

Deno.test("compileJsonSchema() takes what the dialect has beside the plain keywords", () => {
  const schema = {
    type: "object",
    if: { properties: { kind: { const: "file" } } },
    then: { required: ["path"] },
    dependentRequired: { a: ["b"] },
    oneOf: [{ required: ["kind"] }, { required: ["other"] }],
    unevaluatedProperties: true,
    propertyNames: { maxLength: 9 },
    not: { required: ["never"] },
    "x-extension": { type: 5 },
    default: { type: 5 },
    examples: [{ type: 5 }],
  };
  assertEquals(problems(schema, { kind: "file", path: "a" }), []);
  assertEquals(problems(schema, { kind: "file" }), ['"path" is required: got nothing']);
});

Deno.test("compileJsonSchema() takes no longer for a flood of problems than for their reading", () => {
  const edits = { type: "array", items: { type: "object", required: ["a"] } };
  const check = compileJsonSchema({
    type: "object",
    properties: { edits },
    additionalProperties: false,
  });
  const start = performance.now();
  const strange = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`k${at}`, 0]));
  assertEquals(check(strange).length, 6);
  assertEquals(check({ edits: new Array(500_000).fill(0) }).length, 1);
  const ms = performance.now() - start;
  assert(ms < 5_000, `took ${Math.round(ms)} ms`);
});
