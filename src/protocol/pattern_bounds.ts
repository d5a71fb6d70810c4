// Bounds on the work that `pattern` can make: strings that are matched have a length cap, and a
// pattern that can take exponential time is told of when its schema is registered.
// Called by `json_schema.ts`; the patterns are the author's, the strings are anybody's.

import { isJsonObject, type JsonObject } from "../jsonrpc/message.ts";

/** Characters of a string that is matched against a pattern, at the most. */
export const MAX_MATCHED = 64 * 1024;

/** Subschemas in a row that may look at one value: more is a `$ref` that leads to itself. */
const MAX_HOPS = 64;

const SAME_VALUE = ["allOf", "anyOf", "oneOf", "if", "then", "else", "not"];
const EACH_MEMBER = ["additionalProperties", "unevaluatedProperties", "items", "unevaluatedItems"];

/** Whether a schema has a pattern anywhere: only then is `findTooLong` worth its walk. */
export function hasPattern(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.some(hasPattern);
  if (!isJsonObject(schema)) return false;
  return "pattern" in schema || "patternProperties" in schema ||
    Object.values(schema).some(hasPattern);
}

/** The path of a string that is too long for the pattern it would be matched against. */
export function findTooLong(
  schema: unknown,
  value: unknown,
  root: unknown,
  path = "",
  hops = 0,
): string | undefined {
  if (!isJsonObject(schema) || hops > MAX_HOPS) return undefined;
  if (
    typeof value === "string" && typeof schema.pattern === "string" && value.length > MAX_MATCHED
  ) {
    return path === "" ? "value" : path;
  }
  for (const sub of sameValue(schema, root)) {
    const found = findTooLong(sub, value, root, path, hops + 1);
    if (found !== undefined) return found;
  }
  for (const [sub, member, at] of members(schema, value, path)) {
    const found = findTooLong(sub, member, root, at);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The subschemas that look at the same value. */
function* sameValue(schema: JsonObject, root: unknown): Generator<unknown> {
  for (const keyword of SAME_VALUE) {
    const sub = schema[keyword];
    if (Array.isArray(sub)) yield* sub;
    else if (sub !== undefined) yield sub;
  }
  if (typeof schema.$ref === "string") yield resolve(schema.$ref, root);
}

/** The subschemas that look at the members of a value, each with its member and path. */
function* members(
  schema: JsonObject,
  value: unknown,
  path: string,
): Generator<[unknown, unknown, string]> {
  if (typeof value !== "object" || value === null) return;
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const patterned = isJsonObject(schema.patternProperties)
    ? Object.values(schema.patternProperties)
    : [];
  for (const [key, member] of Object.entries(value)) {
    const at = path === "" ? key : `${path}.${key}`;
    if (patterned.length > 0) yield [{ pattern: "" }, key, at.slice(0, 80)];
    if (Object.hasOwn(properties, key)) yield [properties[key], member, at];
    for (const sub of patterned) yield [sub, member, at];
    for (const keyword of EACH_MEMBER) yield [schema[keyword], member, at];
    if (Array.isArray(schema.prefixItems)) yield [schema.prefixItems[Number(key)], member, at];
  }
}

function resolve(ref: string, root: unknown): unknown {
  let node = root;
  for (const part of ref.split("/").slice(1)) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    node = isJsonObject(node) && Object.hasOwn(node, name) ? node[name] : undefined;
  }
  return node;
}

/**
 * Whether a pattern repeats a group that itself repeats, as in `(a+)+`: such a pattern can take
 * exponential time on a short string.
 */
export function hasNestedQuantifier(pattern: string): boolean {
  const repeats: boolean[] = [false]; // For each open group: whether something in it repeats.
  let inClass = false;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at];
    if (char === "\\") at++;
    else if (inClass) inClass = char !== "]";
    else if (char === "[") inClass = true;
    else if (char === "(") repeats.push(false);
    else if (char === ")") {
      const inner = repeats.pop() ?? false;
      const outer = isUnbounded(pattern, at + 1);
      if (inner && outer) return true;
      if (repeats.length > 0 && (inner || outer)) repeats[repeats.length - 1] = true;
    } else if (isUnbounded(pattern, at) && repeats.length > 1) {
      repeats[repeats.length - 1] = true;
    }
  }
  return false;
}

/** Whether an unbounded quantifier stands at a place: `*`, `+` or `{n,}`. */
function isUnbounded(pattern: string, at: number): boolean {
  return pattern[at] === "*" || pattern[at] === "+" || /^\{\d+,\}/.test(pattern.slice(at, at + 12));
}
