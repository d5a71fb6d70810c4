// Types only: what a JSON Schema literal or a Standard Schema says of the values it accepts.
// Kept to what people write by hand (object, array, scalars, enum, const, required, anyOf of
// these); anything else is `unknown`, and the author who wants more uses a Standard Schema.

import type { JsonSchema } from "./types.ts";

/** The part of a Standard Schema (https://standardschema.dev) that lmcp reads. */
export interface StandardSchema<Input = unknown, Output = Input> {
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
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What `input` and `output` of a definition may be. */
export type AnySchema = JsonSchema | StandardSchema;

/** The type of the values that a schema accepts. */
export type Infer<S> = S extends StandardSchema<infer _In, infer Out> ? Out
  : S extends { readonly [keyword: string]: unknown } ? FromJsonSchema<S>
  : unknown;

/** The type of the values that a JSON Schema literal accepts. */
export type FromJsonSchema<S> = S extends { readonly const: infer C } ? C
  : S extends { readonly enum: readonly (infer E)[] } ? E
  : S extends { readonly anyOf: readonly (infer A)[] } ? FromJsonSchema<A>
  : S extends { readonly oneOf: readonly (infer A)[] } ? FromJsonSchema<A>
  : S extends { readonly type: infer T } ? FromType<S, T>
  : unknown;

type FromType<S, T> = T extends readonly (infer Each)[] ? FromType<S, Each>
  : T extends "string" ? string
  : T extends "number" | "integer" ? number
  : T extends "boolean" ? boolean
  : T extends "null" ? null
  : T extends "array" ? FromArray<S>
  : T extends "object" ? Simplify<FromObject<S>>
  : unknown;

type FromArray<S> = S extends { readonly items: infer Items } ? FromJsonSchema<Items>[] : unknown[];

type FromObject<S> = S extends { readonly properties: infer P } ?
    & { -readonly [K in keyof P as K extends Required<S> ? K : never]: FromJsonSchema<P[K]> }
    & { -readonly [K in keyof P as K extends Required<S> ? never : K]?: FromJsonSchema<P[K]> }
  : S extends { readonly additionalProperties: infer A }
    ? A extends { readonly [keyword: string]: unknown } ? { [key: string]: FromJsonSchema<A> }
    : { [key: string]: unknown }
  : { [key: string]: unknown };

type Required<S> = S extends { readonly required: readonly (infer R)[] } ? R : never;

type Simplify<T> = { [K in keyof T]: T[K] };
