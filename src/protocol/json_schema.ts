// JSON Schema 2020-12: checks a schema once, then values against it, with problems a model can act on.
// The validation itself is @cfworker/json-schema (no code generation, 1 ms to load); the texts are ours.
// A `$ref` is never fetched: one that leads out of the schema is refused at registration.
// spec: basic/index#json-schema-usage

import { type OutputUnit, Validator } from "@cfworker/json-schema";
import { isJsonObject, type JsonObject, kindOf, show } from "../jsonrpc/message.ts";
import { findTooLong, hasNestedQuantifier, hasPattern, MAX_MATCHED } from "./pattern_bounds.ts";
import type { JsonSchema } from "./types.ts";

/** The only dialect that is validated; a schema without `$schema` is taken for it. */
const DIALECT = "https://json-schema.org/draft/2020-12/schema";
const MAX_DEPTH = 64;
const MAX_NODES = 20_000;
const MAX_PROBLEMS = 5;

/** A compiled schema: gives the problems of a value, none when it is valid. */
export type SchemaCheck = (value: unknown) => readonly string[];

/**
 * Checks a schema and makes the function that checks values.
 *
 * @throws {TypeError} when the schema is not one that can be validated, saying where and why.
 */
export function compileJsonSchema(schema: JsonSchema): SchemaCheck {
  if (schema === true) return () => [];
  if (schema === false) return () => ["no value is allowed"];
  checkSchema(schema);
  const copy = structuredClone(schema) as JsonObject;
  const fast = new Validator(copy, "2020-12", true);
  let full: Validator | undefined; // Finds every problem, not only the first; seldom needed.
  const patterned = hasPattern(copy);
  return (value) => {
    const tooLong = patterned ? findTooLong(copy, value, copy) : undefined;
    if (tooLong !== undefined) {
      return [
        `${JSON.stringify(tooLong)} must have at most ${MAX_MATCHED} characters to be matched`,
      ];
    }
    if (fast.validate(value).valid) return [];
    full ??= new Validator(copy, "2020-12", false);
    return describe(full.validate(value).errors, copy, value);
  };
}

/** The patterns of a schema that can take exponential time, for a warning at registration. */
export function riskyPatterns(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(riskyPatterns);
  if (!isJsonObject(schema)) return [];
  const own = typeof schema.pattern === "string" && hasNestedQuantifier(schema.pattern)
    ? [schema.pattern]
    : [];
  return [...own, ...Object.values(schema).flatMap(riskyPatterns)];
}

/** Walks a schema once: dialect, references, patterns, depth and size. */
function checkSchema(root: JsonObject): void {
  if (root.$schema !== undefined && stripHash(root.$schema) !== DIALECT) {
    throw new TypeError(
      `Cannot use schema: "$schema" must be "${DIALECT}" or absent: got ${show(root.$schema)}`,
    );
  }
  let nodes = 0;
  const walk = (node: unknown, depth: number, at: string): void => {
    if (typeof node !== "object" || node === null) return;
    if (depth > MAX_DEPTH) {
      throw new TypeError(`Cannot use schema: nested deeper than ${MAX_DEPTH} at ${at}`);
    }
    if (++nodes > MAX_NODES) throw new TypeError(`Cannot use schema: more than ${MAX_NODES} parts`);
    if (!Array.isArray(node)) checkKeywords(node as JsonObject, at);
    for (const [key, value] of Object.entries(node)) {
      if (key !== "enum" && key !== "const" && key !== "default" && key !== "examples") {
        walk(value, depth + 1, `${at}/${key}`);
      }
    }
  };
  walk(root, 0, "#");
}

function checkKeywords(node: JsonObject, at: string): void {
  for (const keyword of ["$ref", "$dynamicRef"]) {
    const ref = node[keyword];
    if (typeof ref === "string" && !ref.startsWith("#")) {
      throw new TypeError(
        `Cannot use schema: ${keyword} at ${at} must lead into the schema itself ("#..."), as nothing is fetched: got ${
          show(ref)
        }`,
      );
    }
  }
  if (typeof node.pattern === "string") {
    try {
      new RegExp(node.pattern, "u");
    } catch (error) {
      throw new TypeError(
        `Cannot use schema: pattern at ${at} is not a regular expression: ${
          (error as Error).message
        }`,
      );
    }
  }
}

function stripHash(value: unknown): unknown {
  return typeof value === "string" ? value.replace(/#$/, "") : value;
}

/** Turns the validator's list into a few lines that name the argument, what was wanted, what came. */
function describe(errors: readonly OutputUnit[], schema: JsonObject, value: unknown): string[] {
  const problems: string[] = [];
  for (const error of errors) {
    if (WRAPPERS.has(error.keyword)) continue;
    const text = explain(error, schema, value);
    if (!problems.includes(text)) problems.push(text);
  }
  if (problems.length === 0) problems.push(...errors.map((error) => error.error));
  if (problems.length > MAX_PROBLEMS) {
    const rest = problems.length - MAX_PROBLEMS;
    problems.splice(MAX_PROBLEMS, rest, `and ${rest} more`);
  }
  return problems;
}

/** Keywords whose own error only says that one below them failed. */
const WRAPPERS = new Set([
  "properties",
  "items",
  "prefixItems",
  "additionalProperties",
  "patternProperties",
  "$ref",
  "allOf",
  "then",
  "else",
]);

function explain(error: OutputUnit, schema: JsonObject, root: unknown): string {
  const path = segments(error.instanceLocation);
  const value = at(root, path);
  const limit = at(schema, segments(error.keywordLocation));
  const name = path.length === 0 ? "value" : JSON.stringify(path.join("."));
  switch (error.keyword) {
    case "type":
      return `${name} must be ${nameTypes(limit)}: got ${
        typeof value === "object" || value === undefined ? kindOf(value) : show(value)
      }`;
    case "required": {
      const missing = /property "(.*)"/.exec(error.error)?.[1] ?? "?";
      return `${JSON.stringify([...path, missing].join("."))} is required: got nothing`;
    }
    case "enum":
      return `${name} must be one of ${JSON.stringify(limit)}: got ${show(value)}`;
    case "const":
      return `${name} must be ${JSON.stringify(limit)}: got ${show(value)}`;
    case "minimum":
      return `${name} must be at least ${limit}: got ${show(value)}`;
    case "maximum":
      return `${name} must be at most ${limit}: got ${show(value)}`;
    case "exclusiveMinimum":
      return `${name} must be more than ${limit}: got ${show(value)}`;
    case "exclusiveMaximum":
      return `${name} must be less than ${limit}: got ${show(value)}`;
    case "minLength":
      return `${name} must have at least ${limit} characters: got ${show(value)}`;
    case "maxLength":
      return `${name} must have at most ${limit} characters: got ${String(value).length}`;
    case "minItems":
      return `${name} must have at least ${limit} items: got ${(value as unknown[])?.length}`;
    case "maxItems":
      return `${name} must have at most ${limit} items: got ${(value as unknown[])?.length}`;
    case "pattern":
      return `${name} must match ${show(limit)}: got ${show(value)}`;
    case "format":
      return `${name} must be a valid ${String(limit)}: got ${show(value)}`;
    case "false":
      return `${name} is not known here`;
    default:
      return `${name} is not valid (${error.keyword}): got ${show(value)}`;
  }
}

function nameTypes(types: unknown): string {
  const names = (Array.isArray(types) ? types : [types]).map((type) =>
    type === "object" || type === "array" || type === "integer"
      ? `an ${type}`
      : type === "null"
      ? "null"
      : `a ${type}`
  );
  return names.join(" or ");
}

function segments(pointer: string): string[] {
  return pointer.split("/").slice(1).map((part) =>
    decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~")
  );
}

/** Follows a path of names; what leads through a `$ref` cannot be followed and is undefined. */
function at(root: unknown, path: readonly string[]): unknown {
  let node = root;
  for (const part of path) {
    if (Array.isArray(node)) node = node[Number(part)];
    else if (isJsonObject(node) && Object.hasOwn(node, part)) node = node[part];
    else return undefined;
  }
  return node;
}
