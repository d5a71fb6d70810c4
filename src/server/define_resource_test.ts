import { assertEquals } from "@std/assert";
import { defineResource, type TemplateVariables } from "./define_resource.ts";

/** Compiles only where both types are the same. */
function same<A, B>(
  _same: (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false,
): void {}

/** One object type for an intersection. */
type Flat<T> = { [K in keyof T]: T[K] };

Deno.test("TemplateVariables says which variables a template has, and which may be absent", () => {
  same<Flat<TemplateVariables<"a://x">>, Record<never, never>>(true);
  same<Flat<TemplateVariables<"a://{id}">>, { readonly id: string }>(true);
  same<
    Flat<TemplateVariables<"a://{x,y}/{+rest}{?q,tag*}{#f}">>,
    {
      readonly x: string;
      readonly y: string;
      readonly rest: string;
      readonly q?: string;
      readonly tag?: readonly string[];
      readonly f?: string;
    }
  >(true);
  same<
    Flat<TemplateVariables<"a://{all*}{/path*}{.ext}">>,
    { readonly all: readonly string[]; readonly path?: readonly string[]; readonly ext?: string }
  >(true);
  same<
    TemplateVariables<string>,
    { readonly [name: string]: string | readonly string[] | undefined }
  >(true);
});

Deno.test("defineResource() types the handler by the template and gives the definition back", () => {
  const definition = {
    uriTemplate: "notes://{user}{/id}",
    name: "note",
    complete: { user: (value: string) => [value] },
    read: (_uri: string, { user, id }: { user: string; id?: string }) => `${user} ${id ?? "all"}`,
  } as const;
  assertEquals(defineResource(definition) as unknown, definition);
  defineResource({
    uriTemplate: "notes://{user}{/id}",
    name: "note",
    complete: { id: (value) => [value.trim()] },
    read(uri, variables, ctx) {
      same<typeof uri, string>(true);
      same<typeof variables.user, string>(true);
      same<typeof variables.id, string | undefined>(true);
      // @ts-expect-error -- the template has no such variable.
      variables.other;
      return ctx.signal.aborted ? null : "text";
    },
  });
  // @ts-expect-error -- the template has no such variable.
  defineResource({ uriTemplate: "a://{x}", name: "x", complete: { y: () => [] }, read: () => "" });
  defineResource({
    uri: "notes://all",
    name: "all",
    read(uri, ctx) {
      same<typeof uri, string>(true);
      return ctx.client.info?.name;
    },
  });
});
