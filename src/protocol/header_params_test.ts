import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { findHeaderParams } from "./header_params.ts";

const region = { type: "string", "x-mcp-header": "Region" };

function objection(schema: unknown): string {
  return assertThrows(() => findHeaderParams(schema), TypeError).message;
}

Deno.test("findHeaderParams() finds annotated properties, nested ones by their path", () => {
  const schema = {
    type: "object",
    properties: {
      region,
      deep: {
        type: "object",
        properties: {
          count: { type: "integer", "x-mcp-header": "Deep-Count" },
          flag: { type: "boolean", "x-mcp-header": "f!#$%&'*+.^_`|~9" },
        },
      },
      plain: { type: "string" },
    },
  };
  assertEquals(findHeaderParams(schema), [
    { header: "mcp-param-region", path: ["region"], type: "string" },
    { header: "mcp-param-deep-count", path: ["deep", "count"], type: "integer" },
    { header: "mcp-param-f!#$%&'*+.^_`|~9", path: ["deep", "flag"], type: "boolean" },
  ]);
  assertEquals(findHeaderParams({ type: "object" }), []);
  assertEquals(findHeaderParams(true), []);
});

Deno.test("findHeaderParams() takes properties by any name for properties", () => {
  const schema = {
    type: "object",
    properties: { properties: { type: "object", properties: { enum: region } } },
  };
  assertEquals(findHeaderParams(schema)[0]?.path, ["properties", "enum"]);
});

Deno.test("findHeaderParams() refuses a name that is no header token", () => {
  for (const name of ["", "a b", "a:b", "grüße", "a\r\nb", "a\u0000", 5, null, ["x"]]) {
    const text = objection({
      type: "object",
      properties: { a: { type: "string", "x-mcp-header": name } },
    });
    assertStringIncludes(
      text,
      'Cannot use schema: in "x-mcp-header", the name must be a header token that is not empty: got ',
    );
  }
});

Deno.test("findHeaderParams() refuses two names that differ in case only", () => {
  const schema = {
    type: "object",
    properties: { a: region, b: { type: "string", "x-mcp-header": "REGION" } },
  };
  assertEquals(
    objection(schema),
    'Cannot use schema: in "x-mcp-header", the name must be unique whatever its case: got "mcp-param-region" twice',
  );
});

Deno.test("findHeaderParams() refuses what is not a string, an integer or a boolean", () => {
  for (const type of ["number", "object", "array", "null", undefined, ["string", "null"]]) {
    const text = objection({
      type: "object",
      properties: { a: { type, "x-mcp-header": "A" } },
    });
    assertStringIncludes(
      text,
      'Cannot use schema: in "x-mcp-header", "A" must be on a string, an integer or a boolean: got ',
    );
  }
});

Deno.test("findHeaderParams() refuses what is not reached through properties alone", () => {
  const inside = { type: "object", properties: { region } };
  const schemas: unknown[] = [
    region,
    { properties: { a: { type: "array", items: region } } },
    { properties: { a: { type: "array", items: inside } } },
    { properties: { a: { prefixItems: [region] } } },
    { properties: { a: { anyOf: [region] } } },
    { oneOf: [inside] },
    { allOf: [inside] },
    { not: inside },
    { if: inside },
    { then: inside },
    { else: inside },
    { $defs: { x: inside } },
    { additionalProperties: region },
    { patternProperties: { "^a": region } },
    { dependentSchemas: { a: inside } },
  ];
  for (const schema of schemas) {
    assertEquals(
      objection(schema),
      'Cannot use schema: in "x-mcp-header", "Region" must be on a property that is reached through "properties" alone',
      JSON.stringify(schema),
    );
  }
});

Deno.test("findHeaderParams() does not look into values", () => {
  const value = { "x-mcp-header": "" };
  const schema = {
    type: "object",
    properties: {
      a: { type: "object", default: value, examples: [value], const: value, enum: [value] },
    },
  };
  assertEquals(findHeaderParams(schema), []);
});
