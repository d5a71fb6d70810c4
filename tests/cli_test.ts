// What the command line answers without serving: help, version, tokens, and every refusal with its
// text and exit code, asked of the real program.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { VERSION } from "../src/version.ts";
import { type Output, runProgram } from "./support/program.ts";

interface Refusal {
  readonly args: readonly string[];
  readonly env?: { readonly [name: string]: string };
  /** The whole of what it says. */
  readonly says: string | RegExp;
}

const SERVE_HELP = '"lmcp serve --help" lists the options';
const TOOLS = /there are shell, .*read_file, .*ping$/;

const REFUSALS: readonly Refusal[] = [
  {
    args: ["serv"],
    says:
      'Unknown command "serv": did you mean serve? the commands are serve, stdio, hub, list, call, token, doctor, conformance',
  },
  {
    args: ["frobnicate"],
    says:
      'Unknown command "frobnicate": the commands are serve, stdio, hub, list, call, token, doctor, conformance',
  },
  { args: ["--prot", "1"], says: `Unknown option --prot: did you mean --port? ${SERVE_HELP}` },
  { args: ["serve", "-p", "1"], says: `Unknown option -p: ${SERVE_HELP}` },
  {
    args: ["token", "--port", "1"],
    says: 'Unknown option --port: "lmcp token --help" lists the options',
  },
  { args: ["--port"], says: "--port must have a value: got nothing after it; write --port PORT" },
  {
    args: ["--port", "http"],
    says: '--port must be a whole number from 0 to 65535: got "http"; 0 picks a free port',
  },
  { args: ["--port=70000"], says: /^--port must be a whole number from 0 to 65535: got "70000"/ },
  {
    args: ["--port", "1", "--port", "2"],
    says: "--port must be given once: got it twice; leave one out",
  },
  {
    args: [],
    env: { LMCP_PORT: "x" },
    says: /^LMCP_PORT must be a whole number from 0 to 65535: got "x"/,
  },
  {
    args: ["--host", "http://x"],
    says: /^--host must be an address of this machine: got "http:\/\/x"/,
  },
  { args: ["--path", "mcp"], says: /^--path must be a path that starts with "\/", .*: got "mcp"/ },
  { args: ["--path", "/healthz"], says: /^--path must be a path other than \/healthz/ },
  { args: ["--name", ""], says: /^--name must be a name of 1 to 100 characters/ },
  {
    args: ["--drain", "1m"],
    says: '--drain must be seconds from 0 to 3600: got "1m"; 2 or 0.5, say',
  },
  { args: ["--log-format", "xml"], says: '--log-format must be text or json: got "xml"' },
  { args: ["--allow-origin", "*"], says: /^--allow-origin must be one origin: got "\*"/ },
  { args: ["--allow-host", "http://x"], says: /^--allow-host must be a host name/ },
  { args: ["--read-only=1"], says: '--read-only takes no value: got "1"; leave it out' },
  {
    args: ["--token", "s3cret"],
    says: /^--token must not be given: every user .* --token-file, or into LMCP_TOKEN$/,
  },
  {
    args: ["stdio", "--port", "1"],
    says: '--port is for HTTP: "lmcp stdio" has no use for it; leave it out',
  },
  {
    args: ["serve", "--stdio", "--host", "x"],
    says: '--host is for HTTP: "lmcp stdio" has no use for it; leave it out',
  },
  {
    args: ["--tools", "shel"],
    says: /^--tools must name tools that there are: got "shel"; did you mean shell\? /,
  },
  { args: ["--no-tools", "nonesuch"], says: TOOLS },
  {
    args: ["--tools", "ping", "--no-tools", "ping"],
    says: "--tools and --no-tools must leave a tool to offer: got none",
  },
  {
    args: ["--read-only", "--tools", "shell"],
    says:
      /^--tools must name tools that only read, with --read-only: got "shell"; those are (?!.*shell)/,
  },
  { args: ["stdio", "--tools", "nonesuch"], says: TOOLS },
  {
    args: ["--root", "/nonesuch"],
    says: '--root must be a folder: Cannot look at "/nonesuch": no such file or folder',
  },
  {
    args: ["--root", "/dev/null"],
    says: '--root must be a folder: got "/dev/null", a char; name the folder it is in',
  },
  { args: ["--audit", "/nonesuch/x"], says: /^--audit must name a file that can be written: / },
  { args: ["--tls-cert", "/dev/null"], says: "--tls-cert must come with --tls-key: got none" },
  { args: ["--tls-key", "/dev/null"], says: "--tls-key must come with --tls-cert: got none" },
  {
    args: ["--tls-key", "/dev/null", "--tls-cert", "/dev/null"],
    says: /^--tls-cert must name a PEM file with "BEGIN CERTIFICATE" in it/,
  },
  {
    args: ["--token-file", "/nonesuch"],
    says:
      '--token-file must name a file that can be read: Cannot open "/nonesuch": no such file or folder',
  },
  { args: ["--tokens", "/nonesuch"], says: /^--tokens must name a file that can be read: / },
  { args: ["--conf", "/nonesuch"], says: /^--conf must name a file that can be read: / },
  { args: [], env: { LMCP_TOKEN: "two words" }, says: /^LMCP_TOKEN must be one word of ASCII/ },
];

const SERVER = '"lmcp conformance" must be given ';

/** What a command that speaks to a server refuses. */
const SERVER_REFUSALS: readonly Refusal[] = [
  {
    args: [],
    says: `${SERVER}a server: got none; a URL, a command in quotes, or a command after --`,
  },
  {
    args: ["http://a", "b"],
    says: /^"lmcp conformance" must be given one server: got "b" as well/,
  },
  { args: ["http://"], says: `${SERVER}a URL: got "http://"; http://127.0.0.1:8080/mcp, say` },
  { args: ["--"], says: `${SERVER}a command after --, and nothing before: got nothing after it` },
  { args: ["x", "--", "y"], says: `${SERVER}a command after --, and nothing before: got "x"` },
  { args: ["a 'b"], says: /^The command must have a ' that closes the one at character 3/ },
  { args: [" "], says: "The command must have a word: got none; name the program to start" },
  {
    args: ["--header", "s3cret", "http://a"],
    says: "--header must be a name, a colon and a value; 'X-Team: lab', say",
  },
  {
    args: ["--header", "A: b", "server"],
    says: "--header is for a URL: a command has no use for it; leave it out",
  },
  {
    args: ["--token-file", "/nonesuch", "http://a"],
    says:
      '--token-file must name a file that can be read: Cannot open "/nonesuch": no such file or folder',
  },
  {
    args: ["--revision", "2020-01-01", "x"],
    says: /^--revision must be one of 2026-07-28, .*: got/,
  },
  {
    args: ["--only", "no such", "x"],
    says: /^--only must be part of a scenario's id: got "no such"/,
  },
  { args: ["--port", "1"], says: /^Unknown option --port: / },
].map(({ args, says }) => ({ args: ["conformance", ...args], says }));

/** Runs of the program at a time. */
const AT_ONCE = 4;

Deno.test("lmcp refuses a wrong command line in one line, with exit code 2", async () => {
  const left = [...REFUSALS, ...SERVER_REFUSALS];
  const work = async () => {
    for (let refusal = left.pop(); refusal !== undefined; refusal = left.pop()) {
      const { args, env = {}, says } = refusal;
      const { code, stdout, stderr } = await runProgram(args, { env });
      assertEquals([code, stdout], [2, ""], `${args.join(" ")}: ${stderr}`);
      assertMatch(stderr, /^lmcp: .*\n$/);
      const said = stderr.slice("lmcp: ".length, -1);
      if (typeof says === "string") assertEquals(said, says);
      else assertMatch(said, says);
      assert(!stderr.includes("s3cret"));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
});

Deno.test("lmcp refuses an address beyond loopback without a token, and says how to mint one", async () => {
  const says =
    "lmcp: 0.0.0.0 is not loopback, so a token must be asked for there: got none; mint one with " +
    '"lmcp token" and give it with --tokens, --token-file or LMCP_TOKEN (--insecure-no-auth serves ' +
    "without)\n";
  const ways = [
    runProgram(["--host", "0.0.0.0"]),
    runProgram([], { env: { LMCP_HOST: "0.0.0.0" } }),
    // An empty variable counts as unset.
    runProgram(["--host=0.0.0.0"], { env: { LMCP_TOKEN: "" } }),
  ];
  for (const { code, stderr } of await Promise.all(ways)) assertEquals([code, stderr], [2, says]);
});

Deno.test("lmcp says who holds a port that is in use, and ends with exit code 1", async () => {
  using holder = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = holder.addr as Deno.NetAddr;
  const outputs = [
    await runProgram(["--port", String(port)]),
    await runProgram([], { env: { LMCP_PORT: String(port) } }),
  ];
  for (const { code, stderr } of outputs) {
    assertEquals(code, 1);
    assertMatch(
      stderr,
      new RegExp(`^lmcp: Cannot listen on 127.0.0.1:${port}: the port is in use.*\n$`),
    );
    if (Deno.build.os === "linux") assertStringIncludes(stderr, `(pid ${Deno.pid})`);
  }
});

Deno.test("lmcp --version says the version on standard output", async () => {
  for (const args of [["--version"], ["-V"], ["serve", "--version"], ["token", "--version"]]) {
    assertEquals(brief(await runProgram(args)), [0, `lmcp ${VERSION}\n`, ""]);
  }
});

Deno.test("lmcp --help lists commands, and lmcp COMMAND --help its options", async () => {
  const general = await runProgram(["--help"]);
  assertEquals([general.code, general.stderr], [0, ""]);
  for (const name of ["serve", "stdio", "token", "conformance"]) {
    assertMatch(general.stdout, new RegExp(`^ {2}${name} `, "m"));
    const { code, stdout, stderr } = await runProgram([name, "--help"]);
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, `Usage: lmcp ${name} [OPTIONS]`);
  }
  const { stdout } = await runProgram(["serve", "-h"]);
  assertStringIncludes(stdout, "--token-file FILE");
  assertEquals((await runProgram(["serve", "--prot", "1", "--help"])).code, 0);
});

Deno.test("lmcp token prints a new token and its line, and explains them apart", async () => {
  const { code, stdout, stderr } = await runProgram(["token", "--name", "laptop"]);
  assertEquals(code, 0);
  const [token = "", line = "", ...rest] = stdout.split("\n");
  assertMatch(token, /^lmcp_[\w-]{43}$/);
  assertMatch(line, /^laptop sha256:[0-9a-f]{64}$/);
  assertEquals(rest, [""]);
  assert(!stderr.includes(token));
  assertStringIncludes(stderr, "--tokens FILE");
  const bad = await runProgram(["token", "--name", "a b"]);
  assertEquals(bad.code, 2);
  assertMatch(bad.stderr, /^lmcp: --name must be one word of 1 to 100 characters/);
});

function brief({ code, stdout, stderr }: Output): readonly [number | null, string, string] {
  return [code, stdout, stderr];
}
