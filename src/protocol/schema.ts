// One face for the two kinds of schema that an author may give: JSON Schema and Standard Schema.
// Compiled at registration; the request path only calls `check`.

import { isJsonObject, type JsonObject } from "../jsonrpc/message.ts";
import type { AnySchema, StandardIssue, StandardSchema } from "./infer.ts";
import { coerce } from "./coerce.ts";
import { compileJsonSchema } from "./json_schema.ts";

/** What checking a value gave: the value for the handler, or what is wrong with it. */
export type Checked =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problems: readonly string[] };

/** A schema, compiled. */
export interface Schema {
  /** The schema as JSON Schema, as it is shown to the other side. */
  readonly json: JsonObject;
  /** Checks a value. A Standard Schema may answer later, and may change the value. */
  check(value: unknown): Checked | Promise<Checked>;
}

/** How to compile a schema. */
export interface SchemaOptions {
  /** The JSON Schema to show, for a Standard Schema that cannot say its own. */
  readonly json?: { readonly [keyword: string]: unknown };
  /** Take what is clearly meant, such as `"5"` for 5. */
  readonly lenient?: boolean;
  /** Whether the schema is for what comes in or what goes out. */
  readonly side: "input" | "output";
}

/** Whether a schema is a Standard Schema. Some libraries make theirs functions. */
export function isStandardSchema(schema: unknown): schema is StandardSchema {
  return (typeof schema === "object" || typeof schema === "function") && schema !== null &&
    "~standard" in schema;
}

/**
 * Compiles a schema.
 *
 * @throws {TypeError} when it cannot be used, saying why and what would do.
 */
export function compileSchema(schema: AnySchema, options: SchemaOptions): Schema {
  return isStandardSchema(schema) ? standard(schema, options) : plain(schema, options);
}

function plain(schema: unknown, options: SchemaOptions): Schema {
  if (!isJsonObject(schema)) {
    throw new TypeError(
      `Cannot use schema: must be a JSON Schema object or a Standard Schema: got ${typeof schema}`,
    );
  }
  const problemsOf = compileJsonSchema(schema);
  return {
    json: schema,
    check(value) {
      const problems = problemsOf(value);
      if (problems.length === 0) return { ok: true, value };
      if (options.lenient !== true) return { ok: false, problems };
      const meant = coerce(value, schema);
      return problemsOf(meant).length === 0 ? { ok: true, value: meant } : { ok: false, problems };
    },
  };
}

function standard(schema: StandardSchema, options: SchemaOptions): Schema {
  const json = options.json ?? jsonOf(schema, options.side);
  const run = schema["~standard"].validate;
  const settle = (result: Awaited<ReturnType<typeof run>>): Checked =>
    result.issues === undefined
      ? { ok: true, value: result.value }
      : { ok: false, problems: result.issues.map(describeIssue) };
  return {
    json,
    check(value) {
      const first = run(value);
      if (options.lenient === true) return mend(first, value);
      return first instanceof Promise ? first.then(settle) : settle(first);
    },
  };

  async function mend(first: ReturnType<typeof run>, value: unknown): Promise<Checked> {
    const given = first instanceof Promise ? await first : first;
    if (given.issues === undefined) return settle(given);
    const meant = await run(coerce(value, json));
    return settle(meant.issues === undefined ? meant : given);
  }
}

function jsonOf(schema: StandardSchema, side: "input" | "output"): JsonObject {
  const { vendor, jsonSchema } = schema["~standard"];
  if (jsonSchema === undefined) {
    throw new TypeError(
      `Cannot use schema of "${vendor}": it does not say itself as JSON Schema; give its JSON Schema beside it, or use a version that implements Standard JSON Schema`,
    );
  }
  return jsonSchema[side]({ target: "draft-2020-12" });
}

function describeIssue(issue: StandardIssue): string {
  const path = (issue.path ?? []).map((part) => String(typeof part === "object" ? part.key : part));
  return path.length === 0 ? issue.message : `${JSON.stringify(path.join("."))}: ${issue.message}`;
}
