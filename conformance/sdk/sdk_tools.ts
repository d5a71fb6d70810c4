// Tools of the everything server, written with the official SDK: content, progress, log lines, slow
// calls, changes. The names and answers are those of `everything/`.

import {
  fromJsonSchema,
  type McpServer,
  type ServerContext,
} from "npm:@modelcontextprotocol/server@2.4.0";
import { pause, PIXEL_PNG, SILENCE_WAV } from "../everything/samples.ts";
import type { Shared } from "./sdk_shared.ts";

const STEP_MS = 50;
const LONG_MS = 60_000;

/** A result of one text. */
export function said(text: string) {
  return { content: [{ type: "text" as const, text }] };
}

/** Registers the tools that just answer. */
export function addAnsweringTools(server: McpServer): void {
  const image = { type: "image" as const, data: PIXEL_PNG, mimeType: "image/png" };
  const audio = { type: "audio" as const, data: btoa(latin(SILENCE_WAV)), mimeType: "audio/wav" };
  server.registerTool(
    "test_simple_text",
    { description: "Answers with a text." },
    () => said("This is a simple text response."),
  );
  server.registerTool(
    "test_image_content",
    { description: "Answers with an image." },
    () => ({ content: [image] }),
  );
  server.registerTool(
    "test_audio_content",
    { description: "Answers with a sound." },
    () => ({ content: [audio] }),
  );
  server.registerTool("test_error_handling", { description: "Always fails." }, () => ({
    ...said("This tool fails on purpose; there is nothing to mend."),
    isError: true,
  }));
  server.registerTool("test_structured_output", {
    title: "Structured output",
    description: "Answers with an object that its output schema describes.",
    inputSchema: fromJsonSchema<{ city?: string }>({
      type: "object",
      properties: { city: { type: "string", description: "Where." } },
    }),
    outputSchema: fromJsonSchema<{ city: string; degrees: number }>({
      type: "object",
      properties: { city: { type: "string" }, degrees: { type: "number" } },
      required: ["city", "degrees"],
    }),
    annotations: { title: "Structured output", readOnlyHint: true, openWorldHint: false },
    icons: [{ src: "https://example.com/icon.png", mimeType: "image/png", sizes: ["48x48"] }],
    _meta: { "example.com/shelf": "A3" },
  }, ({ city = "Rome" }) => {
    const structuredContent = { city, degrees: 21.5 };
    return { ...said(JSON.stringify(structuredContent)), structuredContent };
  });
  server.registerTool("test_rich_content", { description: "Answers with a link." }, () => ({
    content: [
      {
        type: "resource_link" as const,
        uri: "test://static-text",
        name: "static_text",
        title: "A text",
        mimeType: "text/plain",
      },
      {
        type: "text" as const,
        text: "For the user.",
        annotations: {
          audience: ["user" as const],
          priority: 0.5,
          lastModified: "2025-01-12T15:00:58Z",
        },
      },
    ],
  }));
}

/** Registers the tools that take their time. */
export function addSlowTools(server: McpServer, shared: Shared): void {
  server.registerTool("test_tool_with_progress", {
    description: "Reports progress: 0, 50 and 100 of 100.",
  }, async (ctx) => {
    for (const progress of [0, 50, 100]) {
      await report(ctx, progress, 100, `${progress} of 100 done`);
      await pause(STEP_MS, ctx.mcpReq.signal);
    }
    return said("Reported progress three times.");
  });
  server.registerTool("test_tool_with_logging", {
    description: "Writes three log lines while it runs.",
  }, async (ctx) => {
    for (const line of ["Started", "Working", "Done"]) {
      await ctx.mcpReq.log("info", line, "everything");
      await pause(STEP_MS, ctx.mcpReq.signal);
    }
    return said("Wrote three log lines.");
  });
  server.registerTool("test_logging_tool", { description: "Writes a log line." }, async (ctx) => {
    await ctx.mcpReq.log("info", "A line for who asked for it", "everything");
    return said("Wrote a log line.");
  });
  server.registerTool("test_slow", {
    description: "Reports progress until its time is over, and says its word.",
    inputSchema: fromJsonSchema<{ ms?: number; word?: string }>({
      type: "object",
      properties: {
        ms: { type: "integer", minimum: 0, maximum: LONG_MS },
        word: { type: "string" },
      },
    }),
  }, async ({ ms = 300, word = "done" }, ctx) => {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      await report(ctx, passed + 1, ms + 1, `${passed} of ${ms} ms`);
      await pause(Math.min(STEP_MS, ms - passed), ctx.mcpReq.signal);
    }
    return said(word);
  });
  server.registerTool("test_unending", {
    description: "Runs until it is cancelled.",
  }, async (ctx) => {
    await pause(LONG_MS, ctx.mcpReq.signal);
    return said("Nobody cancelled.");
  });
  const inputSchema = fromJsonSchema<{ key: string }>({
    type: "object",
    properties: { key: { type: "string" } },
    required: ["key"],
  });
  server.registerTool("test_cancel_probe", {
    description: "Runs until it is cancelled, and remembers that it was.",
    inputSchema,
  }, async ({ key }, ctx) => {
    shared.probes.set(key, "running");
    await report(ctx, 1);
    await pause(10_000, ctx.mcpReq.signal).catch((reason) => {
      shared.probes.set(key, "aborted");
      throw reason;
    });
    shared.probes.set(key, "finished");
    return said("Nobody cancelled.");
  });
  server.registerTool("test_cancel_report", {
    description: "Says what became of the probe of a key.",
    inputSchema,
  }, async ({ key }, ctx) => {
    for (let waited = 0; waited < 2_000; waited += STEP_MS) {
      if (shared.probes.get(key) !== "running") break;
      await pause(STEP_MS, ctx.mcpReq.signal);
    }
    return said(shared.probes.get(key) ?? "unknown");
  });
}

/** Registers the tools that change what there is. */
export function addChangingTools(server: McpServer, shared: Shared): void {
  for (const kind of ["tools", "prompts", "resources"] as const) {
    const name = `test_trigger_${kind.slice(0, -1)}_change`;
    server.registerTool(name, { description: `Changes the ${kind}.` }, () => {
      if (!shared.appeared.delete(kind)) shared.appeared.add(kind);
      shared.changed(kind);
      for (const session of shared.sessions.keys()) {
        if (!session.isConnected()) continue;
        if (kind === "tools") session.sendToolListChanged();
        if (kind === "prompts") session.sendPromptListChanged();
        if (kind === "resources") session.sendResourceListChanged();
      }
      return said(`Changed the ${kind}.`);
    });
  }
  server.registerTool("test_trigger_resource_update", {
    description: "Says that the watched resource holds something else now.",
  }, () => {
    const uri = "test://watched-resource";
    shared.changed({ uri });
    for (const [session, subscribed] of shared.sessions) {
      if (subscribed === "filtered" || subscribed.has(uri)) {
        session.server.sendResourceUpdated({ uri });
      }
    }
    return said("Said so.");
  });
}

async function report(
  ctx: ServerContext,
  progress: number,
  total?: number,
  message?: string,
): Promise<void> {
  const progressToken = ctx.mcpReq._meta?.progressToken;
  if (progressToken === undefined) return;
  const params = { progressToken, progress, total, message };
  await ctx.mcpReq.notify({ method: "notifications/progress", params });
}

function latin(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
