// Takes what is clearly meant: models send "5" for 5, "true" for true, a JSON text for an object.
// Called only after a value failed its schema; gives a copy, and never guesses between meanings.

import { isJsonObject, type JsonObject } from "../jsonrpc/message.ts";

/** A copy of `value` in which slips that have one meaning under `schema` are mended. */
export function coerce(value: unknown, schema: unknown): unknown {
  if (!isJsonObject(schema)) return value;
  const types = typesOf(schema);
  if (typeof value === "string" && types.length > 0 && !types.includes("string")) {
    return coerce(fromText(value, types), { ...schema, type: undefined });
  }
  if (typeof value === "number" && types.includes("string") && types.length === 1) {
    return String(value);
  }
  if (
    types.includes("array") && types.length === 1 && value !== undefined && !Array.isArray(value)
  ) {
    return coerce([value], schema);
  }
  if (Array.isArray(value) && isJsonObject(schema.items)) {
    return value.map((item) => coerce(item, schema.items));
  }
  if (isJsonObject(value) && isJsonObject(schema.properties)) return coerceObject(value, schema);
  return value;
}

function coerceObject(value: JsonObject, schema: JsonObject): JsonObject {
  const properties = schema.properties as JsonObject;
  const required = Array.isArray(schema.required) ? schema.required : [];
  const out: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    const known = Object.hasOwn(properties, key) ? properties[key] : undefined;
    // A model that leaves an optional argument out often says so with null.
    if (member === null && known !== undefined && !required.includes(key) && !allowsNull(known)) {
      continue;
    }
    out[key] = known === undefined ? member : coerce(member, known);
  }
  return out;
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
