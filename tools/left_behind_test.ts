import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { openRuntime } from "../src/runtime/open_runtime.ts";
import { endLeftBehind, serverName } from "./left_behind.ts";
import { CALL_MARK } from "./marked_processes.ts";
import { running, uniqueSleep } from "./testing/running.ts";

const linux = Deno.build.os === "linux";
const runtime = await openRuntime();

/** A process with a mark, and whether it still runs. Killed with the test. */
function marked(mark: string, options: Partial<Deno.CommandOptions> = {}) {
  const child = new Deno.Command("sleep", {
    args: [uniqueSleep()],
    env: { [CALL_MARK]: mark },
    stdin: "null",
    stdout: "null",
    stderr: "null",
    ...options,
  }).spawn();
  let ended = false;
  const status = child.status.finally(() => ended = true);
  return {
    status,
    pid: child.pid,
    lives: () => !ended && runtime.kill(child.pid, 0),
    async [Symbol.asyncDispose]() {
      if (!ended) child.kill("SIGKILL");
      await status;
    },
  };
}

/** The number and start of a process that is gone. */
async function someoneGone(): Promise<{ pid: string; start: string }> {
  const child = new Deno.Command("sleep", { args: ["300"], stdout: "null" }).spawn();
  const stat = await Deno.readTextFile(`/proc/${child.pid}/stat`);
  child.kill("SIGKILL");
  await child.status;
  return { pid: String(child.pid), start: stat.split(" ")[21]! };
}

Deno.test({
  name: "serverName() names this process, and is the same each time",
  ignore: !linux,
  fn: async () => {
    const name = await serverName(runtime);
    assertMatch(name, /^\d+\.\d+\.\d+\.\d+-$/);
    assert(name.startsWith(`${Deno.pid}.`));
    assertEquals(await serverName(runtime), name);
  },
});

Deno.test({
  name: "endLeftBehind() ends what a server that is gone marked, and nothing else",
  ignore: !linux,
  fn: async () => {
    const [pid, start, space, uid] = (await serverName(runtime)).slice(0, -1).split(".");
    const gone = await someoneGone();
    const name = (parts: Partial<Record<"pid" | "start" | "space" | "uid", string>>) => {
      const all = { ...gone, space, uid, ...parts };
      return `${all.pid}.${all.start}.${all.space}.${all.uid}-0123abcd-1.`;
    };
    await using killed = marked(name({}));
    await using reused = marked(name({ pid: pid! })); // A number that another process has by now.
    const spared = {
      "of a server that lives": marked(name({ pid: pid!, start: start! })),
      "of another namespace": marked(name({ space: "1" })),
      "of another user's server": marked(name({ uid: "12345" })),
      "with a mark of another form": marked("0123abcd-1."),
      "with half a mark": marked(`${gone.pid}.${gone.start}.`),
    };
    try {
      // A server that another test starts may be quicker with some of it.
      const { found, gone: all } = await endLeftBehind(runtime);
      assert(all && found <= 2, `${found} processes were found`);
      assertEquals((await killed.status).signal, "SIGTERM");
      assertEquals((await reused.status).signal, "SIGTERM");
      for (const [what, { lives }] of Object.entries(spared)) assert(lives(), what);
    } finally {
      for (const each of Object.values(spared)) await each[Symbol.asyncDispose]();
    }
  },
});

Deno.test({
  name: "endLeftBehind() kills what ignores SIGTERM, and what left its session",
  ignore: !linux,
  fn: async () => {
    const [, , space, uid] = (await serverName(runtime)).slice(0, -1).split(".");
    const { pid, start } = await someoneGone();
    const sleep = uniqueSleep();
    const shell = new Deno.Command("sh", {
      args: ["-c", `trap "" TERM; (setsid sleep ${sleep} &) & exec sleep ${sleep}`],
      env: { [CALL_MARK]: `${pid}.${start}.${space}.${uid}-0123abcd-1.` },
      stdout: "null",
    }).spawn();
    while ((await running(sleep)).filter((line) => !line.includes("sh -c")).length < 2) continue;
    assertEquals((await endLeftBehind(runtime)).gone, true);
    assertEquals((await shell.status).signal, "SIGKILL");
    assertEquals(await running(sleep), []);
  },
});

Deno.test({
  name: "endLeftBehind() spares another user's processes",
  ignore: !linux || Deno.uid() !== 0,
  fn: async () => {
    const [, , space, uid] = (await serverName(runtime)).slice(0, -1).split(".");
    const { pid, start } = await someoneGone();
    await using other = marked(`${pid}.${start}.${space}.${uid}-0123abcd-1.`, { uid: 65534 });
    await endLeftBehind(runtime);
    assert(other.lives());
    assertNotEquals((await Deno.stat(`/proc/${other.pid}`)).uid, Deno.uid());
  },
});
