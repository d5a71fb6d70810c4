// Twenty commands cancelled at once leave nothing: no process, no open file of lmcp's own.

import { assertEquals } from "@std/assert";
import { lacksProc } from "../support/lacks.ts";
import { markedSleep } from "../support/marked_sleep.ts";
import { type Program, startServer, startStdio } from "../support/program.ts";
import { until } from "../support/until.ts";
import { ask, MODERN_META, modernPost, toolCall } from "./http_talk.ts";
import { talk } from "./stdio_talk.ts";

const COMMANDS = 20;
const GONE_MS = 500;

Deno.test("twenty disconnects at once leave no process and no open file", async () => {
  if (lacksProc()) return;
  await using server = await startServer();
  const runAndLeave = async (count: number) => {
    const sleeps = Array.from({ length: count }, () => markedSleep());
    const client = new AbortController();
    const calls = sleeps.map(({ command }, at) =>
      ask(server.url, modernPost(at, "shell", { command }), client.signal).catch(() => "gone")
    );
    await endAll(sleeps, () => client.abort());
    assertEquals(await Promise.all(calls), sleeps.map(() => "gone"));
  };
  await runAndLeave(1);
  await ask(server.url, modernPost("ping", "ping", {}));
  await checkFiles(server, () => runAndLeave(COMMANDS));
});

Deno.test("twenty cancellations at once over stdio leave no process and no open file", async () => {
  if (lacksProc()) return;
  await using program = await startStdio();
  const { ask, tell } = talk(program);
  let id = 0;
  const runAndCancel = async (count: number) => {
    const sleeps = Array.from({ length: count }, () => markedSleep());
    const ids = sleeps.map(() => id++);
    sleeps.forEach(({ command }, at) => ask(toolCall(ids[at]!, "shell", { command }, MODERN_META)));
    await endAll(
      sleeps,
      () =>
        Promise.all(
          ids.map((requestId) =>
            tell({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId } })
          ),
        ),
    );
  };
  await runAndCancel(1);
  await checkFiles(program, () => runAndCancel(COMMANDS));
  const { result } = await ask(toolCall("ping", "ping", {}, MODERN_META));
  assertEquals(result.content[0].text, "pong");
});

/** Waits until all run, ends them, and waits until none is left. */
async function endAll(
  sleeps: readonly ReturnType<typeof markedSleep>[],
  end: () => unknown,
): Promise<void> {
  using cleanup = new DisposableStack();
  sleeps.forEach((sleep) => cleanup.use(sleep));
  await Promise.all(sleeps.map((sleep) => sleep.started()));
  await end();
  await Promise.all(sleeps.map((sleep) => sleep.gone(GONE_MS)));
}

/** Runs `work`, and fails when afterwards the program has more files open than before. */
async function checkFiles({ pid }: Program, work: () => Promise<void>): Promise<void> {
  const before = openFiles(pid);
  await work();
  const more = () => openFiles(pid).filter((file) => !before.includes(file));
  // Connections and pipes are closed a little after what used them.
  await until(() => openFiles(pid).length <= before.length, 2_000, "its files are closed")
    .catch((error) => {
      throw new Error(`${error.message}; beside those of before: ${more().join(", ")}`);
    });
}

function openFiles(pid: number): string[] {
  return Array.from(Deno.readDirSync(`/proc/${pid}/fd`), ({ name }) => {
    try {
      return Deno.readLinkSync(`/proc/${pid}/fd/${name}`);
    } catch {
      return `${name}, just closed`;
    }
  });
}
