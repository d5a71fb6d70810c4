import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Host } from "./host.ts";
import { shell } from "./shell.ts";
import { type CallAnswer, callTool } from "./testing/call_tool.ts";
import { withHost } from "./testing/host.ts";
import { running, uniqueSleep } from "./testing/running.ts";

const linux = Deno.build.os === "linux";

/** Ways for a program to be there, each with something that goes on for hours. */
const WAYS: { readonly [name: string]: (seconds: string) => string } = {
  "a child": (s) => `echo ready; sleep ${s}; echo not reached`,
  "a background child": (s) => `sleep ${s} & echo ready; wait`,
  "nohup": (s) => `nohup sleep ${s} >/dev/null & echo ready; wait`,
  "a double fork": (s) => `( (sleep ${s} &) & ); echo ready; sleep ${s}`,
  "a pipeline": (s) => `echo ready; sleep ${s} | cat | sleep ${s}`,
};

/** What only the mark in the environment finds. */
const ESCAPES: typeof WAYS = {
  "a group of its own": (s) => `set -m; sleep ${s} & echo ready; wait`,
  "setsid": (s) => `setsid sleep ${s} & echo ready; sleep ${s}`,
  "a daemon": (s) =>
    `(setsid sh -c 'sleep ${s} >/dev/null 2>&1 & sleep ${s}' &); echo ready; sleep ${s}`,
};

interface Cancelled {
  readonly answer: CallAnswer;
  /** From the cancellation to the answer. */
  readonly ms: number;
}

/** Calls, and cancels as soon as the command says that it is ready. */
async function cancelWhenReady(host: Host, command: string): Promise<Cancelled> {
  const controller = new AbortController();
  let cancelledAt = 0;
  const answer = await callTool(shell(host), { command }, {
    signal: controller.signal,
    onProgress: (_progress, message) => {
      if (!message?.includes("ready")) return;
      cancelledAt = performance.now();
      controller.abort(new DOMException("The client cancelled the request", "AbortError"));
    },
  });
  return { answer, ms: performance.now() - cancelledAt };
}

for (const [name, way] of Object.entries({ ...WAYS, ...(linux ? ESCAPES : {}) })) {
  Deno.test(`shell() leaves nothing of ${name} when it is cancelled`, () =>
    withHost(async (host) => {
      const seconds = uniqueSleep();
      const { answer, ms } = await cancelWhenReady(host, way(seconds));
      assertEquals(await running(seconds), []);
      assert(ms < 1_000, `it took ${ms} ms`);
      assertEquals(answer.isError, true);
      assertEquals([answer.structured.cancelled, answer.structured.timed_out], [true, false]);
      assertMatch(answer.text, /^ready\n.*\[cancelled: The client cancelled the request; /s);
    }));

  Deno.test(`shell() leaves nothing of ${name} at the timeout, and gives what was printed`, () =>
    withHost(async (host) => {
      const seconds = uniqueSleep();
      const command = way(seconds);
      const { text, structured, isError } = await callTool(shell(host), {
        command,
        timeout_s: 0.4,
      });
      assertEquals(await running(seconds), []);
      assert(Number(structured.duration_ms) < 1_400, `it took ${structured.duration_ms} ms`);
      assertEquals(isError, true);
      assertEquals([structured.cancelled, structured.timed_out], [false, true]);
      assertMatch(text, /^ready\n.*\[timed out after 0.4 s: .*larger timeout_s\]$/s);
    }));
}

Deno.test("shell() kills what ignores SIGTERM after two seconds, and gives what it said", () =>
  withHost(async (host) => {
    const seconds = uniqueSleep();
    const command = `trap 'echo asked' TERM; sh -c "trap '' TERM; sleep ${seconds}" & ` +
      `echo ready; while :; do wait; done`;
    const { answer, ms } = await cancelWhenReady(host, command);
    assertEquals(await running(seconds), []);
    assert(ms > 1_900 && ms < 4_000, `it took ${ms} ms`);
    assertMatch(answer.text, /^ready\n.*asked\n/s);
    assertEquals(answer.structured.signal, "SIGKILL");
  }));

Deno.test({
  name: "shell() kills what ignores SIGTERM in a session of its own",
  ignore: !linux,
  fn: () =>
    withHost(async (host) => {
      const seconds = uniqueSleep();
      const stubborn = `trap "" TERM; echo ready; sleep ${seconds}; sleep ${seconds}`;
      const { ms } = await cancelWhenReady(host, `setsid sh -c '${stubborn}' & wait`);
      assertEquals(await running(seconds), []);
      assert(ms < 4_000, `it took ${ms} ms`);
    }),
});

Deno.test("shell() lets a program tidy up before it answers", () =>
  withHost(async (host, scratch) => {
    const command = `trap 'sleep 0.2; echo tidy >${scratch}/done; echo bye; exit 0' TERM; ` +
      "echo ready; while :; do sleep 0.05; done";
    const { answer } = await cancelWhenReady(host, command);
    assertEquals(await Deno.readTextFile(`${scratch}/done`), "tidy\n");
    assertStringIncludes(answer.text, "bye\n");
    assertEquals(answer.structured.exit_code, 0);
  }));

Deno.test("shell() runs nothing when it was cancelled before", () =>
  withHost(async (host, scratch) => {
    const { isError, text } = await callTool(shell(host), { command: `touch ${scratch}/x` }, {
      signal: AbortSignal.abort(new DOMException("The client is gone", "AbortError")),
    });
    assertEquals([isError, text], [true, "The client is gone"]);
    assertEquals([...Deno.readDirSync(scratch)], []);
  }));

Deno.test("shell() works again after a call that was cancelled", () =>
  withHost(async (host) => {
    await cancelWhenReady(host, "echo ready; sleep 100");
    assertEquals((await callTool(shell(host), { command: "echo next" })).text, "next\n");
  }));

Deno.test("shell() leaves no process of 20 calls that are cancelled at once", () =>
  withHost(async (host) => {
    const ways = Object.values({ ...WAYS, ...(linux ? ESCAPES : {}) });
    const seconds = uniqueSleep();
    const calls = Array.from({ length: 20 }, (_, i) => {
      return cancelWhenReady(host, ways[i % ways.length]!(seconds));
    });
    for (const { answer, ms } of await Promise.all(calls)) {
      assertEquals(answer.structured.cancelled, true);
      assert(ms < 2_000, `it took ${ms} ms`);
    }
    assertEquals(await running(seconds), []);
  }));

Deno.test("shell() answers at its end though a background child holds the output", () =>
  withHost(async (host) => {
    const seconds = uniqueSleep();
    const { text, structured, isError } = await callTool(shell(host), {
      command: `sleep ${seconds} & echo done`,
    });
    assertEquals([isError, structured.exit_code], [false, 0]);
    assert(Number(structured.duration_ms) < 700, `it took ${structured.duration_ms} ms`);
    assertMatch(text, /^done\n\[something it started still runs; .* goes to \/.*\.log\]$/);
    assertEquals((await running(seconds)).length, 1);
    await host.processes.closeAll();
    assertEquals(await running(seconds), []);
  }));

Deno.test("shell() answers at once though a background child floods the output", () =>
  withHost(async (host) => {
    const { text, structured } = await callTool(shell(host), { command: "yes & echo first >&2" });
    assert(Number(structured.duration_ms) < 1_000, `it took ${structured.duration_ms} ms`);
    assertStringIncludes(text, "[something it started still runs;");
  }));

Deno.test("shell() puts what a background child prints later into the log", () =>
  withHost(async (host, scratch) => {
    const fifo = `${scratch}/fifo`;
    const { text, structured } = await callTool(shell(host), {
      command:
        `mkfifo ${fifo}; { read x <${fifo}; echo "later $x"; echo end >${fifo}; } & echo now`,
    });
    assertMatch(text, /^now\n\[/);
    await Deno.writeTextFile(fifo, "on\n");
    assertEquals(await Deno.readTextFile(fifo), "end\n");
    await host.processes.closeAll();
    assertEquals(await Deno.readTextFile(String(structured.log_path)), "now\nlater on\n");
  }));

Deno.test("shell() says nothing of a background child that lets the output go", () =>
  withHost(async (host) => {
    const seconds = uniqueSleep();
    const command = `sleep ${seconds} >/dev/null 2>&1 & echo started`;
    assertEquals((await callTool(shell(host), { command })).text, "started\n");
    assertEquals((await running(seconds)).length, 1);
    await host.processes.closeAll();
    assertEquals(await running(seconds), []);
  }));

Deno.test({
  name: "shell() leaves no daemon behind when the server ends",
  ignore: !linux,
  fn: () =>
    withHost(async (host) => {
      const seconds = uniqueSleep();
      const command =
        `setsid sh -c 'sleep ${seconds} & sleep ${seconds}' >/dev/null 2>&1 & echo up`;
      assertEquals((await callTool(shell(host), { command })).text, "up\n");
      await callTool(shell(host), { command: "echo another" });
      assert((await running(seconds)).length >= 2);
      await host.processes.closeAll();
      assertEquals(await running(seconds), []);
    }),
});

Deno.test("shell() gives what was printed when the server ends, and then starts nothing", () =>
  withHost(async (host) => {
    const seconds = uniqueSleep();
    const answer = await callTool(shell(host), { command: `echo ready; sleep ${seconds}` }, {
      onProgress: () => void host.processes.closeAll(),
    });
    assertMatch(answer.text, /^ready\n\[ended by SIGTERM\]$/);
    assertEquals(await running(seconds), []);
    const refused = await callTool(shell(host), { command: "echo more" });
    assertEquals([refused.isError, refused.text.includes("server is ending")], [true, true]);
  }));
