// Assertions on errors: thrown, rejected, or at hand. Tests reach them through mod.ts.

import { refuse } from "./assertion_error.ts";

// deno-lint-ignore no-explicit-any -- only `any` takes constructors of every signature
type ErrorClass<E> = new (...args: any[]) => E;

/** Throws unless the value is an Error of the class whose message has the text. */
export function assertIsError<E extends Error = Error>(
  error: unknown,
  // deno-lint-ignore no-explicit-any -- as above
  ErrorClass?: new (...args: any[]) => E,
  msgMatches?: string | RegExp,
  msg?: string,
): asserts error is E {
  if (!(error instanceof Error)) refuse(`Expected "error" to be an Error object`, msg);
  if (ErrorClass && !(error instanceof ErrorClass)) {
    const was = error.constructor.name;
    refuse(`Expected error to be instance of "${ErrorClass.name}", but was "${was}"`, msg);
  }
  const matches = msgMatches instanceof RegExp
    ? msgMatches.test(error.message)
    : error.message.includes(msgMatches ?? "");
  if (!matches) {
    const wanted = msgMatches instanceof RegExp ? String(msgMatches) : `"${msgMatches}"`;
    refuse(`Expected error message to include ${wanted}, but got "${error.message}"`, msg);
  }
}

/** Throws unless the function throws; returns what it threw. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Throws unless the function throws an error of the class with the text; returns the error. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  classOrMsg?: ErrorClass<E> | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  const said = typeof classOrMsg === "string" ? classOrMsg : msg;
  try {
    fn();
  } catch (error) {
    return checked(error, "thrown", classOrMsg, msgIncludes, said);
  }
  refuse("Expected function to throw", said);
}

/** Rejects unless the function's promise rejects; resolves to what it rejected with. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/** Rejects unless the promise rejects with an error of the class with the text. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  classOrMsg?: ErrorClass<E> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  const said = typeof classOrMsg === "string" ? classOrMsg : msg;
  let promise: unknown;
  try {
    promise = fn();
  } catch {
    refuse("Function throws when expected to reject", said);
  }
  if (!isPromiseLike(promise)) refuse("Function throws when expected to reject", said);
  try {
    await promise;
  } catch (error) {
    return checked(error, "rejected", classOrMsg, msgIncludes, said);
  }
  refuse("Expected function to reject", said);
}

function checked<E extends Error>(
  error: unknown,
  how: "thrown" | "rejected",
  classOrMsg: ErrorClass<E> | string | undefined,
  msgIncludes: string | undefined,
  msg: string | undefined,
): unknown {
  if (typeof classOrMsg !== "function") return error;
  if (!(error instanceof Error)) refuse(`A non-Error object was ${how}`, msg);
  assertIsError(error, classOrMsg, msgIncludes, msg);
  return error;
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value;
}
