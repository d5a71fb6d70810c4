// Text to a JSON value, with bounds on its depth and on how many values it holds. The text has
// passed its bound on length before. Called by the HTTP and stdio transports.

import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";

/** What a message may be. */
export interface JsonBounds {
  /** Levels of nesting. */
  readonly depth: number;
  /** Values in all, objects and lists included. */
  readonly values: number;
}

/** @throws {RpcError} -32700 when the text is not JSON, or passes a bound. */
export function parseJson(text: string, bounds: JsonBounds): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw refusal(`be JSON: ${error instanceof Error ? error.message : "not JSON"}`);
  }
  if (isPlainlyWithin(text, bounds)) return value;
  let left = bounds.values;
  const walk = (part: unknown, levels: number): void => {
    if (--left < 0) throw refusal(`hold at most ${bounds.values} values`);
    if (typeof part !== "object" || part === null) return;
    if (levels === 0) throw refusal(`not nest deeper than ${bounds.depth} levels`);
    if (Array.isArray(part)) {
      for (const item of part) walk(item, levels - 1);
      return;
    }
    const object = part as { [key: string]: unknown };
    for (const key in object) walk(object[key], levels - 1);
  };
  walk(value, bounds.depth);
  return value;
}

/**
 * Whether a text cannot pass the bounds: a value has a character at least, and a level an opening
 * bracket, in a string or not. That says it of nearly every message, without a look at its values.
 */
function isPlainlyWithin(text: string, bounds: JsonBounds): boolean {
  if (text.length > bounds.values) return false;
  let left = bounds.depth;
  for (const bracket of ["{", "["]) {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
      if (--left < 0) return false;
    }
  }
  return true;
}

function refusal(must: string): RpcError {
  return new RpcError(ErrorCode.ParseError, `Parse error: message must ${must}`);
}
