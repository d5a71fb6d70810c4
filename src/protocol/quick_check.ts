// Says "valid" at once of what is plainly so under an ordinary schema; "perhaps" of all else.
// Compiled at registration by `json_schema.ts`, which asks the whole validator after a "perhaps",
// so it must never say "valid" of what that one refuses. A test holds the two together.

import { isJsonObject, type JsonObject } from "../jsonrpc/message.ts";

/** Whether a value is plainly valid; false says nothing. */
export type QuickCheck = (value: unknown) => boolean;

/** Keywords that say nothing of whether a value is valid. */
const SILENT = new Set([
  ...["title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"],
  ...["$comment", "$schema"],
]);

/** The check of a schema; undefined where it has a keyword that is not looked at here. */
export function compileQuickCheck(schema: unknown): QuickCheck | undefined {
  if (schema === true) return () => true;
  if (!isJsonObject(schema)) return undefined;
  const checks: QuickCheck[] = [];
  for (const [keyword, wanted] of Object.entries(schema)) {
    if (SILENT.has(keyword) || keyword.startsWith("x-") || wanted === undefined) continue;
    if (MEMBER_KEYWORDS.has(keyword)) continue;
    const check = Object.hasOwn(KEYWORDS, keyword) ? KEYWORDS[keyword]?.(wanted) : undefined;
    if (check === undefined) return undefined;
    checks.push(check);
  }
  if (Object.keys(schema).some((keyword) => MEMBER_KEYWORDS.has(keyword))) {
    const check = membersCheck(schema);
    if (check === undefined) return undefined;
    checks.push(check);
  }
  return all(checks);
}

function all(checks: readonly QuickCheck[]): QuickCheck {
  const [first, second] = checks;
  if (first === undefined) return () => true;
  if (second === undefined) return first;
  if (checks.length === 2) return (value) => first(value) && second(value);
  return (value) => {
    for (const check of checks) if (!check(value)) return false;
    return true;
  };
}

const TYPES: { readonly [type: string]: QuickCheck } = {
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  integer: Number.isInteger,
  boolean: (value) => typeof value === "boolean",
  null: (value) => value === null,
  array: Array.isArray,
  object: isJsonObject,
};

/** The checks of the keywords that stand for themselves. */
const KEYWORDS: { readonly [keyword: string]: (wanted: unknown) => QuickCheck | undefined } = {
  type(wanted) {
    if (typeof wanted === "string") return TYPES[wanted];
    const types = Array.isArray(wanted) ? wanted.map((type) => TYPES[type]) : [undefined];
    return types.includes(undefined) ? undefined : (value) => types.some((is) => is?.(value));
  },
  const: (wanted) => isPlain(wanted) ? (value) => value === wanted : undefined,
  enum(wanted) {
    if (!Array.isArray(wanted) || !wanted.every(isPlain)) return undefined;
    const known = new Set(wanted);
    return (value) => known.has(value);
  },
  minimum: (wanted) => ofNumber(wanted, (value, bound) => value >= bound),
  maximum: (wanted) => ofNumber(wanted, (value, bound) => value <= bound),
  exclusiveMinimum: (wanted) => ofNumber(wanted, (value, bound) => value > bound),
  exclusiveMaximum: (wanted) => ofNumber(wanted, (value, bound) => value < bound),
  // A character is one or two units of a string, so these two are sure without counting them.
  minLength: (wanted) => ofString(wanted, (value, bound) => value.length >= 2 * bound),
  maxLength: (wanted) => ofString(wanted, (value, bound) => value.length <= bound),
  minItems: (wanted) => ofArray(wanted, (value, bound) => value.length >= bound),
  maxItems: (wanted) => ofArray(wanted, (value, bound) => value.length <= bound),
  items(wanted) {
    const check = compileQuickCheck(wanted);
    return check === undefined
      ? undefined
      : (value) => !Array.isArray(value) || value.every((item) => check(item));
  },
};

/** The keywords of objects, which depend on each other. */
const MEMBER_KEYWORDS = new Set(["properties", "required", "additionalProperties"]);

function membersCheck(schema: JsonObject): QuickCheck | undefined {
  const { properties = {}, required = [], additionalProperties = true } = schema;
  if (!isJsonObject(properties) || !Array.isArray(required)) return undefined;
  // What every object has by its prototype is left to the whole validator.
  const names = [...Object.keys(properties), ...required];
  if (names.some((name) => name in Object.prototype)) return undefined;
  const known = new Map<string, QuickCheck>();
  for (const [name, member] of Object.entries(properties)) {
    const check = compileQuickCheck(member);
    if (check === undefined) return undefined;
    known.set(name, check);
  }
  const other = additionalProperties === false
    ? () => false
    : compileQuickCheck(additionalProperties);
  if (other === undefined) return undefined;
  return (value) => {
    if (!isJsonObject(value)) return true;
    for (const name of required) if (value[name] === undefined) return false;
    for (const name in value) {
      const member = value[name];
      if (!(known.get(name) ?? other)(member)) return false;
    }
    return true;
  };
}

function isPlain(value: unknown): boolean {
  return value === null || (typeof value !== "object" && value !== undefined);
}

function ofNumber(
  bound: unknown,
  holds: (value: number, bound: number) => boolean,
): QuickCheck | undefined {
  if (typeof bound !== "number") return undefined;
  return (value) => typeof value !== "number" || holds(value, bound);
}

function ofString(
  bound: unknown,
  holds: (value: string, bound: number) => boolean,
): QuickCheck | undefined {
  if (typeof bound !== "number") return undefined;
  return (value) => typeof value !== "string" || holds(value, bound);
}

function ofArray(
  bound: unknown,
  holds: (value: readonly unknown[], bound: number) => boolean,
): QuickCheck | undefined {
  if (typeof bound !== "number") return undefined;
  return (value) => !Array.isArray(value) || holds(value, bound);
}
