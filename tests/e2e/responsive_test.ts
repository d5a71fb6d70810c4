// lmcp stays quick and small whatever its commands do: leave children behind, flood, hang, or say
// nothing for long.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { lacksProc } from "../support/lacks.ts";
import { at, forgetPeak, memory, pings } from "../support/load_figures.ts";
import { markedSleep } from "../support/marked_sleep.ts";
import { startServer } from "../support/program.ts";
import { ask, modernPost, openSession, send, sessionPost, toolCall } from "./http_talk.ts";

const MIB = 1024 * 1024;

Deno.test("shell answers when the shell ends, and ends what that left at the server's end", async () => {
  if (lacksProc()) return;
  await using server = await startServer(["--drain", "0.2"]);
  await ask(server.url, modernPost(1, "shell", { command: "true" }));
  using left = markedSleep();
  const start = performance.now();
  const { result } = await ask(
    server.url,
    modernPost(2, "shell", { command: `(${left.command}) & echo done` }),
  );
  assert(performance.now() - start < 1_000);
  assertStringIncludes(result.content[0].text, "done\n");
  await left.started();
  const ended = server.stop();
  await left.gone(700);
  assertEquals((await ended).code, 0);
});

Deno.test("a flood of output neither fills the memory nor slows other calls", async () => {
  if (lacksProc()) return;
  await using server = await startServer();
  // Warm: the first calls of a program load and compile.
  await ask(server.url, modernPost("warm", "shell", { command: "seq 100000" }));
  await pings(server.url, 200);
  forgetPeak(server.pid);
  const before = memory(server.pid, "VmRSS");

  let flooding = true;
  const flood = ask(
    server.url,
    modernPost("flood", "shell", { command: "yes", timeout_s: 10 }, { progressToken: "p" }),
  )
    .finally(() => flooding = false);
  const took = await pings(server.url, Infinity, () => flooding);
  const { result } = await flood;

  assertEquals(result.structuredContent.timed_out, true);
  assert(result.content[0].text.length <= 30_000);
  assertStringIncludes(result.content[0].text, "the first 64 MiB of the output are in ");
  const grown = memory(server.pid, "VmHWM") - before;
  report(`flood: ${took.length} pings, p99 ${at(took, 0.99)} ms, grown ${grown / MIB} MiB`);
  assert(grown < 48 * MIB, `the server grew by ${grown / MIB} MiB`);
  assert(at(took, 0.99) < 50, `p99 of ping: ${at(took, 0.99)} ms`);
});

Deno.test("eight slow commands do not slow other calls", async () => {
  if (lacksProc()) return;
  await using server = await startServer(["--drain", "0.1"]);
  const client = new AbortController();
  const sleeps = Array.from({ length: 8 }, () => markedSleep({ prints: "begun" }));
  using cleanup = new DisposableStack();
  sleeps.forEach((sleep) => cleanup.use(sleep));
  const calls = sleeps.map(({ command }, id) =>
    ask(server.url, modernPost(id, "shell", { command }), client.signal).catch(() => "gone")
  );
  await Promise.all(sleeps.map((sleep) => sleep.started()));
  await pings(server.url, 50);
  const took = await pings(server.url, 300);
  report(`eight slow commands: median of ping ${at(took, 0.5)} ms, p99 ${at(took, 0.99)} ms`);
  assert(at(took, 0.5) < 5, `median of ping: ${at(took, 0.5)} ms`);
  client.abort();
  await Promise.all(calls);
});

Deno.test("a call that says nothing for ten seconds has begun its answer after five", async () => {
  await using server = await startServer();
  const call = toolCall("slow", "shell", { command: "sleep 10; echo woken" });
  const posts = {
    "a session": sessionPost(call, await openSession(server.url)),
    "no session": sessionPost(call),
    "the newest revision": modernPost("slow", "shell", { command: "sleep 10; echo woken" }),
  };
  await Promise.all(
    Object.entries(posts).map(async ([name, post]) => {
      const start = performance.now();
      const response = await send(server.url, post);
      const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
      const { value: first = "" } = await reader.read();
      const began = performance.now() - start;
      report(`silent call in ${name}: began after ${Math.round(began)} ms`);
      assertEquals(response.status, 200);
      assertEquals(response.headers.get("content-type"), "text/event-stream");
      assertMatch(first, /^:/);
      assert(began < 5_500, `${name}: began after ${began} ms`);
      let rest = "";
      for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
        rest += chunk.value;
      }
      assert(performance.now() - start > 9_900);
      assertStringIncludes(rest, "woken");
    }),
  );
});

/** Prints what was measured, where asked. */
function report(line: string): void {
  // deno-lint-ignore no-console -- for whoever asked
  if (Deno.env.get("LMCP_TEST_TIMES") !== undefined) console.log(line);
}
