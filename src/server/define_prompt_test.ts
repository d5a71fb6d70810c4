import { assertEquals } from "@std/assert";
import { definePrompt, type PromptArguments } from "./define_prompt.ts";
import { createServer } from "./server.ts";

/** Compiles only where both types are the same. */
function same<A, B>(
  _same: (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false,
): void {}

Deno.test("definePrompt() types the handler by the arguments and gives the definition back", () => {
  const definition = { name: "p", run: () => "hi" } as const;
  assertEquals(definePrompt(definition) as unknown, definition);
  definePrompt({
    name: "review",
    arguments: [
      { name: "diff", required: true, complete: (value) => [value.trim()] },
      { name: "focus", required: false },
      { name: "tone" },
    ],
    run(args) {
      same<typeof args.diff, string>(true);
      same<typeof args.focus, string | undefined>(true);
      same<typeof args.tone, string | undefined>(true);
      // @ts-expect-error -- there is no such argument.
      args.other;
      return args.diff;
    },
  });
  createServer({ name: "t", version: "1" }).prompt({
    name: "inline",
    arguments: [{ name: "a", required: true }],
    run({ a }, ctx) {
      same<typeof a, string>(true);
      return { role: "assistant", content: `${a}${ctx.signal.aborted}` };
    },
  });
});

Deno.test("PromptArguments is open where the arguments are not known to the compiler", () => {
  same<
    PromptArguments<readonly { readonly name: string }[]>,
    { readonly [name: string]: string | undefined }
  >(true);
});
