// Tools of the everything server that change what it offers, so that clients who listen are told.
// A call adds an entry, and the next one takes it away: the lists are as they were in the end.

import { type Server, text } from "../../mod.ts";

const TOOL = "test_appearing_tool";
const PROMPT = "test_appearing_prompt";
const RESOURCE = "test://appearing-resource";

/** Registers them. */
export function addChangingTools(server: Server): void {
  server
    .tool({
      name: "test_trigger_tool_change",
      description: "Adds a tool to the list, or takes it away again.",
      run() {
        if (server.removeTool(TOOL)) return text(`Removed ${TOOL}.`);
        server.tool({ name: TOOL, description: "Comes and goes.", run: () => text("Here.") });
        return text(`Added ${TOOL}.`);
      },
    })
    .tool({
      name: "test_trigger_prompt_change",
      description: "Adds a prompt to the list, or takes it away again.",
      run() {
        if (server.removePrompt(PROMPT)) return text(`Removed ${PROMPT}.`);
        server.prompt({ name: PROMPT, description: "Comes and goes.", run: () => "Here." });
        return text(`Added ${PROMPT}.`);
      },
    })
    .tool({
      name: "test_trigger_resource_change",
      description: "Adds a resource to the list, or takes it away again.",
      run() {
        if (server.removeResource(RESOURCE)) return text(`Removed ${RESOURCE}.`);
        server.resource({ uri: RESOURCE, name: "appearing", read: () => "Here." });
        return text(`Added ${RESOURCE}.`);
      },
    })
    .tool({
      name: "test_trigger_resource_update",
      description: "Says that the watched resource holds something else now.",
      run() {
        server.resourceUpdated("test://watched-resource");
        return text("Said so.");
      },
    });
}
