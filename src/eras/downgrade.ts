// What an older revision cannot carry is left out, or said in a way it can.
// Called by `session.ts` with results in the newest shape; newer fields never reach older clients.
// spec: the changelog of each revision

import { isJsonObject, type JsonObject } from "../jsonrpc/message.ts";
import type { Note } from "../protocol/call.ts";
import { atLeast, type SessionRevision } from "../protocol/revisions.ts";
import type { Content } from "../protocol/types.ts";

/** A note as a revision can carry it. */
export function downgradeNote(note: Note, revision: SessionRevision): Note {
  if (note.kind !== "progress" || atLeast(revision, "2025-03-26")) return note;
  return { ...note, message: undefined };
}

/** A question to the client as a revision can carry it. */
export function downgradeQuestion(
  method: string,
  params: JsonObject,
  revision: SessionRevision,
): JsonObject {
  if (method !== "elicitation/create") return params;
  // The page's id lets this revision's client match a notification that the newest has no more.
  if (params.mode === "url") return { ...params, elicitationId: crypto.randomUUID() };
  if (atLeast(revision, "2025-11-25")) return params;
  const { mode: _mode, ...rest } = params;
  return rest;
}

/** A result as a revision can carry it. */
export function downgradeResult(
  method: string,
  result: JsonObject,
  revision: SessionRevision,
): JsonObject {
  switch (method) {
    case "initialize":
      return { ...result, serverInfo: downgradeInfo(result.serverInfo, revision) };
    case "tools/list":
      return {
        ...result,
        tools: listOf(result.tools).map((tool) => downgradeTool(tool, revision)),
      };
    case "tools/call":
      return downgradeToolResult(result, revision);
    default:
      return result;
  }
}

function downgradeInfo(info: unknown, revision: SessionRevision): JsonObject {
  const { icons, websiteUrl, description, title, ...rest } = isJsonObject(info) ? info : {};
  if (!atLeast(revision, "2025-06-18")) return rest;
  if (!atLeast(revision, "2025-11-25")) return defined({ ...rest, title });
  return defined({ ...rest, title, description, websiteUrl, icons });
}

function downgradeTool(tool: JsonObject, revision: SessionRevision): JsonObject {
  if (atLeast(revision, "2025-11-25")) return withObjectOutput(tool);
  const { icons: _icons, ...withoutIcons } = tool;
  if (atLeast(revision, "2025-06-18")) return withObjectOutput(withoutIcons);
  const { title: _title, outputSchema: _output, _meta, ...plain } = withoutIcons;
  if (atLeast(revision, "2025-03-26")) return plain;
  const { annotations: _annotations, ...oldest } = plain;
  return oldest;
}

/** Before the newest revision, structured content is an object or nothing. */
function withObjectOutput(tool: JsonObject): JsonObject {
  const output = tool.outputSchema;
  if (output === undefined || (isJsonObject(output) && output.type === "object")) return tool;
  const { outputSchema: _output, ...rest } = tool;
  return rest;
}

function downgradeToolResult(result: JsonObject, revision: SessionRevision): JsonObject {
  const { structuredContent, ...rest } = result;
  const content = listOf(result.content).map((block) => downgradeContent(block, revision));
  if (!atLeast(revision, "2025-06-18") || !isJsonObject(structuredContent)) {
    return { ...rest, content };
  }
  return { ...rest, content, structuredContent };
}

/** A block of content that a revision does not know becomes text that says the same. */
function downgradeContent(block: JsonObject, revision: SessionRevision): JsonObject {
  const content = block as unknown as Content;
  if (content.type === "resource_link" && !atLeast(revision, "2025-06-18")) {
    return { type: "text", text: `Resource ${content.name}: ${content.uri}` };
  }
  if (content.type === "audio" && !atLeast(revision, "2025-03-26")) {
    return {
      type: "resource",
      resource: { uri: "data:audio", mimeType: content.mimeType, blob: content.data },
    };
  }
  return block;
}

function listOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value : [];
}

function defined(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}
