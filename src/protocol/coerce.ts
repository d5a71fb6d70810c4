// Takes what is clearly meant: models send "5" for 5, "true" for true, a JSON text for an object.
// Called only after a value failed its schema; gives a copy, and never guesses between meanings.

import { isJsonObject, type JsonObject } from "../jsonrpc/message.ts";

/** A copy of `value` in which slips that have one meaning under `schema` are mended. */
export function coerce(value: unknown, schema: unknown): unknown {
  if (!isJsonObject(schema)) return value;
  const types = typesOf(schema);
  const only = types.length === 1 ? types[0] : undefined;
  if (typeof value === "number" && only === "string") return String(value);
  const meant = typeof value === "string" && !types.includes("string")
    ? fromText(value, types)
    : value;
  if (only === "array" && !Array.isArray(meant) && meant !== undefined && meant !== null) {
    return coerce([meant], schema);
  }
  if (Array.isArray(meant) && isJsonObject(schema.items)) {
    return meant.map((item) => coerce(item, schema.items));
  }
  return isJsonObject(meant) && isJsonObject(schema.properties)
    ? coerceObject(meant, schema.properties, schema.required)
    : meant;
}

function coerceObject(value: JsonObject, properties: JsonObject, required: unknown): JsonObject {
  const members: [string, unknown][] = [];
  for (const [key, member] of Object.entries(value)) {
    const known = Object.hasOwn(properties, key) ? properties[key] : undefined;
    const optional = known !== undefined && !(Array.isArray(required) && required.includes(key));
    // A model that leaves an optional argument out often says so with null.
    if (member === null && optional && !allowsNull(known)) continue;
    members.push([key, coerce(member, known)]);
  }
  return Object.fromEntries(members); // Unlike an assignment, safe for a member named __proto__.
}

function allowsNull(schema: unknown): boolean {
  return !isJsonObject(schema) || typesOf(schema).length === 0 || typesOf(schema).includes("null");
}

function typesOf(schema: JsonObject): unknown[] {
  if (Array.isArray(schema.type)) return schema.type;
  return schema.type === undefined ? [] : [schema.type];
}

function fromText(text: string, types: readonly unknown[]): unknown {
  const trimmed = text.trim();
  if (types.includes("boolean") && /^(true|false)$/i.test(trimmed)) {
    return trimmed.toLowerCase() === "true";
  }
  const number = Number(trimmed);
  if (types.includes("integer") && /^[+-]?\d+$/.test(trimmed) && Number.isSafeInteger(number)) {
    return number;
  }
  if (types.includes("number") && trimmed !== "" && Number.isFinite(number)) return number;
  if (
    types.includes("object") && trimmed.startsWith("{") ||
    types.includes("array") && trimmed.startsWith("[")
  ) {
    try {
      return JSON.parse(trimmed);
    } catch {
      return text; // Not JSON after all: the schema's own complaint is the better one.
    }
  }
  return text;
}
