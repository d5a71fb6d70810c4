import { assertEquals, assertRejects } from "@std/assert";
import { readArguments } from "./cli_arguments.ts";
import { UsageError } from "./cli_options.ts";

const SOURCES = {
  file: (path: string) =>
    path === "args.json" ? Promise.resolve('{"from":"file"}') : Promise.resolve(`text of ${path}`),
  stdin: () => Promise.resolve('{"from":"stdin"}'),
};

async function read(...words: string[]) {
  return (await readArguments(words, SOURCES)).args;
}

Deno.test("readArguments() takes texts, JSON, files and standard input", async () => {
  assertEquals(await read(), {});
  assertEquals(await read("command=ls -l = x", "empty="), { command: "ls -l = x", empty: "" });
  assertEquals(await read("n:=5", 'list:=[1,"a"]', "deep:={}"), { n: 5, list: [1, "a"], deep: {} });
  assertEquals(await read("content=@a.txt", "data:=@args.json"), {
    content: "text of a.txt",
    data: { from: "file" },
  });
  assertEquals(await read("text=@@home", "in=@-"), { text: "@home", in: '{"from":"stdin"}' });
  assertEquals(await read('{"a":1,"b":2}', "b=3"), { a: 1, b: "3" });
  assertEquals(await read("@args.json"), { from: "file" });
  assertEquals(await read("-"), { from: "stdin" });
  assertEquals(await read("url=http://a/?b=c&d:=e"), { url: "http://a/?b=c&d:=e" });
  assertEquals(Object.keys(await read("__proto__=x")), ["__proto__"]);
});

Deno.test("readArguments() says which values are texts, as they may be meant as something else", async () => {
  const { texts } = await readArguments(["a=1", "b:=1", '{"c":"1"}', "d=1", "d:=1"], SOURCES);
  assertEquals([...texts], ["a"]);
});

Deno.test("readArguments() says what is wrong with a word, and what would do", async () => {
  for (
    const [word, text] of [
      ["hello", 'must be one of key=value, key:=JSON, key=@FILE, a JSON object, "@FILE" or "-"'],
      ["n:=five", 'n:= must have JSON behind it: got "five"'],
      ["{", "The arguments must have JSON behind it"],
      ["@list", '"list" must have JSON behind it: got "text of list"'],
      ["=x", "An argument must be one of"],
    ] as const
  ) {
    await assertRejects(() => read(word), UsageError, text);
  }
});
