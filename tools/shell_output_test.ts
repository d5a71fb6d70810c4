import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { shell } from "./shell.ts";
import { callTool } from "./testing/call_tool.ts";
import { withHost } from "./testing/host.ts";

const MIB = 1024 * 1024;

Deno.test("shell() gives text without terminal codes, with bars as their last state", () =>
  withHost(async (host) => {
    const command = String.raw`printf '\e[31mred\e[0m \e]0;title\a10%%\r'; sleep 0.05; ` +
      String.raw`printf '\e[K50%%\r100%%\r\nbell\a \xff\xf0\x9f'; sleep 0.05; printf '\x98\x80\n'`;
    const { text } = await callTool(shell(host), { command });
    assertEquals(text, "100%\nbell \uFFFD😀\n");
  }));

Deno.test("shell() cuts the middle of long output, says so, and keeps all of it in a log", () =>
  withHost(async (host) => {
    const { text, structured, isError } = await callTool(shell(host), {
      command: "seq 1 20000; exit 4",
    });
    const path = String(structured.log_path);
    const whole = Array.from({ length: 20_000 }, (_, i) => `${i + 1}\n`).join("");
    assertEquals([isError, structured.truncated, structured.exit_code], [false, true, 4]);
    assert(text.length <= 30_000, `${text.length} characters`);
    assertMatch(text, /^1\n2\n3\n/);
    assertStringIncludes(
      text,
      `\n[... the middle of ${whole.length.toLocaleString("en-US")} bytes`,
    );
    assertStringIncludes(text, `the whole output is in ${path} ...]\n`);
    assertMatch(text, /\n19999\n20000\n\[exit code 4\]$/);
    assertEquals(await Deno.readTextFile(path), whole);
    assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
    assertEquals((await Deno.stat(path.replace(/\/[^/]*$/, ""))).mode! & 0o777, 0o700);
  }));

Deno.test("shell() leaves no log where nothing was cut", () =>
  withHost(async (host) => {
    // Redrawn lines: 600 kB are printed, and little of that is left to show.
    const command = "for i in {1..120}; do printf '%*d\\r' 5000 $i; done";
    const { text, structured } = await callTool(shell(host), { command });
    assertEquals([text.trim(), structured.truncated, structured.log_path], [
      "120",
      false,
      undefined,
    ]);
    assertEquals([...Deno.readDirSync(`${host.stateDir}/logs`)], []);
  }));

Deno.test("shell() gives its answer though no log can be written", () =>
  withHost(async (host) => {
    await Deno.writeTextFile(host.stateDir, "a file where the folder would be");
    const { text, structured } = await callTool(shell(host), { command: "seq 1 50000" });
    assertEquals([structured.exit_code, structured.log_path], [0, undefined]);
    assertMatch(
      text,
      /\[\.\.\. the middle of 288,894 bytes is left out; .*could not be kept: Cannot/,
    );
    assertMatch(text, /\n50000\n$/);
  }));

Deno.test("shell() keeps its bound where it is told another", () =>
  withHost(async (host) => {
    const { text } = await callTool(shell(host), { command: "seq 1 5000; kill $$" });
    assert(text.length <= 2_000, `${text.length} characters`);
    assertMatch(text, /\n5000\n\[ended by SIGTERM\]$/);
  }, { outputLimit: 2_000 }));

Deno.test("shell() keeps the first 64 MiB of a flood, and the head and tail of all of it", () =>
  withHost(async (host) => {
    const command = "echo first; yes | head -c 90000000; echo last";
    const { text, structured } = await callTool(shell(host), { command });
    assertEquals([structured.exit_code, structured.truncated], [0, true]);
    assertMatch(text, /^first\ny\n.*\ny\nlast\n$/s);
    assertStringIncludes(text, "the middle of 90,000,011 bytes is left out; the first 64 MiB");
    const { size } = await Deno.stat(String(structured.log_path));
    assert(size > 64 * MIB && size < 64 * MIB + 100, `the log has ${size} bytes`);
  }));

Deno.test("shell() takes a flood of small writes and lets other work go on", () =>
  withHost(async (host) => {
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    const command = "while :; do echo x; done";
    const { structured } = await callTool(shell(host), { command, timeout_s: 1 });
    clearInterval(timer);
    assert(turns > 50, `${turns} turns in ${structured.duration_ms} ms`);
    assertEquals(structured.timed_out, true);
  }));

Deno.test("shell() lets a program see that its reader is gone", () =>
  withHost(async (host) => {
    const { text } = await callTool(shell(host), {
      command: 'yes | head -1; echo "${PIPESTATUS[0]}"',
    });
    assertEquals(text, "y\n141\n");
  }));

Deno.test("shell() streams what is printed as progress that grows", () =>
  withHost(async (host, scratch) => {
    const fifo = `${scratch}/fifo`;
    const seen: { progress: number; message: string | undefined }[] = [];
    const command = `mkfifo ${fifo}; echo first; cat ${fifo}; printf last`;
    const { text } = await callTool(shell(host), { command }, {
      onProgress: (progress, message) => {
        // The command goes on only when its first line was reported while it runs.
        if (message === "first\n") void Deno.writeTextFile(fifo, "sec\x1b[1mond\x1b[0m\n");
        seen.push({ progress, message });
      },
    });
    assertEquals(text, "first\nsecond\nlast");
    assertEquals(seen.map(({ message }) => message).join(""), text);
    assert(seen.every(({ progress }, i) => i === 0 || progress > seen[i - 1]!.progress));
  }));

Deno.test("shell() streams no more than ten messages a second, each bounded", () =>
  withHost(async (host) => {
    const messages: string[] = [];
    await callTool(shell(host), { command: "yes", timeout_s: 1 }, {
      onProgress: (_progress, message) => messages.push(message ?? ""),
    });
    assert(messages.length >= 3 && messages.length <= 13, `${messages.length} messages`);
    assert(messages.every((message) => message.length <= 4_000));
  }));
