import { assert, assertEquals } from "@std/assert";
import { validate } from "@cfworker/json-schema";
import { compileQuickCheck } from "./quick_check.ts";

/** Numbers that look random and are the same in every run. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const NAMES = ["a", "b", "c", "__proto__", "toString"];
const SCALARS = [0, 1, -1, 1.5, 1e400, "", "a", "ab", "👋", "👋👋", true, false, null];
const TYPES = ["string", "number", "integer", "boolean", "null", "array", "object"];

function anySchema(random: (below: number) => number, depth: number): unknown {
  const pick = <T>(list: readonly T[]): T => list[random(list.length)]!;
  if (random(12) === 0) return random(2) === 0;
  const schema: { [keyword: string]: unknown } = {};
  const inner = () => depth === 0 ? true : anySchema(random, depth - 1);
  const may = (keyword: string, make: () => unknown) => {
    if (random(3) === 0) schema[keyword] = make();
  };
  may("type", () => random(4) === 0 ? [pick(TYPES), pick(TYPES)] : pick(TYPES));
  may("enum", () => [pick(SCALARS), pick(SCALARS)].filter((value) => value !== Infinity));
  if (random(8) === 0) schema.const = pick(["a", 1, true, null]);
  may("minimum", () => random(3));
  may("exclusiveMaximum", () => random(3));
  may("minLength", () => random(3));
  may("maxLength", () => random(3));
  may("minItems", () => random(3));
  may("items", inner);
  may("properties", () => Object.fromEntries([[pick(NAMES), inner()], [pick(NAMES), inner()]]));
  may("required", () => [pick(NAMES)]);
  may("additionalProperties", inner);
  may("description", () => "says nothing");
  return schema;
}

function anyValue(random: (below: number) => number, depth: number): unknown {
  const kind = depth === 0 ? 0 : random(3);
  if (kind === 0) return SCALARS[random(SCALARS.length)];
  const list = Array.from({ length: random(4) }, () => anyValue(random, depth - 1));
  if (kind === 1) return list;
  return Object.fromEntries(list.map((value) => [NAMES[random(NAMES.length)]!, value]));
}

Deno.test("compileQuickCheck() never calls valid what the validator refuses", () => {
  const random = seeded(7);
  let quick = 0;
  for (let schemas = 0; schemas < 3_000; schemas++) {
    const schema = anySchema(random, 3);
    const check = compileQuickCheck(schema);
    if (check === undefined) continue;
    for (let values = 0; values < 20; values++) {
      const value = anyValue(random, 3);
      if (!check(value)) continue;
      quick++;
      const { valid } = validate(value, structuredClone(schema) as boolean, "2020-12");
      assert(valid, `${JSON.stringify(schema)} refuses ${JSON.stringify(value)}`);
    }
  }
  assert(quick > 5_000, `only ${quick} values were valid at once`);
});

Deno.test("compileQuickCheck() knows the schemas that tools have", () => {
  const check = compileQuickCheck({
    type: "object",
    properties: {
      path: { type: "string", description: "where", minLength: 1 },
      limit: { type: "integer", minimum: 1, maximum: 100, default: 5 },
      kind: { enum: ["file", "dir"] },
      lines: { type: "array", items: { type: "string" } },
    },
    required: ["path"],
    additionalProperties: false,
  });
  assert(check !== undefined);
  assertEquals(check({ path: "/tmp", limit: 3, kind: "dir", lines: ["a"] }), true);
  for (const value of [{}, { path: 1 }, { path: "/tmp", limit: 0 }, { path: "/tmp", more: 1 }, 1]) {
    assertEquals(check(value), false);
  }
});

Deno.test("compileQuickCheck() leaves what it does not know to the validator", () => {
  for (
    const schema of [
      { $ref: "#/$defs/a" },
      { type: "string", pattern: "^a" },
      { type: "string", format: "date" },
      { properties: { a: { anyOf: [true] } } },
      { properties: { constructor: true } },
      { enum: [{}] },
      false,
    ]
  ) {
    assertEquals(compileQuickCheck(schema), undefined, JSON.stringify(schema));
  }
});
