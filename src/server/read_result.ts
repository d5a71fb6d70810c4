// What a resource's handler returned, made into the contents that a read gives back.
// spec: server/resources#resource-contents

import { isJsonObject, type JsonObject, kindOf } from "../jsonrpc/message.ts";
import type { ReadResult, ResourceContents } from "../protocol/types.ts";
import { toBase64 } from "./define.ts";

/**
 * Makes the result of a read; undefined when the handler returned nothing: there is no such
 * resource. An empty list is a resource that holds nothing.
 *
 * @throws {TypeError} when the value is nothing that a resource can hold.
 */
export function toReadResult(
  value: unknown,
  uri: string,
  mimeType: string | undefined,
): ReadResult | undefined {
  if (value === undefined || value === null) return undefined;
  if (isJsonObject(value) && Array.isArray(value.contents)) {
    const contents = value.contents.map((item) => toContents(item, uri, mimeType));
    return isJsonObject(value._meta) ? { contents, _meta: value._meta } : { contents };
  }
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return { contents: items.map((item) => toContents(item, uri, mimeType)) };
}

function toContents(item: unknown, uri: string, mimeType: string | undefined): ResourceContents {
  if (typeof item === "string") return { ...frame({}, uri, mimeType), text: item };
  if (item instanceof Uint8Array) return { ...frame({}, uri, mimeType), blob: toBase64(item) };
  if (isJsonObject(item)) {
    const { text, blob } = item;
    if (typeof text === "string" && blob === undefined) {
      return { ...frame(item, uri, mimeType), text };
    }
    if (text === undefined && blob instanceof Uint8Array) {
      return { ...frame(item, uri, mimeType), blob: toBase64(blob) };
    }
    if (text === undefined && typeof blob === "string") {
      return { ...frame(item, uri, mimeType), blob };
    }
  }
  throw new TypeError(
    `Resource "${uri}" must hold strings, bytes, or objects with "text" or "blob": got ${
      kindOf(item)
    }`,
  );
}

function frame(
  item: JsonObject,
  uri: string,
  mimeType: string | undefined,
): { uri: string; mimeType?: string; _meta?: JsonObject } {
  const type = typeof item.mimeType === "string" ? item.mimeType : mimeType;
  return {
    uri: typeof item.uri === "string" ? item.uri : uri,
    ...(type === undefined ? {} : { mimeType: type }),
    ...(isJsonObject(item._meta) ? { _meta: item._meta } : {}),
  };
}
