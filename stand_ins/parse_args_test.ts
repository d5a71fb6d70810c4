// Holds the stand-in for `@std/cli/parse-args` to the behaviour of the real one: where JSR answers,
// each test runs on both.

import { assertEquals } from "@std/assert";
import { parseArgs as mapped } from "@std/cli/parse-args";
import { parseArgs, type ParseOptions } from "./cli/parse_args.ts";

type Parse = (args: string[], options?: ParseOptions) => Record<string, unknown>;

function cases(name: string, table: [string, ParseOptions | undefined, object][]): void {
  const check = (parse: Parse) => () => {
    for (const [line, options, expected] of table) {
      const args = line.split(" ").filter((arg) => arg !== "");
      assertEquals(parse(args, options), expected as Record<string, unknown>, `of "${line}"`);
    }
  };
  Deno.test(`parseArgs() stand-in ${name}`, check(parseArgs as Parse));
  if (mapped as unknown === parseArgs) return;
  Deno.test(`parseArgs() ${name}`, check(mapped as unknown as Parse));
}

cases("reads flags, values and the rest", [
  ["--foo --bar=baz ./x.txt", undefined, { foo: true, bar: "baz", _: ["./x.txt"] }],
  ["--foo bar 5 0x10", undefined, { foo: "bar", _: [5, 16] }],
  ["--a 007 --b 1_000 --c=-1 --d --e", undefined, {
    a: 7,
    b: "1_000",
    c: -1,
    d: true,
    e: true,
    _: [],
  }],
  ["--foo=a=b -", undefined, { foo: "a=b", _: ["-"] }],
  ["--foo.bar 5 --foo.baz=x", undefined, { foo: { bar: 5, baz: "x" }, _: [] }],
  ["--foo a --foo b", undefined, { foo: "b", _: [] }],
  ["5 6", { string: ["_"] }, { _: ["5", "6"] }],
  ["--__proto__.x 1 --constructor 3", undefined, { _: [] }],
]);

cases("reads letters", [
  ["-abc", undefined, { a: true, b: true, c: true, _: [] }],
  ["-n5 -m 6 -f/etc/x", undefined, { n: 5, m: 6, f: "/etc/x", _: [] }],
  ["-a=5 -b -", undefined, { a: 5, b: "-", _: [] }],
  ["-abc d", { string: ["c"] }, { a: true, b: true, c: "d", _: [] }],
  ["-cfoo", { string: ["c"] }, { c: "", f: true, o: true, _: [] }],
  ["-n-1", undefined, { n: -1, _: [] }],
]);

cases("keeps strings as they are", [
  ["--foo 5", { string: ["foo"] }, { foo: "5", _: [] }],
  ["--foo", { string: "foo" }, { foo: "", _: [] }],
  ["--foo --bar", { string: ["foo", "bar"] }, { foo: "", bar: "", _: [] }],
  ["", { string: ["foo"] }, { _: [] }],
]);

cases("gives booleans no value but true and false", [
  ["--foo x", { boolean: ["foo"] }, { foo: true, _: ["x"] }],
  ["--foo=false", { boolean: ["foo"] }, { foo: false, _: [] }],
  ["--foo false x", { boolean: ["foo"] }, { foo: false, _: ["x"] }],
  ["", { boolean: ["foo"] }, { foo: false, _: [] }],
  ["--foo x", { boolean: true }, { foo: true, _: ["x"] }],
]);

cases("turns negatable flags off", [
  ["--no-foo", { negatable: ["foo"] }, { foo: false, _: [] }],
  ["--no-foo", { negatable: ["foo"], boolean: ["foo"] }, { foo: false, _: [] }],
  ["--no-foo", undefined, { "no-foo": true, _: [] }],
]);

cases("collects", [
  ["--foo a --foo b", { collect: ["foo"] }, { foo: ["a", "b"], _: [] }],
  ["", { collect: ["foo"], string: ["foo"] }, { foo: [], _: [] }],
  ["", { collect: ["foo"] }, { _: [] }],
  ["--a y", { collect: ["a"], string: ["a"], default: { a: ["x"] } }, { a: ["y"], _: [] }],
  ["-v -v", { collect: ["v"] }, { v: [true, true], _: [] }],
]);

cases("fills in aliases and defaults", [
  ["-h", { alias: { h: "help" } }, { h: true, help: true, _: [] }],
  ["--help", { alias: { help: ["h", "x"] }, boolean: ["help"] }, {
    help: true,
    h: true,
    x: true,
    _: [],
  }],
  ["", { alias: { p: "port" }, default: { port: 8080 } }, { p: 8080, port: 8080, _: [] }],
  ["-p 1 --port 2", { alias: { p: "port" }, collect: ["port"] }, {
    p: [1, 2],
    port: [1, 2],
    _: [],
  }],
  ["", { default: { a: true }, boolean: ["a"] }, { a: true, _: [] }],
  ["--a 2", { default: { a: 1 } }, { a: 2, _: [] }],
]);

cases("stops where it is told to", [
  ["a -- b --c", undefined, { _: ["a", "b", "--c"] }],
  ["a -- b --c", { "--": true }, { _: ["a"], "--": ["b", "--c"] }],
  ["a", { "--": true }, { _: ["a"], "--": [] }],
  ["--foo a b --bar", { stopEarly: true }, { foo: "a", _: ["b", "--bar"] }],
]);

cases("asks about unknown arguments and drops the refused ones", [
  ["--known 1 --other 2 pos -x", { string: ["known"], unknown: () => false }, {
    known: "1",
    _: [],
  }],
  ["--other=2 pos", { unknown: (arg) => arg === "pos" }, { _: ["pos"] }],
]);

Deno.test("parseArgs() types what it was told of", () => {
  const told = mapped([], {
    string: ["root", "name"],
    boolean: ["json"],
    collect: ["tag"],
    default: { root: "." },
  });
  const root: string = told.root;
  const name: string | undefined = told.name;
  const json: boolean = told.json;
  assertEquals({ root, name, json }, { root: ".", name: undefined, json: false });
});
