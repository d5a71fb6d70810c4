// The rules that a JSON Schema must keep before it is used: its dialect, the form of its keywords,
// its patterns, its depth and size, and references that stay inside it.
// Called by `json_schema.ts` at registration; looks at the schema only, never at values.
// spec: basic/index#json-schema-usage

import { isJsonObject, type JsonObject, show } from "../jsonrpc/message.ts";

/** The dialects that are validated; a schema without `$schema` is taken for the first. */
const DIALECTS = new Map<unknown, SchemaDraft>([
  ["https://json-schema.org/draft/2020-12/schema", "2020-12"],
  ["http://json-schema.org/draft-07/schema", "7"],
]);
const MAX_DEPTH = 64;
const MAX_NODES = 20_000;
const TYPES = ["object", "array", "string", "integer", "number", "boolean", "null"];

/** A dialect, as the validator calls it. */
export type SchemaDraft = "2020-12" | "7";

/** A part of a schema that refers to another, and where it stands. */
export interface Reference {
  readonly node: JsonObject;
  readonly at: string;
}

/** What a keyword must be: in words, as a test, and the schemas that are inside it. */
interface Form {
  readonly wanted: string;
  holds(value: unknown): boolean;
  readonly inside?: (value: unknown) => Iterable<[string, unknown]>;
  readonly keywords: readonly string[];
}

const FORMS: readonly Form[] = [
  {
    wanted: "a schema",
    holds: isSchema,
    inside: (value) => [["", value]],
    keywords: [
      ...["items", "contains", "unevaluatedItems", "not", "if", "then", "else"],
      ...["additionalProperties", "unevaluatedProperties", "propertyNames"],
    ],
  },
  {
    wanted: "a list of schemas",
    holds: (value) => Array.isArray(value) && value.length > 0 && value.every(isSchema),
    inside: (value) => Object.entries(value as unknown[]),
    keywords: ["allOf", "anyOf", "oneOf", "prefixItems"],
  },
  {
    wanted: "an object of schemas",
    holds: (value) => isJsonObject(value) && Object.values(value).every(isSchema),
    inside: (value) => Object.entries(value as JsonObject),
    keywords: ["properties", "patternProperties", "dependentSchemas", "$defs", "definitions"],
  },
  {
    wanted: "a type or a list of types",
    holds: (value) => isType(value) || (Array.isArray(value) && value.every(isType)),
    keywords: ["type"],
  },
  {
    wanted: "a number",
    holds: Number.isFinite,
    keywords: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
  },
  {
    wanted: "a count",
    holds: (value) => Number.isInteger(value) && (value as number) >= 0,
    keywords: [
      ...["minLength", "maxLength", "minItems", "maxItems", "minContains", "maxContains"],
      ...["minProperties", "maxProperties"],
    ],
  },
  {
    wanted: "a string",
    holds: isString,
    keywords: ["$ref", "$id", "$anchor", "pattern", "format"],
  },
  {
    wanted: "a list of strings",
    holds: (value) => Array.isArray(value) && value.every(isString),
    keywords: ["required"],
  },
  { wanted: "a list", holds: Array.isArray, keywords: ["enum"] },
  { wanted: "a boolean", holds: (value) => typeof value === "boolean", keywords: ["uniqueItems"] },
];

const FORM_OF: ReadonlyMap<string, Form> = new Map(
  FORMS.flatMap((form) => form.keywords.map((keyword) => [keyword, form] as const)),
);

/** The dialect of a schema. @throws {TypeError} when it is none that is validated. */
export function draftOf(root: JsonObject): SchemaDraft {
  if (root.$schema === undefined) return "2020-12";
  const draft = DIALECTS.get(stripHash(root.$schema));
  if (draft !== undefined) return draft;
  const known = [...DIALECTS.keys()].map(show).join(" or ");
  throw unusable(`"$schema" must be ${known}, or absent: got ${show(root.$schema)}`);
}

/**
 * Walks a schema once; gives the references in it, which are still to be resolved.
 *
 * @throws {TypeError} saying which rule is broken, and where.
 */
export function checkSchema(root: JsonObject): readonly Reference[] {
  const references: Reference[] = [];
  let nodes = 0;
  const walk = (node: unknown, depth: number, at: string): void => {
    if (!isJsonObject(node)) return; // `true` or `false`.
    if (depth > MAX_DEPTH) throw unusable(`nested deeper than ${MAX_DEPTH} at ${at}`);
    if (++nodes > MAX_NODES) throw unusable(`more than ${MAX_NODES} parts`);
    if (node.$dynamicRef !== undefined) {
      throw unusable(`$dynamicRef at ${at} cannot be followed here; use $ref`);
    }
    for (const [keyword, value] of Object.entries(node)) {
      const form = FORM_OF.get(keyword);
      if (form === undefined || value === undefined) continue;
      if (!form.holds(value)) {
        throw unusable(`"${keyword}" at ${at} must be ${form.wanted}: got ${show(value)}`);
      }
      for (const [name, inner] of form.inside?.(value) ?? []) {
        walk(inner, depth + 1, name === "" ? `${at}/${keyword}` : `${at}/${keyword}/${name}`);
      }
    }
    checkPattern(node.pattern, at);
    if (typeof node.$ref === "string") {
      if (!node.$ref.startsWith("#")) throw unusable(leadsOut(node.$ref, at));
      references.push({ node, at });
    }
  };
  walk(root, 0, "#");
  return references;
}

/** An objection to a schema. */
export function unusable(detail: string): TypeError {
  return new TypeError(`Cannot use schema: ${detail}`);
}

function leadsOut(ref: string, at: string): string {
  return `$ref at ${at} must lead into the schema itself ("#..."), as nothing is fetched: got ${
    show(ref)
  }`;
}

function checkPattern(pattern: unknown, at: string): void {
  if (typeof pattern !== "string") return;
  try {
    new RegExp(pattern, "u");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw unusable(`pattern at ${at} is not a regular expression: ${reason}`);
  }
}

function isSchema(value: unknown): boolean {
  return typeof value === "boolean" || isJsonObject(value);
}

function isType(value: unknown): boolean {
  return typeof value === "string" && TYPES.includes(value);
}

function isString(value: unknown): boolean {
  return typeof value === "string";
}

function stripHash(value: unknown): unknown {
  return typeof value === "string" ? value.replace(/#$/, "") : value;
}
