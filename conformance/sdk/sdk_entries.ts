// Resources and prompts of the everything server, written with the official SDK.

import {
  completable,
  type McpServer,
  ResourceTemplate,
} from "npm:@modelcontextprotocol/server@2.4.0";
import { z } from "npm:zod@^4.2.0";
import { PIXEL_PNG } from "../everything/samples.ts";

const ICONS = [{ src: "https://example.com/icon.png", mimeType: "image/png", sizes: ["48x48"] }];
const STREETS = new Map([["rome", ["via appia", "via veneto"]], ["paris", ["rue cler"]]]);
const MANY = Array.from({ length: 150 }, (_, at) => `city${at + 1}`);

/** Registers them. */
export function addEntries(server: McpServer): void {
  addResources(server);
  addPrompts(server);
}

function addResources(server: McpServer): void {
  const texts = [
    ["static_text", "test://static-text", "This is the content of the static text resource."],
    ["watched_resource", "test://watched-resource", "This is the content of the watched resource."],
  ] as const;
  for (const [name, uri, text] of texts) {
    const read = () => ({ contents: [{ uri, mimeType: "text/plain", text }] });
    server.registerResource(name, uri, { mimeType: "text/plain" }, read);
  }
  const uri = "test://static-binary";
  const contents = [{ uri, mimeType: "image/png", blob: PIXEL_PNG }];
  server.registerResource("static_binary", uri, { mimeType: "image/png" }, () => ({ contents }));
  server.registerResource("rich_resource", "test://rich-resource", {
    title: "A rich resource",
    mimeType: "text/plain",
    annotations: { audience: ["user"], priority: 1, lastModified: "2025-01-12T15:00:58Z" },
    icons: ICONS,
    _meta: { "example.com/shelf": "A3" },
  }, (url) => ({ contents: [{ uri: url.href, mimeType: "text/plain", text: "Rich." }] }));
  server.registerResource(
    "template_data",
    new ResourceTemplate("test://template/{id}/data", { list: undefined }),
    { mimeType: "application/json" },
    (url, { id }) => {
      const data = JSON.stringify({ id: decodeURIComponent(String(id)) });
      return { contents: [{ uri: url.href, mimeType: "application/json", text: data }] };
    },
  );
  server.registerResource(
    "completed",
    new ResourceTemplate("test://completed/{city}", {
      list: undefined,
      complete: { city: (value) => [...STREETS.keys()].filter((city) => city.startsWith(value)) },
    }),
    { mimeType: "text/plain" },
    (url, { city }) => ({ contents: [{ uri: url.href, text: `The city is ${city}.` }] }),
  );
}

function addPrompts(server: McpServer): void {
  const prompt = (text: string) => ({
    messages: [{ role: "user" as const, content: { type: "text" as const, text } }],
  });
  const suggest = (value: string | undefined) =>
    ["paris", "park", "party"].filter((word) => word.startsWith(value ?? ""));
  server.registerPrompt(
    "test_simple_prompt",
    { description: "One message." },
    () => prompt("This is a simple prompt for testing."),
  );
  server.registerPrompt("test_prompt_with_arguments", {
    description: "A message that quotes its arguments.",
    argsSchema: z.object({ arg1: completable(z.string(), suggest), arg2: z.string() }),
  }, ({ arg1, arg2 }) => prompt(`The arguments are "${arg1}" and "${arg2}".`));
  server.registerPrompt("test_completed_prompt", {
    description: "Has arguments that can be completed.",
    argsSchema: z.object({
      city: completable(
        z.string().optional(),
        (value) => MANY.filter((city) => city.startsWith(value ?? "")),
      ),
      street: completable(
        z.string().optional(),
        (value, context) =>
          (STREETS.get(context?.arguments?.city ?? "") ?? [])
            .filter((street) => street.startsWith(value ?? "")),
      ),
    }),
  }, ({ city = "somewhere" }) => prompt(`Tell me of ${city}.`));
  server.registerPrompt("test_rich_prompt", {
    title: "A rich prompt",
    description: "Has every field that a prompt can have.",
    argsSchema: z.object({
      mood: z.string().optional().meta({ title: "Mood", description: "Of the answer." }),
    }),
    icons: ICONS,
  }, ({ mood = "calm" }) => prompt(`Be ${mood}.`));
}
