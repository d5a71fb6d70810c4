// deno-lint-ignore-file no-import-prefix -- what deno.json names, `deno task` downloads for everybody
import { assertEquals, assertThrows } from "@std/assert";
import { z } from "npm:zod@4.6.7";
import type { StandardSchema } from "./infer.ts";
import { compileSchema, isStandardSchema } from "./schema.ts";

const INPUT = { side: "input" } as const;

/** A Standard Schema as a library would make it, that takes what `test` takes. */
function standard(
  test: (value: unknown) => boolean,
  later = false,
): StandardSchema<unknown, string> {
  return {
    "~standard": {
      version: 1,
      vendor: "test",
      validate(value) {
        const result = test(value)
          ? { value: `checked ${String(value)}` }
          : { issues: [{ message: "Not it", path: ["a", { key: 0 }] }, { message: "Whole" }] };
        return later ? Promise.resolve(result) : result;
      },
    },
  };
}

Deno.test("compileSchema() takes a zod schema: shown as JSON Schema, its output given on", async () => {
  const schema = compileSchema(
    z.object({
      n: z.number().int().min(1),
      s: z.string().default("none"),
      l: z.string().trim().optional(),
    }),
    INPUT,
  );
  assertEquals(schema.json.type, "object");
  assertEquals(schema.json.required, ["n"]);
  assertEquals(await schema.check({ n: 2, l: " x ", extra: 1 }), {
    ok: true,
    value: { n: 2, s: "none", l: "x" },
  });
  assertEquals(await schema.check({ n: 0, s: 5 }), {
    ok: false,
    problems: [
      '"n": Too small: expected number to be >=1',
      '"s": Invalid input: expected string, received number',
    ],
  });
});

Deno.test("compileSchema() shows the side of a zod schema that it is for", () => {
  const schema = z.object({ s: z.string().default("none") });
  assertEquals(compileSchema(schema, { side: "input" }).json.required, undefined);
  assertEquals(compileSchema(schema, { side: "output" }).json.required, ["s"]);
});

Deno.test("compileSchema() is as lenient with a zod schema as with a JSON Schema", async () => {
  const shape = z.object({ n: z.number(), flag: z.boolean(), list: z.array(z.number()) });
  const meant = { n: "5", flag: "true", list: "[1,2]" };
  const json = {
    type: "object",
    properties: {
      n: { type: "number" },
      flag: { type: "boolean" },
      list: { type: "array", items: { type: "number" } },
    },
    required: ["n", "flag", "list"],
  };
  for (const author of [shape, json]) {
    const lenient = compileSchema(author, { ...INPUT, lenient: true });
    assertEquals(await lenient.check(meant), {
      ok: true,
      value: { n: 5, flag: true, list: [1, 2] },
    });
    assertEquals((await lenient.check({ ...meant, n: "five" })).ok, false);
    assertEquals((await compileSchema(author, INPUT).check(meant)).ok, false);
  }
});

Deno.test("compileSchema() waits for a Standard Schema that answers later", async () => {
  const json = { type: "object" };
  const schema = compileSchema(standard((value) => value === "x", true), { ...INPUT, json });
  assertEquals(await schema.check("x"), { ok: true, value: "checked x" });
  assertEquals(await schema.check("y"), {
    ok: false,
    problems: ['"a.0": Not it', "Whole"],
  });
  const lenient = compileSchema(standard((value) => value === 5, true), {
    side: "input",
    lenient: true,
    json: { type: "integer" },
  });
  assertEquals(await lenient.check("5"), { ok: true, value: "checked 5" });
});

Deno.test("compileSchema() refuses a Standard Schema that cannot say itself, and says what would do", () => {
  const error = assertThrows(() => compileSchema(standard(() => true), INPUT), TypeError);
  assertEquals(
    error.message,
    'Cannot use schema of "test": it does not say itself as JSON Schema; give its JSON Schema beside it, or use a version that implements Standard JSON Schema',
  );
});

Deno.test("compileSchema() refuses what is no schema", () => {
  for (const value of ["string", 5, null, undefined, []]) {
    assertThrows(() => compileSchema(value as never, INPUT), TypeError, "Cannot use schema");
  }
});

Deno.test("isStandardSchema() knows schemas that are functions", () => {
  const callable = Object.assign(() => {}, standard(() => true));
  assertEquals(isStandardSchema(callable), true);
  assertEquals(isStandardSchema({ type: "object" }), false);
  assertEquals(isStandardSchema(null), false);
});
