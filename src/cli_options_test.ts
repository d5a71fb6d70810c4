import { assertEquals, assertThrows } from "@std/assert";
import {
  allRefused,
  flag,
  type Operands,
  type OptionTable,
  readOptions,
  refused,
  UsageError,
  value,
  valueOr,
  values,
} from "./cli_options.ts";

const TABLE = {
  "port": valueOr(8080, "PORT", "Port", (text) => Number(text), "PORT_VARIABLE"),
  "name": value("NAME", "Name", (text) => text, "NAME_VARIABLE"),
  "root": values("DIR", "Folder", (text) => [text]),
  "read-only": flag("Only read"),
  "token": refused("must not be given: it is a secret"),
};

function read(args: string[], env: { [name: string]: string } = {}) {
  return readOptions("serve", TABLE, args, (name) => env[name]);
}

function refusal(args: string[], table: OptionTable = TABLE): string {
  return assertThrows(() => readOptions("serve", table, args, () => undefined), UsageError).message;
}

Deno.test("readOptions() takes --opt value and --opt=value", () => {
  const wanted = { port: 1, name: "a b", root: ["x", "y"], "read-only": true, token: undefined };
  assertEquals(
    read(["--port", "1", "--name", "a b", "--root", "x", "--read-only", "--root", "y"]),
    wanted,
  );
  assertEquals(read(["--port=1", "--name=a b", "--root=x", "--read-only", "--root=y"]), wanted);
  assertEquals(read(["--name=a=b"]).name, "a=b");
  assertEquals(read(["--name="]).name, "");
  assertEquals(read(["--name", "-"]).name, "-");
  assertEquals(read(["--name=--port"]).name, "--port");
});

Deno.test("readOptions() gives what holds when nobody says", () => {
  const nothing = { port: 8080, name: undefined, root: [], "read-only": false, token: undefined };
  assertEquals(read([]), nothing);
});

Deno.test("readOptions() asks the environment for what no option says", () => {
  const env = { PORT_VARIABLE: "7", NAME_VARIABLE: "v" };
  assertEquals(read([], env).port, 7);
  assertEquals(read(["--port", "1"], env).port, 1);
  assertEquals(read(["--port", "1"], env).name, "v");
});

Deno.test("readOptions() does not look at a variable behind an option that is given", () => {
  const broken = value("X", "X", (_text, source) => {
    if (source === "VARIABLE") throw new UsageError("looked at");
    return source;
  }, "VARIABLE");
  assertEquals(readOptions("serve", { x: broken }, ["--x", "1"], () => "bad"), { x: "--x" });
  assertThrows(() => readOptions("serve", { x: broken }, [], () => "bad"), UsageError, "looked at");
});

Deno.test("readOptions() says what is wrong with a command line", () => {
  assertEquals(
    refusal(["--prot", "1"]),
    'Unknown option --prot: did you mean --port? "lmcp serve --help" lists the options',
  );
  assertEquals(
    refusal(["--zzz=secret"]),
    'Unknown option --zzz: "lmcp serve --help" lists the options',
  );
  assertEquals(refusal(["-p"]), 'Unknown option -p: "lmcp serve --help" lists the options');
  assertEquals(
    refusal(["--port", "1", "x"]),
    '"lmcp serve" takes only options: got "x"; a command stands before its options, and "lmcp ' +
      'serve --help" lists the options',
  );
  assertEquals(
    refusal(["--port", "1", "--port", "2"]),
    "--port must be given once: got it twice; leave one out",
  );
  assertEquals(
    refusal(["--port"]),
    "--port must have a value: got nothing after it; write --port PORT",
  );
  assertEquals(
    refusal(["--name", "--port", "1"]),
    "--name must have a value: got the option --port; write --name=--port if that is it",
  );
  assertEquals(
    refusal(["--read-only=yes"]),
    '--read-only takes no value: got "yes"; leave it out',
  );
});

Deno.test("readOptions() knows nothing by the names of Object.prototype", () => {
  assertEquals(
    refusal(["--constructor"]),
    'Unknown option --constructor: "lmcp serve --help" lists the options',
  );
});

Deno.test("refused() says why, however it is written, and never the value", () => {
  for (const args of [["--token"], ["--token", "s3cret"], ["--token=s3cret"]]) {
    assertEquals(refusal(args), "--token must not be given: it is a secret");
  }
  assertEquals(refusal(["--tokn"]), 'Unknown option --tokn: "lmcp serve --help" lists the options');
});

Deno.test("allRefused() refuses each option of a table, and no longer reads their variables", () => {
  const table = allRefused(TABLE, "is for HTTP; leave it out");
  assertEquals(refusal(["--read-only"], table), "--read-only is for HTTP; leave it out");
  assertEquals(refusal(["--port", "1"], table), "--port is for HTTP; leave it out");
  assertEquals(readOptions("stdio", table, [], () => "x").port, undefined);
});

Deno.test("readOptions() gives operands apart, and what stands after -- as it is", () => {
  const operands: Operands = { words: [], rest: undefined };
  const args = ["a", "--port", "1", "-", "b c", "--", "--port", "2", "--"];
  const values = readOptions("call", TABLE, args, () => undefined, operands);
  assertEquals([values.port, operands], [1, {
    words: ["a", "-", "b c"],
    rest: ["--port", "2", "--"],
  }]);
  const none: Operands = { words: [], rest: undefined };
  assertThrows(
    () => readOptions("call", TABLE, ["-x"], () => undefined, none),
    UsageError,
    "Unknown option -x",
  );
});
