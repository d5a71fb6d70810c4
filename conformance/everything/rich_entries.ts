// Tools, a resource and a prompt of the everything server that use every field the protocol got over
// its revisions: what an older one does not know must not reach its clients.

import { type Server, text } from "../../mod.ts";

const ICONS = [{ src: "https://example.com/icon.png", mimeType: "image/png", sizes: ["48x48"] }];

/** Registers them. */
export function addRichEntries(server: Server): void {
  server
    .tool({
      name: "test_structured_output",
      title: "Structured output",
      description: "Answers with an object that its output schema describes.",
      input: {
        type: "object",
        properties: { city: { type: "string", description: "Where." } },
      },
      output: {
        type: "object",
        properties: { city: { type: "string" }, degrees: { type: "number" } },
        required: ["city", "degrees"],
      },
      annotations: { title: "Structured output", readOnlyHint: true, openWorldHint: false },
      icons: ICONS,
      _meta: { "example.com/shelf": "A3" },
      run: ({ city = "Rome" }) => ({ city, degrees: 21.5 }),
    })
    .tool({
      name: "test_rich_content",
      description: "Answers with a link to a resource and an annotated text.",
      run: () => [
        {
          type: "resource_link",
          uri: "test://static-text",
          name: "static_text",
          title: "A text",
          mimeType: "text/plain",
        },
        text("For the user.", {
          audience: ["user"],
          priority: 0.5,
          lastModified: "2025-01-12T15:00:58Z",
        }),
      ],
    })
    .resource({
      uri: "test://rich-resource",
      name: "rich_resource",
      title: "A rich resource",
      description: "Has every field that a resource can have.",
      mimeType: "text/plain",
      annotations: { audience: ["user"], priority: 1, lastModified: "2025-01-12T15:00:58Z" },
      icons: ICONS,
      _meta: { "example.com/shelf": "A3" },
      read: () => "Rich.",
    })
    .prompt({
      name: "test_rich_prompt",
      title: "A rich prompt",
      description: "Has every field that a prompt can have.",
      arguments: [{ name: "mood", title: "Mood", description: "Of the answer." }],
      icons: ICONS,
      run: ({ mood = "calm" }) => `Be ${mood}.`,
    });
}
