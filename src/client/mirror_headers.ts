// The headers that repeat parts of a request, so that what stands between can route it unread: the
// writing half of `eras/headers.ts`. Called by `modern.ts`.
// spec: basic/transports/streamable-http#standard-request-headers, #value-encoding

import { NAME_SOURCES, valueAt } from "../eras/headers.ts";
import type { JsonObject } from "../jsonrpc/message.ts";
import type { HeaderParam } from "../protocol/header_params.ts";

const PLAIN = /^(?:[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)?$/;
const LOOKS_ENCODED = /^=\?base64\?.*\?=$/;

/** The headers of a request, but for its revision. */
export function mirrorHeaders(
  method: string,
  params: JsonObject,
  headerParams: readonly HeaderParam[],
): { [name: string]: string } {
  const headers: { [name: string]: string } = { "mcp-method": method };
  const source = NAME_SOURCES.get(method);
  const name = source === undefined ? undefined : params[source];
  if (typeof name === "string") headers["mcp-name"] = encodeHeaderValue(name);
  for (const { header, path } of headerParams) {
    const value = valueAt(params.arguments, path);
    // What is no simple value has no header; that the schema forbids it, the server says.
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      headers[header] = encodeHeaderValue(String(value));
    }
  }
  return headers;
}

/** A value as a header can carry it: as it is, or as base64 of its UTF-8. */
export function encodeHeaderValue(value: string): string {
  if (PLAIN.test(value) && !LOOKS_ENCODED.test(value)) return value;
  let binary = "";
  for (const byte of new TextEncoder().encode(value)) binary += String.fromCharCode(byte);
  return `=?base64?${btoa(binary)}?=`;
}
