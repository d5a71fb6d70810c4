// Tools of the everything server that just answer: each kind of content, an error, notifications on
// the way, and schemas that must reach the client as they are. Never ask the client anything.

import { audio, image, LOG_LEVELS, type Server, text, ToolError } from "../../mod.ts";
import { pause, PIXEL_PNG, SILENCE_WAV } from "./samples.ts";

/** Between two notifications, so that they are seen to come while the call runs. */
const STEP_MS = 50;

/** Registers them. The first takes no arguments: scenarios call the first tool there is with none. */
export function addContentTools(server: Server): void {
  server
    .tool({
      name: "test_simple_text",
      description: "Answers with a text.",
      run: () => text("This is a simple text response."),
    })
    .tool({
      name: "test_image_content",
      description: "Answers with an image.",
      run: () => image(PIXEL_PNG, "image/png"),
    })
    .tool({
      name: "test_audio_content",
      description: "Answers with a sound.",
      run: () => audio(SILENCE_WAV, "audio/wav"),
    })
    .tool({
      name: "test_embedded_resource",
      description: "Answers with a resource inside the result.",
      run: () => embedded("test://embedded-resource", "This is an embedded resource."),
    })
    .tool({
      name: "test_multiple_content_types",
      description: "Answers with a text, an image and a resource.",
      run: () => [
        text("A text, an image and a resource:"),
        image(PIXEL_PNG, "image/png"),
        embedded("test://mixed-content-resource", "This is a part of a mixed answer."),
      ],
    })
    .tool({
      name: "test_error_handling",
      description: "Always fails.",
      run() {
        throw new ToolError("This tool fails on purpose; there is nothing to mend.");
      },
    });
  addNotifyingTools(server);
  addSchemaTools(server);
}

function addNotifyingTools(server: Server): void {
  server
    .tool({
      name: "test_tool_with_progress",
      description: "Reports progress: 0, 50 and 100 of 100.",
      async run(_input, ctx) {
        for (const progress of [0, 50, 100]) {
          ctx.progress(progress, 100, `${progress} of 100 done`);
          await pause(STEP_MS, ctx.signal);
        }
        return text("Reported progress three times.");
      },
    })
    .tool({
      name: "test_tool_with_logging",
      description: "Writes three log lines while it runs.",
      async run(_input, ctx) {
        for (const line of ["Started", "Working", "Done"]) {
          ctx.log("info", line, "everything");
          await pause(STEP_MS, ctx.signal);
        }
        return text("Wrote three log lines.");
      },
    })
    .tool({
      name: "test_logging_tool",
      description: "Writes a log line, which only a client that asked for it is sent.",
      run(_input, ctx) {
        ctx.log("info", "A line for who asked for it", "everything");
        return text("Wrote a log line.");
      },
    })
    .tool({
      name: "test_log_levels",
      description: "Writes a log line of each level.",
      run(_input, ctx) {
        for (const level of LOG_LEVELS) ctx.log(level, `A line of level ${level}`, "everything");
        return text("Wrote a line of each level.");
      },
    });
}

function addSchemaTools(server: Server): void {
  server
    .tool({
      name: "json_schema_2020_12_tool",
      description: "Has an input schema with keywords that servers like to lose.",
      input: CONTACT_SCHEMA,
      run: (contact) => text(JSON.stringify(contact)),
    })
    .tool({
      name: "test_x_mcp_header",
      description: "Takes a parameter that clients repeat in a header.",
      input: {
        type: "object",
        properties: {
          region: {
            type: "string",
            description: "Where to do it.",
            "x-mcp-header": "Region",
          },
        },
      },
      run: ({ region = "nowhere" }) => text(`Region: ${region}`),
    })
    .tool({
      name: "test_mirrored_parameters",
      description: "Takes parameters of every kind that clients repeat in headers.",
      input: MIRRORED_SCHEMA,
      run: (given) => text(JSON.stringify(given)),
    });
}

const MIRRORED_SCHEMA = {
  type: "object",
  properties: {
    label: { type: "string", description: "A text.", "x-mcp-header": "Label" },
    count: { type: "integer", description: "A number.", "x-mcp-header": "Count" },
    flag: { type: "boolean", description: "Yes or no.", "x-mcp-header": "Flag" },
    place: {
      type: "object",
      properties: { room: { type: "string", description: "Where.", "x-mcp-header": "Room" } },
    },
  },
} as const;

const CONTACT_SCHEMA = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  $defs: {
    address: {
      $anchor: "addressDef",
      type: "object",
      properties: { street: { type: "string" }, city: { type: "string" } },
    },
  },
  properties: {
    name: { type: "string" },
    address: { $ref: "#/$defs/address" },
    contactMethod: { type: "string", enum: ["phone", "email"] },
    phone: { type: "string" },
    email: { type: "string" },
  },
  allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }],
  if: { properties: { contactMethod: { const: "phone" } }, required: ["contactMethod"] },
  then: { required: ["phone"] },
  else: { required: ["email"] },
  additionalProperties: false,
} as const;

function embedded(uri: string, contents: string) {
  return {
    type: "resource",
    resource: { uri, mimeType: "text/plain", text: contents },
  } as const;
}
