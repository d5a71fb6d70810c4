// Text to a JSON value, with a bound on its depth. The text has passed its bound on length before.
// Called by the HTTP and stdio transports.

import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";

/** @throws {RpcError} -32700 when the text is not JSON or nests deeper than `maxDepth`. */
export function parseJson(text: string, maxDepth: number): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new RpcError(
      ErrorCode.ParseError,
      `Parse error: message must be JSON: ${error instanceof Error ? error.message : "not JSON"}`,
    );
  }
  if (isDeeper(value, maxDepth)) {
    throw new RpcError(
      ErrorCode.ParseError,
      `Parse error: message must not nest deeper than ${maxDepth} levels`,
    );
  }
  return value;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (isDeeper(item, levels - 1)) return true;
    return false;
  }
  const object = value as { [key: string]: unknown };
  for (const key in object) if (isDeeper(object[key], levels - 1)) return true;
  return false;
}
