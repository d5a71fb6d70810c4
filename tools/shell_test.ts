import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { shell } from "./shell.ts";
import { type CallAnswer, callTool } from "./testing/call_tool.ts";
import { withHost } from "./testing/host.ts";

async function run(args: { [name: string]: unknown }): Promise<CallAnswer> {
  let answer: CallAnswer | undefined;
  await withHost(async (host) => {
    answer = await callTool(shell(host), args);
  });
  return answer!;
}

Deno.test("shell() gives stdout and stderr in the order they were written", async () => {
  const command = "for i in 1 2 3 4 5 6 7 8 9; do echo out$i; echo err$i >&2; done";
  const { text, structured, isError } = await run({ command });
  const expected = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => `out${i}\nerr${i}\n`).join("");
  assertEquals(text, expected);
  assertEquals(isError, false);
  assert(Number.isInteger(structured.duration_ms));
  delete structured.duration_ms;
  assertEquals(structured, {
    output: expected,
    exit_code: 0,
    signal: null,
    timed_out: false,
    cancelled: false,
    truncated: false,
  });
});

Deno.test("shell() takes a command that fails for no error of the tool, and says the code", async () => {
  const { text, structured, isError } = await run({ command: "printf half; exit 3" });
  assertEquals(text, "half\n[exit code 3]");
  assertEquals(structured.exit_code, 3);
  assertEquals(isError, false);
});

Deno.test("shell() names the signal that ended the shell", async () => {
  const { text, structured } = await run({ command: "kill -SEGV $$" });
  assertEquals(text, "[ended by SIGSEGV]");
  assertEquals([structured.exit_code, structured.signal], [null, "SIGSEGV"]);
});

Deno.test("shell() says so when nothing was printed", async () => {
  assertEquals((await run({ command: "true" })).text, "[no output]");
});

Deno.test("shell() runs a command as bash -c would", async () => {
  const script = [
    'echo "0=$0 n=$#"',
    "cat <<'END'",
    "here $HOME",
    "END",
    "set -e; trap 'echo bye' EXIT; echo $LINENO ${BASH_VERSION:+bash}",
    "exec 3>&1; echo three >&3",
    "(exit 7)",
    "echo not reached",
  ].join("\n");
  const args = ["-c", 'exec bash -c "$1"', "sh", script];
  const plain = await new Deno.Command("sh", { args }).output();
  const { text, structured } = await run({ command: script });
  assertEquals(text, new TextDecoder().decode(plain.stdout) + "[exit code 7]");
  assertEquals(structured.exit_code, 7);
});

Deno.test("shell() shows a syntax error with the line it is on", async () => {
  const { text, structured } = await run({ command: "echo first\nif" });
  assertMatch(text, /^first\nbash: -c: line [23]: syntax error/);
  assertEquals(structured.exit_code, 2);
});

Deno.test("shell() replaces the shell where the command says exec", async () => {
  const { text } = await run({ command: "echo $$; exec sh -c 'echo $$'" });
  const [first, second] = text.trim().split("\n");
  assertEquals(first, second);
});

Deno.test("shell() gives end of file on stdin unless told, and the text when told", async () => {
  assertEquals((await run({ command: "cat; echo end" })).text, "end\n");
  assertEquals((await run({ command: "cat", stdin: "hällo\n" })).text, "hällo\n");
});

Deno.test("shell() minds not when a command leaves its stdin unread", async () => {
  const stdin = "x".repeat(4_000_000);
  assertEquals((await run({ command: "head -c 3", stdin })).text, "xxx");
  assertEquals((await run({ command: "exec 0<&-; echo closed", stdin })).text, "closed\n");
});

Deno.test("shell() has no terminal to wait for", async () => {
  const { text, structured } = await run({ command: "read x </dev/tty; tty; echo $PAGER $TERM" });
  assertMatch(text, /\/dev\/tty: No such device or address\nnot a tty\ncat dumb\n/);
  assert(Number(structured.duration_ms) < 2_000);
});

Deno.test("shell() runs in cwd and with env", async () => {
  const { text } = await run({
    command: 'pwd; echo "$A-$B"',
    cwd: "/usr",
    env: { A: "1", B: "ü" },
  });
  assertEquals(text, "/usr\n1-ü\n");
});

Deno.test("shell() says what is wrong with a cwd and what there is instead", async () => {
  const { text, isError } = await run({ command: "pwd", cwd: "/usr/nowhere/deep" });
  assertEquals(isError, true);
  assertStringIncludes(text, 'got "/usr/nowhere/deep", and it is not there');
  assertMatch(text, /nearest folder that exists is "\/usr", with ("[^"]+", )*"bin"/);
});

Deno.test("shell() refuses a command that is empty or holds NUL, and says what it wants", async () => {
  for (const command of ["", "  \n"]) {
    const { text, isError } = await run({ command });
    assertEquals(isError, true);
    assertStringIncludes(text, "got an empty one");
  }
  assertStringIncludes((await run({ command: "echo \0" })).text, "NUL");
  assertStringIncludes((await run({ command: "true", env: { "A=B": "1" } })).text, '"A=B"');
});

Deno.test("shell() refuses a command that is longer than the system takes", async () => {
  const { text, isError } = await run({ command: `: ${"x".repeat(3_000_000)}` });
  assertEquals(isError, true);
  assertStringIncludes(text, "on stdin or in a file");
});

Deno.test("shell() takes numbers and refuses timeouts out of range", async () => {
  assertEquals((await run({ command: "echo hi", timeout_s: "5" })).text, "hi\n");
  for (const timeout_s of [0, -1, 3_601]) {
    const { text, isError } = await run({ command: "echo hi", timeout_s });
    assertEquals(isError, true);
    assertStringIncludes(text, "timeout_s");
  }
});
