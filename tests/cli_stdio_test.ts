// `lmcp stdio`, asked of the real program: what it writes where, and how it ends with its client.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { lacksProc } from "./support/lacks.ts";
import { markedSleep } from "./support/marked_sleep.ts";
import { runProgram, startStdio, type StdioProgram } from "./support/program.ts";

Deno.test("lmcp stdio ends at once, with exit code 0, where there is no input", async () => {
  const times: number[] = [];
  for (let at = 0; at < 3; at++) {
    const start = performance.now();
    const { code, stdout } = await runProgram(["stdio"]);
    times.push(performance.now() - start);
    assertEquals([code, stdout], [0, ""]);
  }
  // The best of three: others may use this machine, too.
  assert(Math.min(...times) < 1_000, times.join(", "));
});

for (const args of [["stdio"], ["serve", "--stdio"], ["--stdio"]]) {
  Deno.test(`lmcp ${args.join(" ")} speaks the protocol, and nothing else, on standard output`, async () => {
    const input = [initialize(), call(2, "ping", {})].map((each) => `${JSON.stringify(each)}\n`);
    const { code, stdout, stderr } = await runProgram([...args, "--name", "pi"], {
      input: input.join(""),
      // It is for HTTP; over stdio whoever started lmcp may call.
      env: { LMCP_TOKEN: "a-token", LMCP_PORT: "not a port" },
    });
    assertEquals(code, 0);
    const [first, second, ...rest] = stdout.split("\n").filter(Boolean).map((line) =>
      JSON.parse(line)
    );
    assertEquals([first.id, first.result.serverInfo.name], [1, "pi"]);
    assertEquals([second.id, second.result.content[0].text], [2, "pong"]);
    assertEquals(rest, []);
    assertMatch(stderr, /^lmcp: pi v\S+ serving standard input and output$/m);
  });
}

Deno.test("lmcp stdio answers the calls in flight at the end of its input", async () => {
  await using program = await startStdio();
  await program.send(call(1, "shell", { command: "sleep 0.3; echo done" }));
  await program.endInput();
  assertStringIncludes((await program.receive()).result.content[0].text, "done");
  assertEquals(await program.receive(), undefined);
  assertEquals(await program.exited, { code: 0, signal: null });
});

Deno.test("lmcp stdio aborts what outlasts the drain time, and leaves nothing behind", async () => {
  if (lacksProc()) return;
  using sleep = markedSleep();
  using background = markedSleep();
  await using program = await startStdio(["--drain", "0.1"]);
  await program.send(call(1, "shell", { command: `(${background.command}) & echo` }));
  await program.receive();
  await program.send(call(2, "shell", { command: sleep.command }));
  await Promise.all([sleep.started(), background.started()]);
  await program.endInput();
  await readAll(program);
  assertEquals(await program.exited, { code: 0, signal: null });
  assertEquals([sleep.living(), background.living()], [[], []]);
});

Deno.test("lmcp stdio ends at a signal though its input goes on", async () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    await using program = await startStdio();
    await program.send(call(1, "ping", {}));
    assertEquals((await program.receive()).id, 1);
    program.kill(signal);
    await readAll(program);
    assertEquals(await program.exited, { code: 0, signal: null });
  }
});

async function readAll(program: StdioProgram): Promise<void> {
  while (await program.receive() !== undefined) continue;
}

function initialize() {
  return {
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "test", version: "1" },
    },
  };
}

function call(id: number, name: string, args: object) {
  return { jsonrpc: "2.0", id, method: "tools/call", params: { name, arguments: args } };
}
