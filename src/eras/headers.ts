// The request headers that mirror the body, read and compared as the newest revision demands.
// Pure functions: a transport passes the header values in. Called by `http_modern.ts`.
// spec: basic/transports/streamable-http#request-metadata

import { isJsonObject, type JsonObject, show } from "../jsonrpc/message.ts";
import type { HeaderParam } from "../protocol/header_params.ts";
import { headerMismatch, isModernRevision, MetaKey } from "../protocol/revisions.ts";

/** The headers of a request: those that mirror the body, and any other by its name in lower case. */
export interface HeadersToCheck {
  /** `MCP-Protocol-Version` */
  readonly version: string | null;
  /** `Mcp-Method` */
  readonly method: string | null;
  /** `Mcp-Name` */
  readonly name: string | null;
  get(name: string): string | null;
}

/** Which member of the parameters `Mcp-Name` repeats. */
export const NAME_SOURCES: ReadonlyMap<string, string> = new Map([
  ["tools/call", "name"],
  ["prompts/get", "name"],
  ["resources/read", "uri"],
  ["tasks/get", "taskId"],
  ["tasks/update", "taskId"],
  ["tasks/cancel", "taskId"],
]);

/**
 * Compares the standard headers of a request with its body.
 *
 * @throws {RpcError} -32020 when one is missing, malformed or different.
 */
export function checkStandardHeaders(
  method: string,
  params: JsonObject,
  head: HeadersToCheck,
): void {
  const meta = params._meta;
  const claimed = isJsonObject(meta) ? meta[MetaKey.protocolVersion] : undefined;
  const { version } = head;
  if (version === null) throw headerMismatch("MCP-Protocol-Version is required: got nothing");
  if (claimed !== undefined && version !== claimed) {
    throw headerMismatch(
      `MCP-Protocol-Version must be the body's ${show(claimed)}: got ${show(version)}`,
    );
  }
  // Another revision may have other headers; that it is not spoken here is said by the envelope.
  if (!isModernRevision(version)) return;
  if (head.method !== method) {
    throw headerMismatch(
      `Mcp-Method must be the body's ${show(method)}: got ${show(head.method ?? undefined)}`,
    );
  }
  const source = NAME_SOURCES.get(method);
  if (source === undefined) return;
  const expected = params[source];
  if (typeof expected !== "string") return; // The method itself says what is wrong with it.
  const actual = head.name === null ? undefined : decodeHeaderValue("Mcp-Name", head.name);
  if (actual !== expected) {
    throw headerMismatch(`Mcp-Name must be the body's ${show(expected)}: got ${show(actual)}`);
  }
}

/**
 * Compares the headers that mirror a tool's arguments with the arguments.
 *
 * @throws {RpcError} -32020 when one is missing, malformed or different.
 */
export function checkParamHeaders(
  headerParams: readonly HeaderParam[],
  args: unknown,
  head: HeadersToCheck,
): void {
  for (const { header, path, type } of headerParams) {
    const value = valueAt(args, path);
    const raw = head.get(header);
    const label = `Mcp-Param-${header.slice("mcp-param-".length)}`;
    if (value === undefined || value === null) {
      if (raw !== null) {
        throw headerMismatch(`${label} must be absent, as the body has no value: got ${show(raw)}`);
      }
      continue;
    }
    if (raw === null) {
      throw headerMismatch(`${label} must be the body's ${show(value)}: got nothing`);
    }
    const decoded = decodeHeaderValue(label, raw);
    if (!sameValue(decoded, value, type)) {
      throw headerMismatch(`${label} must be the body's ${show(value)}: got ${show(decoded)}`);
    }
  }
}

/** A value that stands for itself: visible ASCII, and not in the other form. */
const PLAIN_VALUE = /^[!-<>-~][!-~]*$/;

/**
 * Decodes a header value that may be in the `=?base64?...?=` form.
 *
 * @throws {RpcError} -32020 when it is in that form but not valid base64 of UTF-8, or has a
 * character that no header may have.
 */
export function decodeHeaderValue(label: string, raw: string): string {
  if (PLAIN_VALUE.test(raw)) return raw;
  const value = raw.replace(/^[ \t]+|[ \t]+$/g, "");
  const encoded = /^=\?base64\?(.*)\?=$/.exec(value)?.[1];
  if (encoded === undefined) {
    if (/[^\x20-\x7e\t]/.test(value)) {
      throw headerMismatch(`${label} must be plain ASCII or base64`);
    }
    return value;
  }
  // The built-in decoders forgive missing padding and blanks; the comparison must not.
  if (encoded.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(encoded)) {
    throw headerMismatch(`${label} must hold valid base64: got ${show(encoded)}`);
  }
  try {
    const bytes = Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw headerMismatch(`${label} must hold base64 of UTF-8: got ${show(encoded)}`);
  }
}

/** The value that a path of names leads to; undefined where there is none. */
export function valueAt(args: unknown, path: readonly string[]): unknown {
  let node = args;
  for (const name of path) {
    if (!isJsonObject(node) || !Object.hasOwn(node, name)) return undefined;
    node = node[name];
  }
  return node;
}

function sameValue(text: string, value: unknown, type: HeaderParam["type"]): boolean {
  if (type === "integer" && typeof value === "number") {
    return /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) && Number(text) === value;
  }
  return text === String(value);
}
