// Assertions on what an object is made of: its class, some of its items, some of its keys. Tests
// reach them through mod.ts.

import { refuse } from "./assertion_error.ts";
import { show } from "./diff.ts";
import { equal } from "./equal.ts";
import { assertEquals } from "./equals.ts";

/** Any class, abstract ones excepted. */
// deno-lint-ignore no-explicit-any -- only `any` takes constructors of every signature
export type AnyConstructor = new (...args: any[]) => any;

/** Something with items by number; a string is not meant. */
export type ArrayLikeArg<T> = ArrayLike<T> & object;

/** Throws unless each expected item is deeply equal to some actual one. */
export function assertArrayIncludes<T>(
  actual: ArrayLikeArg<T>,
  expected: ArrayLikeArg<T>,
  msg?: string,
): void {
  const items = Array.from(actual);
  const missing = Array.from(expected).filter((want) => !items.some((item) => equal(want, item)));
  if (missing.length === 0) return;
  const sentence = `Expected actual: "${show(actual)}" to include: "${show(expected)}"`;
  refuse(sentence, msg, `\nmissing: ${show(missing)}`);
}

/** Throws unless the value is an instance of the class. */
export function assertInstanceOf<T extends AnyConstructor>(
  actual: unknown,
  expectedType: T,
  msg = "",
): asserts actual is InstanceType<T> {
  if (actual instanceof expectedType) return;
  const was = kindOf(actual);
  refuse(
    `Expected object to be an instance of "${expectedType.name || "anonymous"}" but was ${was}`,
    msg,
  );
}

/** Throws if the value is an instance of the class. */
export function assertNotInstanceOf<A, T>(
  actual: A,
  // deno-lint-ignore no-explicit-any -- as above
  unexpectedType: new (...args: any[]) => T,
  msg?: string,
): asserts actual is Exclude<A, T> {
  if (actual instanceof unexpectedType) {
    refuse(`Expected object to not be an instance of "${typeof unexpectedType}"`, msg);
  }
}

/** Throws, with a diff, unless `actual` has all that `expected` has; more is fine, at any depth. */
export function assertObjectMatch(
  // deno-lint-ignore no-explicit-any -- so that values of any interface are taken
  actual: Record<PropertyKey, any>,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void {
  assertEquals(pick(actual, expected, new Map()), pick(expected, expected, new Map()), msg);
}

/** Copies the part of `from` that `like` has too; `seen` keeps copies, so that cycles end. */
function pick(from: unknown, like: unknown, seen: Map<unknown, unknown>): unknown {
  if (!isContainer(from) || !isContainer(like) || kind(from) !== kind(like)) return from;
  if (seen.has(from)) return seen.get(from);
  if (like instanceof Set) {
    return new Set([...from as Set<unknown>].filter((a) => [...like].some((b) => equal(a, b))));
  }
  if (like instanceof Map) {
    const part = new Map();
    seen.set(from, part);
    for (const [key, value] of like) {
      const source = from as Map<unknown, unknown>;
      if (source.has(key)) part.set(key, pick(source.get(key), value, seen));
    }
    return part;
  }
  const part: object = Array.isArray(like) ? [] : {};
  seen.set(from, part);
  for (const key of Reflect.ownKeys(like)) {
    if (key === "length" || !Object.hasOwn(from, key)) continue;
    Reflect.set(part, key, pick(Reflect.get(from, key), Reflect.get(like, key), seen));
  }
  return part;
}

/** Whether a value is looked into; a Date or a RegExp is compared whole. */
function isContainer(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  return kind(value) !== "object" || Object.prototype.toString.call(value) === "[object Object]";
}

function kind(value: object): string {
  if (Array.isArray(value)) return "array";
  return value instanceof Map ? "map" : value instanceof Set ? "set" : "object";
}

function kindOf(value: unknown): string {
  if (value === null) return `"null"`;
  if (typeof value === "function") return "not an instanced object";
  if (typeof value !== "object") return `"${typeof value}"`;
  return `"${value.constructor?.name ?? "Object"}"`;
}
