// Assertions on equality, deep and strict. Tests reach them through mod.ts.

import { refuse } from "./assertion_error.ts";
import { show, showDiff } from "./diff.ts";
import { equal } from "./equal.ts";

/** Throws, with a diff, unless the two are deeply equal. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (!equal(actual, expected)) {
    refuse("Values are not equal", msg, showDiff(actual, expected));
  }
}

/** Throws if the two are deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) {
    refuse(`Expected actual: ${show(actual)} not to be: ${show(expected)}`, msg);
  }
}

/** Throws, with a diff, unless the two are one and the same by `Object.is`. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  if (Object.is(actual, expected)) return;
  if (show(actual) === show(expected)) {
    const lines = show(actual).split("\n").map((line) => `    ${line}`).join("\n");
    const sentence = "Values have the same structure but are not reference-equal";
    refuse(sentence, msg, `\n\n${lines}\n`);
  }
  refuse("Values are not strictly equal", msg, showDiff(actual, expected));
}

/** Throws if the two are one and the same by `Object.is`. */
export function assertNotStrictEquals<T>(actual: T, expected: T, msg?: string): void {
  if (Object.is(actual, expected)) {
    refuse(`Expected "actual" to not be strictly equal to: ${show(actual)}`, msg);
  }
}
