// Assertions on one value being there or not, and the two that always fail. Tests reach them
// through mod.ts.

import { AssertionError, refuse } from "./assertion_error.ts";

/** A value that an `if` takes for false. */
export type Falsy = false | 0 | 0n | "" | null | undefined;

/** Throws unless the value is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

/** Throws unless the value is falsy. */
export function assertFalse(expr: unknown, msg = ""): asserts expr is Falsy {
  if (expr) throw new AssertionError(msg);
}

/** Throws if the value is null or undefined. */
export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T> {
  if (actual === undefined || actual === null) {
    refuse(`Expected actual: "${actual}" to not be null or undefined`, msg);
  }
}

/** Throws always. */
export function fail(msg?: string): never {
  refuse("Failed assertion", msg);
}

/** Throws always: the line that calls it was thought to be out of reach. */
export function unreachable(msg?: string): never {
  refuse("Unreachable", msg);
}

/** Throws always: the line that calls it waits to be written. */
export function unimplemented(msg?: string): never {
  refuse("Unimplemented", msg);
}
