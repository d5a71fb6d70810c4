// The prompts of the everything server: one for each kind of message, one that asks first, and
// suggestions for arguments.

import { image, type Server } from "../../mod.ts";
import { PIXEL_PNG } from "./samples.ts";

/** Registers them. */
export function addPrompts(server: Server): void {
  server
    .prompt({
      name: "test_simple_prompt",
      description: "One message.",
      run: () => "This is a simple prompt for testing.",
    })
    .prompt({
      name: "test_prompt_with_arguments",
      description: "A message that quotes its arguments.",
      arguments: [
        { name: "arg1", description: "The first.", required: true, complete: suggest },
        { name: "arg2", description: "The second.", required: true },
      ],
      run: ({ arg1, arg2 }) => `The arguments are "${arg1}" and "${arg2}".`,
    })
    .prompt({
      name: "test_prompt_with_embedded_resource",
      description: "A message that holds a resource.",
      arguments: [{ name: "resourceUri", description: "Its URI.", required: true }],
      run: ({ resourceUri }) => [
        {
          role: "user",
          content: {
            type: "resource",
            resource: { uri: resourceUri, mimeType: "text/plain", text: "An embedded resource." },
          },
        },
        { role: "user", content: "Please look at the resource above." },
      ],
    })
    .prompt({
      name: "test_prompt_with_image",
      description: "A message that holds an image.",
      run: () => [
        { role: "user", content: image(PIXEL_PNG, "image/png") },
        { role: "user", content: "Please look at the image above." },
      ],
    })
    .prompt({
      name: "test_input_required_result_prompt",
      description: "Asks what it is about before it says anything.",
      async run(_args, ctx) {
        const { action, content } = await ctx.elicit({
          key: "user_context",
          message: "What is it about?",
          schema: {
            type: "object",
            properties: { context: { type: "string" } },
            required: ["context"],
          },
        });
        return action === "accept" ? `It is about ${content.context}.` : "It is about nothing.";
      },
    });
}

function suggest(value: string): readonly string[] {
  return ["paris", "park", "party"].filter((word) => word.startsWith(value));
}
