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
