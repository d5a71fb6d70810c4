// Types only: what a JSON Schema literal or a Standard Schema says of the values it accepts.
// Kept to what people write by hand (object, array, scalars, enum, const, required, anyOf of
// these); anything else is `unknown`, and the author who wants more uses a Standard Schema.

import type { JsonSchema } from "./types.ts";

/** The part of a Standard Schema (https://standardschema.dev) that lmcp reads. */
export interface StandardSchema<Input = unknown, Output = Input> {
  /** The interface: its version, who made it, how it validates, and its types. */
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    /** Present where the library can say itself as JSON Schema. */
    readonly jsonSchema?: {
      readonly input: (options: { readonly target: "draft-2020-12" }) => Record<string, unknown>;
      readonly output: (options: { readonly target: "draft-2020-12" }) => Record<string, unknown>;
    };
  };
}

/** What a Standard Schema answers. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/** One thing that a Standard Schema found wrong. */
export interface StandardIssue {
  /** What is wrong, for people. */
  readonly message: string;
  /** Where in the value. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What `input` and `output` of a definition may be. */
export type AnySchema = JsonSchema | StandardSchema;

/** The type of the values that a schema accepts. */
export type Infer<S> = S extends StandardSchema<infer _In, infer Out> ? Out
  : S extends { readonly [keyword: string]: unknown } ? FromJsonSchema<S>
  : unknown;

/**
 * The type of the values that a JSON Schema literal accepts; `unknown` for what it says by keywords
 * beyond `const`, `enum`, `anyOf`, `oneOf`, `type`, `items`, `properties`, `required` and
 * `additionalProperties`.
 */
export type FromJsonSchema<S> = S extends { readonly const: infer C } ? C
  : S extends { readonly enum: readonly (infer E)[] } ? E
  : S extends { readonly anyOf: readonly (infer A)[] } ? FromJsonSchema<A>
  : S extends { readonly oneOf: readonly (infer A)[] } ? FromJsonSchema<A>
  : S extends { readonly type: infer T }
    ? (T extends readonly (infer Each)[] ? Each : T) extends infer One
      ? One extends "string" ? string
      : One extends "number" | "integer" ? number
      : One extends "boolean" ? boolean
      : One extends "null" ? null
      : One extends "array"
        ? S extends { readonly items: infer Items } ? FromJsonSchema<Items>[] : unknown[]
      : One extends "object" ? FromObjectSchema<S>
      : unknown
    : never
  : unknown;

/** The type of the objects that a JSON Schema literal accepts. */
export type FromObjectSchema<S> = S extends { readonly properties: infer P } ? (
    S extends { readonly required: readonly (infer R)[] } ?
        & { -readonly [K in keyof P as K extends R ? K : never]: FromJsonSchema<P[K]> }
        & { -readonly [K in keyof P as K extends R ? never : K]?: FromJsonSchema<P[K]> }
      : { -readonly [K in keyof P]?: FromJsonSchema<P[K]> }
  ) extends infer All ? { [K in keyof All]: All[K] } : never
  : S extends { readonly additionalProperties: infer A }
    ? A extends { readonly [keyword: string]: unknown } ? { [key: string]: FromJsonSchema<A> }
    : { [key: string]: unknown }
  : { [key: string]: unknown };
