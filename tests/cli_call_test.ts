// `lmcp list` and `lmcp call` as people use them: against servers at a URL and ones that are started,
// of any revision, and against what goes wrong.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { defineTool, type Server, text } from "../mod.ts";
import { quietServer, serveHttp } from "./support/http_server.ts";
import { lacksProgram } from "./support/lacks.ts";
import { programCommand, runProgram } from "./support/program.ts";

const EVERYTHING = new URL("../conformance/everything_server.ts", import.meta.url).pathname;
const COMMAND = [Deno.execPath(), "run", "-A", "--quiet", EVERYTHING, "--stdio"];

/** A server with a tool for each thing that a call can become. */
function toolServer(seen: (what: unknown) => void = () => {}): Server {
  const { server } = quietServer({ name: "bench" });
  server.tool(defineTool({
    name: "sum",
    description: "Adds numbers. Slowly, at times.",
    input: {
      type: "object",
      properties: { a: { type: "number" }, b: { type: "number" }, note: { type: "string" } },
      required: ["a"],
    },
    run: (input) => (seen(input), { given: input }),
  }));
  server.tool({
    name: "steps",
    async run(_input, ctx) {
      for (let done = 1; done <= 3; done++) {
        await ctx.progress(done, 3, `step ${done}`);
      }
      await ctx.log("warning", "nearly there");
      return text("all steps done");
    },
  });
  server.tool({
    name: "fails",
    run() {
      throw new Error("no such file: \x1b[2Jx");
    },
  });
  server.tool({
    name: "hangs",
    run: (_input, ctx) =>
      new Promise((_, reject) => {
        seen("begun");
        ctx.signal.addEventListener("abort", () => {
          seen("cancelled");
          reject(ctx.signal.reason);
        });
      }),
  });
  server.tool({
    name: "picture",
    run: () => [{ type: "image", mimeType: "image/png", data: btoa("12345") }],
  });
  return server;
}

Deno.test("lmcp list prints what a server offers, as a table and as JSON", async () => {
  await using http = serveHttp(toolServer());
  const { code, stdout, stderr } = await runProgram(["list", http.url]);
  assertEquals([code, stderr], [0, ""]);
  const head =
    /^bench 1\.0\.0 \(protocol 2026-07-28\)\n\nTools \(5\)\n {2}sum a \[b\] \[note\]\n {6}Adds numbers\.\n/;
  assertMatch(stdout, head);
  const json = await runProgram(["list", "--json", http.url]);
  const offer = JSON.parse(json.stdout);
  assertEquals([offer.server.name, offer.protocolVersion], ["bench", "2026-07-28"]);
  assertEquals(offer.tools.map(({ name }: { name: string }) => name).sort(), [
    "fails",
    "hangs",
    "picture",
    "steps",
    "sum",
  ]);
  assertEquals([offer.prompts, offer.resources], [[], []]);
});

Deno.test("lmcp list and lmcp call start a server that is given as a command", async () => {
  const listed = await runProgram(["list", "--", ...COMMAND]);
  assertEquals(listed.code, 0, listed.stderr);
  for (const heading of ["Tools (", "Resources (", "Resource templates (", "Prompts ("]) {
    assertStringIncludes(listed.stdout, heading);
  }
  const quoted = COMMAND.map((word) => `'${word}'`).join(" ");
  const called = await runProgram(["call", quoted, "test_simple_text"]);
  assertEquals([called.code, called.stdout], [0, "This is a simple text response.\n"]);
  const program = programCommand(["stdio", "--tools", "ping"], {});
  const pong = await runProgram(["call", "ping", "--", program.command, ...program.args]);
  assertEquals([pong.code, pong.stdout], [0, "pong\n"]);
});

Deno.test("lmcp call sends arguments as people write them", async () => {
  const given: unknown[] = [];
  await using http = serveHttp(toolServer((what) => given.push(what)));
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, '{"a":1,"b":2}');
  const ways: [string[], string?][] = [
    [["a=1", "b:=2", "note=5"]],
    [['{"a":1,"b":2}', "note=5"]],
    [[`@${file}`, 'note:="5"']],
    [["-"], '{"a":1,"b":2,"note":"5"}'],
  ];
  for (const [args, input = ""] of ways) {
    const { code, stderr, stdout } = await runProgram(["call", http.url, "sum", ...args], {
      input,
    });
    assertEquals(code, 0, stderr);
    assertEquals(given.pop(), { a: 1, b: 2, note: "5" });
    assertStringIncludes(stdout, '"note":"5"');
  }
  await Deno.remove(file);
});

Deno.test("lmcp call shows progress and log lines beside its output, and --json gives the result", async () => {
  await using http = serveHttp(toolServer());
  const { code, stdout, stderr } = await runProgram(["call", http.url, "steps"]);
  assertEquals([code, stdout], [0, "all steps done\n"]);
  assertMatch(stderr, /^33% \(1 of 3\) step 1\n/);
  assertMatch(stderr, /100% \(3 of 3\) step 3\n/);
  assertMatch(stderr, /^warning: nearly there$/m);
  const json = JSON.parse((await runProgram(["call", "--json", http.url, "picture"])).stdout);
  assertEquals(json.content[0].data, btoa("12345"));
  const plain = await runProgram(["call", http.url, "picture"]);
  assertEquals(plain.stdout, "[image image/png, 5 bytes; --json gives it whole]\n");
});

Deno.test("lmcp call ends with a code and a sentence for each thing that can go wrong", async () => {
  await using http = serveHttp(toolServer(), {
    auth: (token) => token === "right" ? { name: "a" } : undefined,
  });
  const token = await Deno.makeTempFile();
  await Deno.chmod(token, 0o600);
  await Deno.writeTextFile(token, "right");
  const bytes = await Deno.makeTempFile();
  await Deno.writeFile(bytes, new Uint8Array([0xff, 0xd8]));
  const known = ["--token-file", token, http.url];
  const cases: [string[], number, RegExp][] = [
    [["fails", "--token-file", token], 2, /"fails"|TOOL|tool/],
    [[...known, "fails"], 1, /^no such file: \\u001b\[2Jx\n$/],
    [[...known, "sums"], 2, /tool that the server has: got "sums"; did you mean sum\?/],
    [[...known, "sum", "a:=x"], 2, /a:= must have JSON behind it/],
    [known, 2, /must be given a tool/],
    [[http.url, "sum"], 3, /Cannot connect to .* --token-file or --header says who calls/],
    [["http://127.0.0.1:9/mcp", "sum"], 3, /Cannot connect to http:\/\/127\.0\.0\.1:9\/mcp/],
    [[http.url.replace("/mcp", "/other"), "sum"], 3, /endpoint is "\/mcp"/],
    [["http://me:secret@127.0.0.1:9/mcp", "sum"], 2, /^(?![^]*secret).* URL without a user/],
    [["ftp://127.0.0.1/mcp", "sum"], 2, /must be given a URL of http or https: got "ftp:/],
    [[...known, "sum", `note=@${bytes}`], 2, /"@" must stand before a file of UTF-8 text/],
    [[...known, "sum", "note=@/none"], 2, /"@" must stand before a file that can be read/],
    [[...known, "sum", "-"], 2, /standard input" must have JSON behind it: got ""/],
    [["sum", "--", "no-such-program-here"], 3, /no-such-program-here/],
    [["sum", "--", "sh", "-c", "echo oops >&2; exit 7"], 3, /oops[^]*7/],
  ];
  for (const [args, expected, pattern] of cases) {
    const { code, stdout, stderr } = await runProgram(["call", ...args]);
    assertEquals([args, code, stdout], [args, expected, ""], stderr);
    assertMatch(stderr, pattern);
  }
  const bad = await runProgram(["call", ...known, "sum"]);
  assert(bad.code === 1 || bad.code === 4, `${bad.code}`);
  assertStringIncludes(bad.stderr, "a");
  await Deno.remove(token);
  await Deno.remove(bytes);
});

Deno.test("lmcp call cancels on the server at Ctrl-C, and ends with 130", async () => {
  const seen: string[] = [];
  let tell: () => void = () => {};
  const begun = new Promise<void>((resolve) => tell = resolve);
  await using http = serveHttp(toolServer((what) => {
    seen.push(String(what));
    if (what === "begun") tell();
  }));
  const { command, args } = programCommand(["call", http.url, "hangs"], {});
  const child = new Deno.Command(command, { args, stdout: "piped", stderr: "piped" }).spawn();
  await begun;
  child.kill("SIGINT");
  const { code, stderr } = await child.output();
  assertEquals(code, 130);
  assertMatch(new TextDecoder().decode(stderr), /lmcp: cancelled/);
  assertEquals(seen, ["begun", "cancelled"]);
});

Deno.test("lmcp call draws a bar on a terminal, and takes it away again", async () => {
  if (lacksProgram("script")) return;
  await using http = serveHttp(toolServer());
  const { command, args, env } = programCommand(["call", http.url, "steps"], {});
  const line = [command, ...args].map((word) => `'${word}'`).join(" ");
  const { stdout } = await new Deno.Command("script", {
    args: ["-qec", line, "/dev/null"],
    env: { ...env, TERM: "xterm" },
    stdin: "null",
  }).output();
  const shown = new TextDecoder().decode(stdout);
  assertStringIncludes(shown, "[#######-------------] 33% (1 of 3) step 1");
  assertStringIncludes(shown, "[####################] 100% (3 of 3) step 3");
  // deno-lint-ignore no-control-regex -- what moves the cursor is what this is about
  assertMatch(shown, /\x1b\[\?7l\[#+\] 100%[^\r]*step 3\x1b\[\?7h\r\n\x1b\[1A\x1b\[2K/);
  assertMatch(shown, /all steps done\r\n$/);
});
