import { assertEquals } from "@std/assert";
import { compileJsonSchema, riskyPatterns } from "./json_schema.ts";
import { findTooLong, hasNestedQuantifier, MAX_MATCHED } from "./pattern_bounds.ts";

const LONG = "a".repeat(MAX_MATCHED + 1);

Deno.test("findTooLong() finds a long string only where a pattern would be matched against it", () => {
  const schema = {
    properties: {
      id: { pattern: "^a*$" },
      body: { type: "string" },
      list: { items: { $ref: "#/$defs/id" } },
    },
    $defs: { id: { properties: { x: { anyOf: [{ pattern: "a" }] } } } },
  };
  assertEquals(findTooLong(schema, { id: LONG }, schema), "id");
  const looped = {
    $ref: "#/$defs/a",
    $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } },
  };
  assertEquals(findTooLong(looped, LONG, looped), undefined);
  const referred = { $ref: "#/$defs/a", $defs: { a: { pattern: "a" } } };
  assertEquals(findTooLong(referred, LONG, referred), "value");
  assertEquals(findTooLong(schema, { body: LONG, id: "a" }, schema), undefined);
  assertEquals(findTooLong(schema, { list: [{ x: "a" }, { x: LONG }] }, schema), "list.1.x");
});

Deno.test("compileJsonSchema() refuses a string too long to be matched, and takes a long one without a pattern", () => {
  const check = compileJsonSchema({
    properties: { id: { pattern: "^a*$" }, body: { type: "string" } },
  });
  assertEquals(check({ id: "aaa", body: LONG }), []);
  assertEquals(check({ id: LONG }), [
    `"id" must have at most ${MAX_MATCHED} characters to be matched`,
  ]);
});

Deno.test("hasNestedQuantifier() tells patterns that can take exponential time", () => {
  for (const risky of ["(a+)+$", "^(\\d*)*x", "((ab+)c)+", "(?:a{2,})*"]) {
    assertEquals(hasNestedQuantifier(risky), true, risky);
  }
  for (const safe of ["^[a-z]+(-[a-z]{1,9})*$", "a+b+", "(ab)+", "[(a+)]+", "\\(a+\\)+", "(a?)+"]) {
    assertEquals(hasNestedQuantifier(safe), false, safe);
  }
});

Deno.test("riskyPatterns() lists them wherever they stand", () => {
  assertEquals(riskyPatterns({ anyOf: [{ properties: { a: { pattern: "(a+)+" } } }] }), ["(a+)+"]);
});
