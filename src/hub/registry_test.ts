import { assert, assertEquals } from "@std/assert";
import { parseRegistry } from "./registry.ts";

function problemsOf(text: string): readonly string[] {
  const registry = parseRegistry(text);
  assert(!registry.ok);
  return registry.problems;
}

Deno.test("parseRegistry() reads hosts, options and comments", () => {
  assertEquals(
    parseRegistry("# all\n\na http://a:1/mcp token=x tags=arm,lab # here\r\nb - ssh=me@b\n"),
    {
      ok: true,
      backends: [
        {
          name: "a",
          url: "http://a:1/mcp",
          token: "x",
          tokenFile: undefined,
          ssh: undefined,
          tags: ["arm", "lab"],
        },
        {
          name: "b",
          url: undefined,
          token: undefined,
          tokenFile: undefined,
          ssh: "me@b",
          tags: [],
        },
      ],
    },
  );
});

Deno.test("parseRegistry() keeps a sign that begins no comment", () => {
  const registry = parseRegistry("a http://a/mcp token=x#y");
  assert(registry.ok);
  assertEquals(registry.backends[0]?.token, "x#y");
});

Deno.test("parseRegistry() says of each bad line what is wrong, and gives no half of a registry", () => {
  assertEquals(
    problemsOf([
      "a http://a/mcp",
      "-x http://x/mcp",
      "b",
      "c ftp://c",
      "d -",
      "e - ssh=-oProxyCommand=x",
      "a http://a/mcp",
      "f http://f/mcp tokn=x",
      "g http://g/mcp ssh=",
      "h http://h/mcp token=x token-file=y",
      "i http://i/mcp ssh=x ssh=y",
    ].join("\n")),
    [
      'line 2: name must be letters, digits, ".", "_" or "-", not beginning with a sign: got "-x"',
      'line 3: host "b" must have a URL, or "-" for ssh only: got nothing',
      'line 4: URL must begin with http:// or https://, or be "-" for ssh only: got "ftp://c"',
      'line 5: host "d" has no URL, so it must have ssh=TARGET',
      'line 6: ssh must be a host, not an option: got "-oProxyCommand=x"',
      'line 7: host "a" is there twice',
      'line 8: option must be one of token, token-file, ssh, tags: got "tokn"',
      'line 9: option "ssh" must have a value, as in ssh=VALUE',
      'line 10: host "h" must have token or token-file, not both',
      'line 11: option "ssh" is there twice',
    ],
  );
});

Deno.test("parseRegistry() tells no secret of a bad line, and of a file of nonsense not all", () => {
  const told = problemsOf([
    "a token=s3cret",
    "token=s3cret",
    "b ftp://me:s3cret@b/mcp",
    "c http://me:s3cret@c/mcp",
    "d http://d/mcp secret=s3cret",
    "e http://e/mcp token=s3cr\u00e9t",
  ].join("\n"));
  assertEquals(told.length, 6);
  assert(!/s3cr/.test(told.join()), told.join("\n"));
  const nonsense = problemsOf(`${"\0".repeat(100_000)}\n`.repeat(1_000));
  assertEquals(nonsense.length, 11);
  assertEquals(nonsense[10], "and 990 more lines are wrong");
  assert(nonsense.join().length < 10_000);
});

Deno.test("parseRegistry() reads a thousand hosts, whatever ends their lines", () => {
  const lines = Array.from(
    { length: 1_000 },
    (_, at) => `h${at} http://h${at}/mcp tags=t${at % 7}`,
  );
  for (const end of ["\n", "\r\n"]) {
    const read = parseRegistry(lines.join(end));
    assert(read.ok);
    const { backends } = read;
    assertEquals([backends.length, backends[999]?.tags], [1_000, ["t5"]]);
  }
  assertEquals(problemsOf("__proto__ http://a/mcp").length, 1);
  const named = parseRegistry("constructor http://a/mcp tags=__proto__");
  assert(named.ok);
  assertEquals(named.backends[0]?.tags, ["__proto__"]);
});
