// Pages of a list and the cursors between them.
// A cursor holds its list and the last name shown: it stays right when entries come and go, and no
// other list takes it.
// spec: server/utilities/pagination

import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import { kindOf, show } from "../jsonrpc/message.ts";
import { fromBase64Url, toBase64Url } from "../wire/base64url.ts";

/** A page and where the next one starts. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | undefined;
}

/**
 * Cuts the page that `cursor` names out of a list in its order; `list` is what the list is of.
 *
 * @throws {RpcError} -32602 when the cursor is not one that this list gave out.
 */
export function pageOf<T>(
  list: string,
  items: readonly T[],
  size: number,
  cursor: unknown,
  keyOf: (item: T) => string,
): Page<T> {
  const start = cursor === undefined ? 0 : startOf(list, items, cursor, keyOf);
  const page = items.slice(start, start + size);
  const last = page.at(-1);
  const more = last !== undefined && start + size < items.length;
  return { items: page, nextCursor: more ? encode(list, start + size, keyOf(last)) : undefined };
}

function startOf<T>(
  list: string,
  items: readonly T[],
  cursor: unknown,
  keyOf: (item: T) => string,
): number {
  if (typeof cursor !== "string") {
    throw new RpcError(ErrorCode.InvalidParams, `"cursor" must be a string: got ${kindOf(cursor)}`);
  }
  const parsed = decode(list, cursor);
  if (parsed === undefined) {
    throw new RpcError(
      ErrorCode.InvalidParams,
      `"cursor" must be one that this list gave out: got ${
        show(cursor)
      }; list again without a cursor`,
    );
  }
  const at = items.findIndex((item) => keyOf(item) === parsed.key);
  // When the one it names is gone, what came after it stands one place earlier.
  return at >= 0 ? at + 1 : Math.min(parsed.next - 1, items.length);
}

function encode(list: string, next: number, key: string): string {
  return toBase64Url(new TextEncoder().encode(JSON.stringify([list, next, key])));
}

function decode(list: string, cursor: string): { next: number; key: string } | undefined {
  try {
    const bytes = fromBase64Url(cursor);
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (!Array.isArray(value) || value.length !== 3 || value[0] !== list) return undefined;
    const [, next, key] = value;
    return Number.isSafeInteger(next) && next > 0 && typeof key === "string"
      ? { next, key }
      : undefined;
  } catch {
    return undefined; // Not base64, not UTF-8 or not JSON: not a cursor of ours.
  }
}
