// Holds the stand-in for `@std/assert` to the behaviour of the real one: where JSR answers, each
// test runs on both. It is judged by node:assert, so that it cannot vouch for itself.

import ok from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import * as mapped from "@std/assert";
import * as standIn from "./assert/mod.ts";

type Assert = typeof standIn;

function both(name: string, test: (m: Assert) => void | Promise<void>): void {
  Deno.test(`assert stand-in: ${name}`, () => test(standIn));
  if (mapped.assert as unknown === standIn.assert) return;
  Deno.test(`@std/assert: ${name}`, () => test(mapped as unknown as Assert));
}

/** The message of the AssertionError that a call throws. */
function refusal(m: Assert, call: () => void): string {
  try {
    call();
  } catch (error) {
    ok.ok(error instanceof m.AssertionError, `threw ${error}`);
    return error.message;
  }
  ok.fail("did not throw");
}

class Point {
  #x: number;
  constructor(x: number) {
    this.#x = x;
  }
  get x(): number {
    return this.#x;
  }
}

function circle(value: number): object {
  const self: Record<string, unknown> = { value };
  return self.self = self;
}

both("equal() compares by value, deeply", (m: Assert) => {
  const key = Symbol("key");
  const pairs: [unknown, unknown][] = [
    [0, -0],
    [NaN, NaN],
    [1n, 1n],
    [{ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }],
    [Object.create(null), {}],
    [new Date(1), new Date(1)],
    [new Date(NaN), new Date(NaN)],
    [/a/g, /a/g],
    [new URL("http://a/b"), new URL("http://a/b")],
    [new Set([{ a: 1 }, 2]), new Set([2, { a: 1 }])],
    [new Map([[1, "a"], [2, "b"]]), new Map([[2, "b"], [1, "a"]])],
    [new Map([[{ a: 1 }, 1]]), new Map([[{ a: 1 }, 1]])],
    [new Uint8Array([1, 2]), new Uint8Array([1, 2])],
    [new Float64Array([NaN, 0]), new Float64Array([NaN, -0])],
    [new Uint8Array([1]).buffer, new Uint8Array([1]).buffer],
    [circle(1), circle(1)],
    [{ [key]: 1 }, { [key]: 1 }],
    [new Point(1), new Point(1)],
  ];
  for (const [a, b] of pairs) {
    ok.ok(m.equal(a, b), `${Deno.inspect(a)} equals ${Deno.inspect(b)}`);
    m.assertEquals(a, b);
    refusal(m, () => m.assertNotEquals(a, b));
  }
});

both("equal() tells values apart", (m: Assert) => {
  const key = Symbol("key");
  const call = () => 1;
  const pairs: [unknown, unknown][] = [
    [1, "1"],
    [null, undefined],
    [null, {}],
    [[], {}],
    [{ a: undefined }, {}],
    [{}, { a: undefined }],
    [{ a: undefined }, { b: undefined }],
    [[undefined], Array(1)],
    [[1], [1, 2]],
    [new Point(1), new Point(2)],
    [new Point(1), { x: 1 }],
    [new Error("a"), new Error("b")],
    [new Error("a"), new TypeError("a")],
    [new Date(1), new Date(2)],
    [/a/g, /a/],
    [new URL("http://a/b"), new URL("http://a/c")],
    [new Set([1, 2]), new Set([1, 3])],
    [new Set([{ a: 1 }]), new Set([{ a: 2 }])],
    [new Map([[1, { a: 1 }]]), new Map([[1, { a: 2 }]])],
    [new Map([[1, undefined]]), new Map([[2, undefined]])],
    [new Uint8Array([1]), new Int8Array([1])],
    [new Uint8Array([1]), new Uint8Array([2])],
    [new Uint8Array([1]).buffer, new Uint8Array([2]).buffer],
    [circle(1), circle(2)],
    [{ [key]: 1 }, { [key]: 2 }],
    [{ [key]: 1 }, {}],
    [call, () => 1],
    [new Headers({ a: "1" }), new Headers({ a: "2" })],
  ];
  for (const [a, b] of pairs) {
    ok.ok(!m.equal(a, b), `${Deno.inspect(a)} differs from ${Deno.inspect(b)}`);
    m.assertNotEquals(a, b);
    refusal(m, () => m.assertEquals(a, b));
  }
  ok.throws(() => m.equal(new WeakMap(), new WeakMap()), TypeError);
});

both("assertEquals() shows the lines that differ, and the message", (m: Assert) => {
  const message = refusal(m, () => m.assertEquals({ a: 1, b: [1, 2] }, { a: 1, b: [1, 3] }, "hm"));
  const plain = stripVTControlCharacters(message);
  ok.match(plain, /^Values are not equal: hm\n/);
  ok.match(plain, /^ {6}a: 1,$/m);
  ok.match(plain, /^- +2,$/m);
  ok.match(plain, /^\+ +3,$/m);
});

both("assertEquals() of long texts shows the line that differs", (m: Assert) => {
  const text = (line: string) => `a\n${line}\nc`;
  const message = refusal(m, () => m.assertEquals(text("b "), text("b")));
  const plain = stripVTControlCharacters(message);
  ok.match(plain, /^- +b \\n$/m);
  ok.match(plain, /^\+ +b\\n$/m);
});

Deno.test("assert stand-in: a difference of many lines is shown without delay", () => {
  const numbers = (from: number) => Array.from({ length: 20_000 }, (_, i) => from + i);
  const started = performance.now();
  const message = refusal(standIn, () => standIn.assertEquals(numbers(0), numbers(50_000)));
  ok.ok(performance.now() - started < 5_000);
  ok.ok(message.includes("-     0,") && message.includes("+     50000,"));
});

both("assertStrictEquals() and assertNotStrictEquals() go by identity", (m: Assert) => {
  m.assertStrictEquals("a", "a");
  m.assertStrictEquals(NaN, NaN);
  ok.match(refusal(m, () => m.assertStrictEquals(0, -0)), /^Values are not strictly equal\./);
  ok.match(refusal(m, () => m.assertStrictEquals({ a: 1 }, { a: 1 })), /not reference-equal/);
  m.assertNotStrictEquals<unknown>({}, {});
  refusal(m, () => m.assertNotStrictEquals(1, 1));
});

both("assert(), assertFalse(), assertExists() and the ever-failing ones", (m: Assert) => {
  m.assert("x");
  ok.equal(refusal(m, () => m.assert(0)), "");
  ok.equal(refusal(m, () => m.assert(false, "no")), "no");
  m.assertFalse("");
  ok.equal(refusal(m, () => m.assertFalse(1, "no")), "no");
  m.assertExists(0);
  ok.match(refusal(m, () => m.assertExists(null, "no")), /"null" to not be null.*: no$/);
  ok.equal(refusal(m, () => m.fail("no")), "Failed assertion: no");
  ok.equal(refusal(m, () => m.unreachable()), "Unreachable.");
  ok.equal(refusal(m, () => m.unimplemented("no")), "Unimplemented: no");
});

both("the assertions on order and closeness", (m: Assert) => {
  m.assertGreater(2, 1);
  m.assertGreaterOrEqual(2, 2);
  m.assertLess("a", "b");
  m.assertLessOrEqual(new Date(1), new Date(1));
  ok.equal(refusal(m, () => m.assertGreater(2, 2)), "Expect 2 > 2");
  ok.equal(refusal(m, () => m.assertGreaterOrEqual(1, 2)), "Expect 1 >= 2");
  ok.equal(refusal(m, () => m.assertLess(2, 1, "no")), "no");
  ok.equal(refusal(m, () => m.assertLessOrEqual(2, 1)), "Expect 2 <= 1");
  m.assertAlmostEquals(1e10, 1e10 + 10);
  m.assertAlmostEquals(1, 1.1, 0.2);
  m.assertAlmostEquals(NaN, NaN);
  ok.match(refusal(m, () => m.assertAlmostEquals(1, 1.1)), /"1" to be close to "1\.1e\+0"/);
  refusal(m, () => m.assertAlmostEquals(NaN, 1));
});

both("the assertions on strings", (m: Assert) => {
  m.assertMatch("abc", /b/);
  m.assertNotMatch("abc", /x/);
  m.assertStringIncludes("abc", "b");
  ok.equal(
    refusal(m, () => m.assertMatch("abc", /x/)),
    `Expected actual: "abc" to match: "/x/".`,
  );
  ok.match(refusal(m, () => m.assertNotMatch("abc", /b/)), /to not match: "\/b\/"/);
  ok.match(refusal(m, () => m.assertStringIncludes("abc", "x", "no")), /to contain: "x": no$/);
});

both("assertArrayIncludes() wants each item, in any order", (m: Assert) => {
  m.assertArrayIncludes<unknown>([1, 2, { a: 1 }], [{ a: 1 }, 1]);
  m.assertArrayIncludes(new Uint8Array([1, 2]), new Uint8Array([2]));
  const message = refusal(m, () => m.assertArrayIncludes([1, 2], [2, 5]));
  ok.match(message, /missing: \[\n\s*5,\n\]/);
});

both("assertInstanceOf() and assertNotInstanceOf() go by class", (m: Assert) => {
  m.assertInstanceOf(new Date(), Date);
  m.assertNotInstanceOf({}, Date);
  const was = (value: unknown) => refusal(m, () => m.assertInstanceOf(value, Date));
  ok.equal(was({}), `Expected object to be an instance of "Date" but was "Object".`);
  ok.match(was(null), /was "null"/);
  ok.match(was(5), /was "number"/);
  refusal(m, () => m.assertNotInstanceOf(new Date(), Date));
});

both("assertObjectMatch() asks only for what is expected, at any depth", (m: Assert) => {
  const actual = { a: 1, b: { c: 2, d: [3, { e: 4, f: 5 }] }, s: new Set([1, 2]), n: null };
  m.assertObjectMatch(actual, { b: { d: [3, { e: 4 }] } });
  m.assertObjectMatch(actual, { s: new Set([1]), n: null });
  m.assertObjectMatch({ m: new Map([[1, 2], [3, 4]]) }, { m: new Map([[1, 2]]) });
  for (
    const expected of [
      { a: 2 },
      { missing: undefined },
      { b: { c: 3 } },
      { b: { d: [3, { e: 5 }] } },
      { b: { d: [3, { e: 4 }, 5] } },
      { n: {} },
      { a: {} },
    ]
  ) refusal(m, () => m.assertObjectMatch(actual, expected));
  refusal(m, () => m.assertObjectMatch({ point: new Point(1) }, { point: { x: 1 } }));
  refusal(m, () => m.assertObjectMatch({ d: new Date(1) }, { d: new Date(2) }));
});

both("assertThrows() returns what was thrown, and checks class and text", (m: Assert) => {
  const thrown = new TypeError("abc");
  const throws = () => {
    throw thrown;
  };
  ok.equal(m.assertThrows(throws), thrown);
  ok.equal(m.assertThrows(throws, Error, "b"), thrown);
  ok.equal(refusal(m, () => m.assertThrows(() => 1, "no")), "Expected function to throw: no");
  ok.match(
    refusal(m, () => m.assertThrows(throws, RangeError)),
    /"RangeError", but was "TypeError"/,
  );
  ok.match(
    refusal(m, () => m.assertThrows(throws, TypeError, "x", "no")),
    /"x", but got "abc": no$/,
  );
  const throwsNumber = () => {
    throw 5;
  };
  ok.equal(m.assertThrows(throwsNumber), 5);
  ok.match(refusal(m, () => m.assertThrows(throwsNumber, Error)), /non-Error object was thrown/);
});

both("assertRejects() resolves to the reason, and checks class and text", async (m: Assert) => {
  const reason = new TypeError("abc");
  const rejects = () => Promise.reject(reason);
  const refused = (call: () => Promise<unknown>) =>
    ok.rejects(call, (error) => error instanceof m.AssertionError);
  ok.equal(await m.assertRejects(rejects), reason);
  ok.equal(await m.assertRejects(rejects, Error, "b"), reason);
  await refused(() => m.assertRejects(() => Promise.resolve()));
  await refused(() => m.assertRejects(rejects, RangeError));
  await refused(() => m.assertRejects(rejects, TypeError, "x"));
  await refused(() => m.assertRejects(() => Promise.reject(5), Error));
  await refused(() =>
    m.assertRejects(() => {
      throw reason;
    })
  );
});

both("assertIsError() checks class and text", (m: Assert) => {
  m.assertIsError(new TypeError("abc"), Error, /b/);
  refusal(m, () => m.assertIsError("abc"));
  refusal(m, () => m.assertIsError(new Error("abc"), TypeError));
  refusal(m, () => m.assertIsError(new Error("abc"), Error, "x"));
});
