// Stand-in for `@std/assert`: used by the tests where JSR cannot be reached (scripts/std.ts).
// The same names, signatures and outcomes as the real package; only a message may read otherwise.

export { AssertionError } from "./assertion_error.ts";
export { equal } from "./equal.ts";
export {
  assertEquals,
  assertNotEquals,
  assertNotStrictEquals,
  assertStrictEquals,
} from "./equals.ts";
export {
  assertAlmostEquals,
  assertGreater,
  assertGreaterOrEqual,
  assertLess,
  assertLessOrEqual,
} from "./order.ts";
export {
  type AnyConstructor,
  type ArrayLikeArg,
  assertArrayIncludes,
  assertInstanceOf,
  assertNotInstanceOf,
  assertObjectMatch,
} from "./shape.ts";
export { assertMatch, assertNotMatch, assertStringIncludes } from "./strings.ts";
export { assertIsError, assertRejects, assertThrows } from "./throws.ts";
export {
  assert,
  assertExists,
  assertFalse,
  fail,
  type Falsy,
  unimplemented,
  unreachable,
} from "./truth.ts";
