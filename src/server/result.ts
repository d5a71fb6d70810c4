// What a handler returned, made into a tool result.
// A string is text; content is content only when it has the shape that the spec gives it; any
// other plain object is shown as JSON text and mirrored as `structuredContent`.
// spec: server/tools#tool-result

import { isJsonObject, type JsonObject } from "../jsonrpc/message.ts";
import type { Content, ToolResult } from "../protocol/types.ts";
import { text } from "./define.ts";

/**
 * Makes a tool result of whatever a handler returned.
 *
 * @throws {TypeError} when the value is nothing that JSON can carry.
 */
export function toToolResult(value: unknown): ToolResult {
  if (typeof value === "string") return { content: [text(value)] };
  if (value === undefined || value === null) return { content: [] };
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") {
    return { content: [text(String(value))] };
  }
  if (isContent(value)) return clean({ content: [value] });
  if (Array.isArray(value)) {
    return value.length > 0 && value.every(isContent)
      ? clean({ content: value })
      : structured(value);
  }
  if (isToolResult(value)) return clean(value);
  if (isJsonObject(value)) return structured(value);
  throw new TypeError(`Tool returned a ${typeof value}, which is nothing that a result can carry`);
}

function structured(value: JsonObject | unknown[]): ToolResult {
  const json = encode(value);
  const clean = JSON.parse(json);
  if (!isJsonObject(clean) || !isJsonObject(clean._meta)) {
    return { content: [text(json)], structuredContent: clean };
  }
  const { _meta, ...rest } = clean;
  return { content: [text(JSON.stringify(rest))], structuredContent: rest, _meta };
}

/** A result with other structured content: the text that mirrored the old mirrors the new. */
export function restructured(result: ToolResult, structuredContent: unknown): ToolResult {
  const before = JSON.stringify(result.structuredContent);
  const content = result.content.map((block) =>
    block.type === "text" && block.text === before ? text(encode(structuredContent)) : block
  );
  return clean({ ...result, content, structuredContent });
}

/** A result as JSON carries it. Plain text, images and sound, which are most, are that already. */
function clean(result: ToolResult): ToolResult {
  const { content, structuredContent, _meta } = result;
  const plain = structuredContent === undefined && _meta === undefined && content.every(isPlain);
  return plain ? result : JSON.parse(encode(result));
}

function isPlain(block: Content): boolean {
  return Object.values(block).every((member) => typeof member === "string");
}

function encode(value: unknown): string {
  let json: string | undefined;
  try {
    json = JSON.stringify(value);
  } catch (error) {
    throw new TypeError(`Tool returned a value that JSON cannot carry: ${whyNot(error)}`);
  }
  if (json === undefined) throw new TypeError("Tool returned a value that JSON cannot carry");
  return json;
}

/** Why JSON cannot carry a value, from what `stringify` threw: the engines word it differently. */
function whyNot(error: unknown): string {
  if (error instanceof RangeError) return "it is nested too deeply";
  if (!(error instanceof Error)) return "it throws when it is read";
  if (error instanceof TypeError && /circular|cyclic/i.test(error.message)) {
    return "it contains itself";
  }
  return error instanceof TypeError && /bigint/i.test(error.message)
    ? "it holds a value that JSON has no form for (a BigInt, say)"
    : error.message;
}

/** Whether a value is a whole tool result: `content` is a list of content, and no key is foreign. */
function isToolResult(value: unknown): value is ToolResult {
  return isJsonObject(value) && Array.isArray(value.content) && value.content.every(isContent) &&
    Object.keys(value).every((key) => RESULT_KEYS.has(key)) &&
    (value.isError === undefined || typeof value.isError === "boolean") &&
    (value._meta === undefined || isJsonObject(value._meta));
}

const RESULT_KEYS = new Set(["content", "structuredContent", "isError", "_meta"]);

/** Whether a value is a block of content, by the shape that the spec gives each type. */
export function isContent(value: unknown): value is Content {
  if (!isJsonObject(value)) return false;
  switch (value.type) {
    case "text":
      return typeof value.text === "string" && onlyKeys(value, ["text"]);
    case "image":
    case "audio":
      return typeof value.data === "string" && typeof value.mimeType === "string" &&
        onlyKeys(value, ["data", "mimeType"]);
    case "resource_link":
      return typeof value.uri === "string" && typeof value.name === "string";
    case "resource":
      return isJsonObject(value.resource) && typeof value.resource.uri === "string" &&
        (typeof value.resource.text === "string" || typeof value.resource.blob === "string");
    default:
      return false;
  }
}

function onlyKeys(value: JsonObject, own: readonly string[]): boolean {
  return Object.keys(value).every((key) =>
    key === "type" || key === "annotations" || key === "_meta" || own.includes(key)
  );
}
