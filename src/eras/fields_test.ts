import { specDir } from "../../tests/support/spec_dir.ts";
import { assertEquals } from "@std/assert";
import { SESSION_REVISIONS } from "../protocol/revisions.ts";
import { fitFields, type ShownType } from "./fields.ts";

/** The types of the schemas behind each type here; a type may stand for several. */
const IN_SCHEMA: { readonly [T in ShownType]: readonly string[] } = {
  info: ["Implementation"],
  capabilities: ["ServerCapabilities"],
  tool: ["Tool"],
  toolResult: ["CallToolResult"],
  resource: ["Resource", "ResourceTemplate"],
  contents: ["TextResourceContents", "BlobResourceContents"],
  prompt: ["Prompt"],
  argument: ["PromptArgument"],
  content: ["TextContent", "ImageContent", "AudioContent", "ResourceLink", "EmbeddedResource"],
  annotations: ["Annotations"],
};
/** What the newest revision took out again, or what lmcp does not declare. */
const IGNORED = ["experimental", "extensions", "resultType"];
const FOLDER = specDir() ?? "";

Deno.test("fitFields() leaves out what a revision does not know, and what that holds", () => {
  const prompt = {
    name: "p",
    title: "P",
    arguments: [{ name: "a", title: "A", required: true }],
    icons: [],
    _meta: {},
    own: 1,
  };
  assertEquals(fitFields("prompt", prompt, "2025-11-25"), prompt);
  const { icons: _icons, ...middle } = prompt;
  assertEquals(fitFields("prompt", prompt, "2025-06-18"), middle);
  assertEquals(fitFields("prompt", prompt, "2025-03-26"), {
    name: "p",
    arguments: [{ name: "a", required: true }],
    own: 1,
  });
  assertEquals(fitFields("content", { annotations: { lastModified: "x" } }, "2024-11-05"), {
    annotations: {},
  });
});

Deno.test("fitFields() makes nothing of what is no object", () => {
  assertEquals(fitFields("info", undefined, "2025-11-25"), {});
  assertEquals(fitFields("tool", "x", "2024-11-05"), {});
});

Deno.test({
  name: "fitFields() knows the fields of each type as the schemas have them",
  ignore: FOLDER === "",
  fn() {
    const newest = definitions("2026-07-28");
    for (const revision of SESSION_REVISIONS) {
      const known = definitions(revision);
      for (const [type, names] of Object.entries(IN_SCHEMA)) {
        for (const name of names) {
          const theirs = known[name]?.properties;
          if (theirs === undefined) continue; // The type came later.
          const fields = Object.keys(newest[name]!.properties).filter((field) =>
            !IGNORED.includes(field)
          );
          const whole = Object.fromEntries(fields.map((field) => [field, 1]));
          assertEquals(
            Object.keys(fitFields(type as ShownType, whole, revision)).sort(),
            fields.filter((field) => field in theirs).sort(),
            `${name} of ${revision}`,
          );
        }
      }
    }
  },
});

type Definitions = { readonly [name: string]: { readonly properties: object } | undefined };

function definitions(revision: string): Definitions {
  const schema = JSON.parse(Deno.readTextFileSync(`${FOLDER}/${revision}/schema.json`));
  return schema.$defs ?? schema.definitions;
}
