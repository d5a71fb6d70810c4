// The part of a definition that a list shows, and the checks that all definitions share.
// Called at registration by `resources.ts` and `prompts.ts`.

import { show } from "../jsonrpc/message.ts";
import type { CacheHint } from "../protocol/call.ts";

/** The members of a definition that are shown and present, in the order of `keys`. */
export function shown<T extends object, K extends keyof T>(
  definition: T,
  keys: readonly K[],
): Pick<T, K> {
  const present = keys.filter((key) => definition[key] !== undefined);
  return Object.fromEntries(present.map((key) => [key, definition[key]])) as Pick<T, K>;
}

/** @throws {TypeError} when `value` is not a text with something in it. */
export function checkText(value: unknown, what: string): void {
  if (typeof value === "string" && value !== "") return;
  throw new TypeError(`${what} must be a text that is not empty: got ${show(value)}`);
}

/** @throws {TypeError} when `value` is not a function. */
export function checkFunction(value: unknown, what: string): void {
  if (typeof value === "function") return;
  throw new TypeError(`${what} must be a function: got ${show(value)}`);
}

/** @throws {TypeError} when a hint is there and says no time or scope that there is. */
export function checkCache(hint: CacheHint | undefined, what: string): void {
  if (hint === undefined) return;
  if (!Number.isSafeInteger(hint.ttlMs) || hint.ttlMs < 0) {
    throw new TypeError(
      `${what} must have a "ttlMs" that is an integer of 0 or more: got ${show(hint.ttlMs)}`,
    );
  }
  if (hint.scope !== "public" && hint.scope !== "private") {
    throw new TypeError(
      `${what} must have a "scope" of public or private: got ${show(hint.scope)}`,
    );
  }
}
