// JSON Schema 2020-12: values against a schema, with problems that a model can act on.
// The validation itself is @cfworker/json-schema (no code generation, 1 ms to load); the texts are ours.
// What a schema must be to be used is in `schema_rules.ts`. Nothing is ever fetched.
// spec: basic/index#json-schema-usage

import { dereference, type OutputUnit, type Schema, validate } from "@cfworker/json-schema";
import { isJsonObject, type JsonObject, kindOf, show } from "../jsonrpc/message.ts";
import { findTooLong, hasNestedQuantifier, hasPattern, MAX_MATCHED } from "./pattern_bounds.ts";
import { compileQuickCheck, type QuickCheck } from "./quick_check.ts";
import { checkSchema, draftOf, type Reference, unusable } from "./schema_rules.ts";
import type { JsonSchema } from "./types.ts";

const NO_PROBLEMS: readonly string[] = [];
const MAX_NAMES = 20;
const MAX_PROBLEMS = 5;
/** Parts of a value of which every problem is looked for; a problem can cost more than its part. */
const MAX_PARTS = 10_000;

/** A compiled schema: gives the problems of a value, none when it is valid. */
export type SchemaCheck = (value: unknown) => readonly string[];

/** The parts of a schema by their absolute address. */
type Lookup = { readonly [uri: string]: Schema | boolean };

/**
 * Checks a schema and makes the function that checks values.
 *
 * @throws {TypeError} when the schema is not one that can be validated, saying where and why.
 */
export function compileJsonSchema(schema: JsonSchema): SchemaCheck {
  if (schema === true) return () => [];
  if (schema === false) return () => ["no value is allowed"];
  const root = copyOf(schema);
  const draft = draftOf(root);
  const references = checkSchema(root);
  // Most values are plainly valid, and few schemas refer to anything: then nobody needs it yet.
  let lookup: Lookup | undefined;
  for (const reference of references) follow(reference, lookup ??= dereference(root));
  // Compiled with the first value: a server with many tools starts sooner.
  let quick: { readonly isPlainlyValid: QuickCheck | undefined } | undefined;
  let patterned: boolean | undefined;
  return (value) => {
    quick ??= { isPlainlyValid: compileQuickCheck(root) };
    if (quick.isPlainlyValid?.(value) === true) return NO_PROBLEMS;
    patterned ??= hasPattern(root);
    lookup ??= dereference(root);
    const tooLong = patterned ? findTooLong(root, value, root) : undefined;
    if (tooLong !== undefined) {
      return [
        `${JSON.stringify(tooLong)} must have at most ${MAX_MATCHED} characters to be matched`,
      ];
    }
    const first = validate(value, root, draft, lookup);
    if (first.valid) return [];
    // Again, to find every problem and not only the first: where there cannot be a flood of them.
    const { errors } = hasManyParts(value) ? first : validate(value, root, draft, lookup, false);
    return describe(errors, root, lookup, value);
  };
}

/** A copy, which nobody can change afterwards. Deno takes 4 ms to load `structuredClone`. */
function copyOf(schema: JsonSchema): JsonObject {
  try {
    return JSON.parse(JSON.stringify(schema));
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n", 1)[0] : String(error);
    throw unusable(`it cannot be written as JSON: ${why}`);
  }
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

/** @throws {TypeError} when a reference leads nowhere, or only to references. */
function follow({ node, at }: Reference, lookup: Lookup): void {
  const passed = new Set<unknown>();
  for (let next: unknown = node; isJsonObject(next) && "$ref" in next;) {
    if (passed.has(next)) throw unusable(`$ref at ${at} turns in a circle: got ${show(node.$ref)}`);
    passed.add(next);
    next = referred(next, lookup);
    if (next === undefined) {
      throw unusable(`$ref at ${at} leads nowhere: got ${show(node.$ref)}`);
    }
  }
}

/** What a part of a schema refers to. */
function referred(node: Schema, lookup: Lookup): Schema | boolean | undefined {
  return lookup[node.__absolute_ref__ ?? ""];
}

/** Turns the validator's list into a few lines that name the argument, what was wanted, what came. */
function describe(
  errors: readonly OutputUnit[],
  schema: JsonObject,
  lookup: Lookup,
  value: unknown,
): string[] {
  const texts = new Set<string>();
  for (const error of errors) {
    if (WRAPPERS.has(error.keyword)) continue;
    const limit = limitOf(error, schema, lookup);
    texts.add(explain(error, limit, value) + hintOn(error, schema));
  }
  const problems = [...texts];
  if (problems.length === 0) problems.push(...errors.map((error) => error.error));
  if (problems.length > MAX_PROBLEMS) {
    const rest = problems.length - MAX_PROBLEMS;
    problems.splice(MAX_PROBLEMS, rest, `and ${rest} more`);
  }
  return problems;
}

function hasManyParts(value: unknown): boolean {
  let left = MAX_PARTS;
  const isMany = (part: unknown): boolean => {
    if (--left < 0) return true;
    return typeof part === "object" && part !== null && Object.values(part).some(isMany);
  };
  return isMany(value);
}

/** What there is in place of a member that the whole does not know. */
function hintOn(error: OutputUnit, schema: JsonObject): string {
  if (error.keyword !== "false" || segments(error.instanceLocation).length !== 1) return "";
  const { properties = {} } = schema;
  const known = isJsonObject(properties)
    ? Object.keys(properties).filter((name) => properties[name] !== false)
    : [];
  if (known.length === 0) return "; leave it out";
  const more = known.length > MAX_NAMES ? ", …" : "";
  return `; known are ${known.slice(0, MAX_NAMES).map(show).join(", ")}${more}`;
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
  "if",
  "then",
  "else",
]);

function explain(error: OutputUnit, limit: unknown, root: unknown): string {
  const path = segments(error.instanceLocation);
  const value = path.reduce(memberOf, root);
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

/** What the keyword says that a value broke. */
function limitOf(error: OutputUnit, schema: JsonObject, lookup: Lookup): unknown {
  return segments(error.keywordLocation).reduce<unknown>(
    (node, name) =>
      name === "$ref" && isJsonObject(node) ? referred(node, lookup) : memberOf(node, name),
    schema,
  );
}

function memberOf(node: unknown, name: string): unknown {
  if (Array.isArray(node)) return node[Number(name)];
  return isJsonObject(node) && Object.hasOwn(node, name) ? node[name] : undefined;
}
