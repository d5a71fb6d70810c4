// What an older revision cannot carry is left out, or said in a way it can.
// Called by `session.ts` with results in the newest shape; newer fields never reach older clients.
// spec: the changelog of each revision

import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import { isJsonObject, type JsonObject } from "../jsonrpc/message.ts";
import type { Note } from "../protocol/call.ts";
import { atLeast, type SessionRevision } from "../protocol/revisions.ts";
import type { ClientCapabilities, Content } from "../protocol/types.ts";
import { fitFields, type ShownType } from "./fields.ts";

/** The code that sessions have for a resource that is not found. */
const RESOURCE_NOT_FOUND = -32002;

/** What a client can be asked in a revision: only later ones can put a form to the user. */
export function downgradeClient(
  capabilities: ClientCapabilities,
  revision: SessionRevision,
): ClientCapabilities {
  if (atLeast(revision, "2025-06-18")) return capabilities;
  const { elicitation: _elicitation, ...rest } = capabilities;
  return rest;
}

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

/** An error as sessions know it: there, a resource that is not found has a code of its own. */
export function downgradeError(method: string, error: RpcError): RpcError {
  const { code, message, data } = error;
  const notFound = method === "resources/read" && code === ErrorCode.InvalidParams &&
    isJsonObject(data) && typeof data.uri === "string";
  return notFound ? new RpcError(RESOURCE_NOT_FOUND, message, data) : error;
}

/** A result as a revision can carry it. */
export function downgradeResult(
  method: string,
  result: JsonObject,
  revision: SessionRevision,
): JsonObject {
  const fit = (type: ShownType, value: unknown) => fitFields(type, value, revision);
  const each = (list: unknown, change: (item: JsonObject) => JsonObject) =>
    Array.isArray(list) ? list.map(change) : [];
  const content = (block: JsonObject) => downgradeContent(block, revision);
  switch (method) {
    case "initialize":
      return {
        ...result,
        serverInfo: fit("info", result.serverInfo),
        capabilities: fit("capabilities", result.capabilities),
      };
    case "tools/list":
      return {
        ...result,
        tools: each(result.tools, (tool) => fit("tool", withObjectOutput(tool))),
      };
    case "tools/call": {
      const { structuredContent, ...rest } = fit("toolResult", result);
      const said = { ...rest, content: each(result.content, content) };
      return isJsonObject(structuredContent) ? { ...said, structuredContent } : said;
    }
    case "resources/list":
      return { ...result, resources: each(result.resources, (item) => fit("resource", item)) };
    case "resources/templates/list":
      return {
        ...result,
        resourceTemplates: each(result.resourceTemplates, (item) => fit("resource", item)),
      };
    case "resources/read":
      return { ...result, contents: each(result.contents, (item) => fit("contents", item)) };
    case "prompts/list":
      return { ...result, prompts: each(result.prompts, (prompt) => fit("prompt", prompt)) };
    case "prompts/get":
      return {
        ...result,
        messages: each(result.messages, (message) => ({
          ...message,
          content: content(message.content as JsonObject),
        })),
      };
    default:
      return result;
  }
}

/** Before the newest revision, structured content is an object or nothing. */
function withObjectOutput(tool: JsonObject): JsonObject {
  const output = tool.outputSchema;
  if (output === undefined || (isJsonObject(output) && output.type === "object")) return tool;
  const { outputSchema: _output, ...rest } = tool;
  return rest;
}

/** A block of content that a revision does not know becomes one that says the same. */
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
  const fitted = fitFields("content", block, revision);
  if (content.type !== "resource") return fitted;
  return { ...fitted, resource: fitFields("contents", content.resource, revision) };
}
