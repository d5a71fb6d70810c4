// A call that its caller cancels leaves nothing on the host, by whichever way the hub took it there.

import { assert, assertEquals, assertLess } from "@std/assert";
import { connect } from "../../src/client/mod.ts";
import { lacksSshd, startSshd } from "../../src/hub/testing/sshd.ts";
import { lacksProc } from "../support/lacks.ts";
import { startHub, startServer } from "../support/program.ts";
import { until } from "../support/until.ts";

/** What heeds TERM is gone within a second; a machine that is busy gets more tries to show it. */
const HEEDS_MS = 1_000;
const TRIES = 5;
/** What ignores TERM gets KILL after two seconds. */
const IGNORES_MS = 10_000;

let marks = 0;

/** A length of sleep that no other test sleeps. */
function newMark(): string {
  return `${7_000_000 + Deno.pid}.${++marks}`;
}

/** The processes that sleep that long. */
function sleeping(mark: string): number {
  return [...Deno.readDirSync("/proc")].filter(({ name }) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return Deno.readTextFileSync(`/proc/${name}/cmdline`) === `sleep\0${mark}\0`;
    } catch {
      return false; // It has ended meanwhile.
    }
  }).length;
}

Deno.test("a remote_shell that is cancelled leaves nothing on the host, over mcp and over ssh", async (t) => {
  if (lacksProc() || lacksSshd()) return;
  const dir = await Deno.makeTempDir({ prefix: "lmcp-test-" });
  await using host = await startServer();
  await using sshd = await startSshd();
  const registry = `${dir}/backends.conf`;
  await Deno.writeTextFile(registry, `mcp ${host.url}\nssh - ssh=${sshd.target}\n`);
  await using hub = await startHub(["--backends", registry], {
    env: { LMCP_HUB_SSH: sshd.ssh.join(" ") },
  });
  await using client = await connect(hub.url);

  /** Milliseconds until all that a command sleeps in is gone, after its call was cancelled. */
  async function cancelled(host: string, command: (mark: string) => string, count: number) {
    const mark = newMark();
    const cancel = new AbortController();
    const args = { host, command: command(mark) };
    const call = client.callTool("remote_shell", args, { signal: cancel.signal })
      .then(() => "answered", () => "cancelled");
    await until(() => sleeping(mark) === count, 20_000, `${count} processes run`);
    const from = performance.now();
    cancel.abort();
    assertEquals(await call, "cancelled");
    await until(() => sleeping(mark) === 0, 20_000, "nothing of it runs");
    return performance.now() - from;
  }

  for (const way of ["mcp", "ssh"]) {
    await t.step(`${way}: a tree that heeds TERM, in sessions of its own too`, async () => {
      const tree = (mark: string) =>
        `sleep ${mark} & setsid sleep ${mark} & (sleep ${mark} & sleep ${mark}) & sleep ${mark}`;
      let ms = Infinity;
      for (let tries = 0; tries < TRIES && ms >= HEEDS_MS; tries++) {
        ms = await cancelled(way, tree, 5);
      }
      assertLess(ms, HEEDS_MS);
    });
    await t.step(`${way}: one that ignores it`, async () => {
      const stubborn = (mark: string) =>
        `trap '' TERM HUP INT; setsid sleep ${mark} & sleep ${mark} & sleep ${mark}; sleep ${mark}`;
      assertLess(await cancelled(way, stubborn, 3), IGNORES_MS);
    });
  }
  await client.close();
  assert((await hub.stop()).code === 0);
  await Deno.remove(dir, { recursive: true });
});
