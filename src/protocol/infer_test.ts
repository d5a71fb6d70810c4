// deno-lint-ignore-file no-import-prefix -- what deno.json names, `deno task` downloads for everybody
import { assert } from "@std/assert";
import { z } from "npm:zod@4.6.7";
import type { FromJsonSchema, Infer } from "./infer.ts";

/** True where both types are the same; `any` is the same as nothing but itself. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true
  : false;

/** Fails to compile where the types differ. */
function same<A, B>(yes: Same<A, B>): void {
  assert(yes);
}

Deno.test("FromJsonSchema says the type of what a literal accepts", () => {
  same<FromJsonSchema<{ readonly type: "string" }>, string>(true);
  same<FromJsonSchema<{ readonly type: "integer" }>, number>(true);
  same<FromJsonSchema<{ readonly type: "boolean" }>, boolean>(true);
  same<FromJsonSchema<{ readonly type: "null" }>, null>(true);
  same<FromJsonSchema<{ readonly type: readonly ["string", "null"] }>, string | null>(true);
  same<FromJsonSchema<{ readonly const: "x" }>, "x">(true);
  same<FromJsonSchema<{ readonly enum: readonly ["a", "b", 3] }>, "a" | "b" | 3>(true);
  same<
    FromJsonSchema<
      { readonly anyOf: readonly [{ readonly type: "string" }, { readonly const: 1 }] }
    >,
    string | 1
  >(true);
  same<
    FromJsonSchema<{ readonly type: "array"; readonly items: { readonly type: "number" } }>,
    number[]
  >(true);
  same<FromJsonSchema<{ readonly type: "array" }>, unknown[]>(true);
  same<FromJsonSchema<{ readonly $ref: "#/$defs/x" }>, unknown>(true);
});

Deno.test("FromJsonSchema tells required members from optional ones", () => {
  type Schema = {
    readonly type: "object";
    readonly properties: {
      readonly a: { readonly type: "string" };
      readonly b: { readonly type: "integer" };
    };
    readonly required: readonly ["a"];
  };
  same<FromJsonSchema<Schema>, { a: string; b?: number }>(true);
  same<
    FromJsonSchema<{
      readonly type: "object";
      readonly additionalProperties: { readonly type: "boolean" };
    }>,
    { [key: string]: boolean }
  >(true);
  same<FromJsonSchema<{ readonly type: "object" }>, { [key: string]: unknown }>(true);
});

Deno.test("Infer gives the output of a zod schema", () => {
  const schema = z.object({
    n: z.number(),
    s: z.string().default("x"),
    u: z.union([z.literal("a"), z.null()]),
    t: z.string().transform((text) => text.length),
    o: z.string().optional(),
  });
  type Output = { n: number; s: string; u: "a" | null; t: number; o?: string | undefined };
  same<Infer<typeof schema>, Output>(true);
});
