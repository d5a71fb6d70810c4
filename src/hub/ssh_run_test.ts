// What goes wrong over ssh, with a real sshd: keys, hangs, broken connections, cancelled calls.

import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { stepsAtOnce } from "../../tests/support/at_once.ts";
import { until } from "../../tests/support/until.ts";
import { HostFailed, NotReached } from "./link.ts";
import { startSshBench } from "./testing/ssh_bench.ts";
import { lacksSshd } from "./testing/sshd.ts";

/** The processes whose command line holds a text. */
async function running(text: string): Promise<number> {
  let found = 0;
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const line = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
    if (line.startsWith("sleep\0") && line.includes(text)) found++;
  }
  return found;
}

Deno.test("Ssh.run() sends nothing to a host whose key is another one, or not known", async () => {
  if (lacksSshd()) return;
  await using bench = await startSshBench();
  const touch = () => bench.call("shell", { command: `touch ${bench.dir}/sent` });
  await bench.sshd.changeKnownKey();
  const changed = await assertRejects(touch, NotReached);
  assertStringIncludes(changed.message, "is not the one that is known");
  await bench.sshd.forgetKey();
  const unknown = await assertRejects(touch, NotReached);
  assertStringIncludes(
    unknown.message,
    "is not known on the hub, which connects to known hosts only",
  );
  await assertRejects(() => Deno.stat(`${bench.dir}/sent`), Deno.errors.NotFound);
});

Deno.test("Ssh.run() says why there is no way to a host", async () => {
  if (lacksSshd()) return;
  await using bench = await startSshBench();
  await Deno.writeTextFile(`${bench.sshd.dir}/authorized_keys`, "");
  await assertRejects(
    () => bench.call("shell", { command: "true" }),
    NotReached,
    "refuses the hub's key",
  );
  Deno.kill(bench.sshd.pid, "SIGKILL");
  await assertRejects(
    () => bench.call("shell", { command: "true" }),
    NotReached,
    "nothing listens there for ssh",
  );
});

Deno.test("Ssh.run() says that a host has no bash", async () => {
  if (lacksSshd()) return;
  await using bench = await startSshBench({ config: ["ForceCommand PATH=/nowhere; bash -s"] });
  await assertRejects(() => bench.call("shell", { command: "true" }), NotReached, "it has no bash");
});

Deno.test("Ssh.run() ends what it began on the host when the hub's ssh is killed", async () => {
  if (lacksSshd()) return;
  await using bench = await startSshBench();
  const mark = `5${Date.now() % 100_000_000}.5`;
  const call = bench.call("shell", { command: `sleep ${mark}` });
  await until(async () => await running(mark) === 1, 10_000, "it runs");
  bench.host.processes.killNow();
  // Whether the hub has heard by then that it runs, is chance; that it may have, is said either way.
  const error = await assertRejects(() => call, HostFailed);
  assertMatch(error.message, /the connection broke before the call ended|was known to have begun/);
  await until(async () => await running(mark) === 0, 10_000, "nothing of it runs");
});

Deno.test("Ssh.run() is not led astray by what a login prints", async () => {
  if (lacksSshd()) return;
  const noise = 'printf "welcome\\nlmcp-begin-\\n%s\\n" "$(seq 1 3000)"; exec bash -s';
  await using bench = await startSshBench({ config: [`ForceCommand ${noise}`] });
  const { content } = await bench.call("shell", { command: "echo hi" });
  assertEquals(content, [{ type: "text", text: "hi\n" }]);
});

/** They wait for seconds, so they do it together. */
Deno.test("Ssh.run()", async (t) => {
  if (lacksSshd()) return;
  await stepsAtOnce(t, {
    async "leaves nothing on the host of a call that is cancelled"() {
      await using bench = await startSshBench();
      const mark = `3${Date.now() % 100_000_000}.5`;
      const cancel = new AbortController();
      const call = bench.call("shell", {
        command:
          `sleep ${mark} & setsid sleep ${mark} & (trap '' HUP; sleep ${mark}) & sleep ${mark}`,
      }, { signal: cancel.signal });
      await until(async () => await running(mark) === 4, 10_000, "all of it runs");
      cancel.abort(new Error("enough"));
      const result = await call;
      assertEquals(result.isError, true);
      assertEquals((result.structuredContent as { cancelled: boolean }).cancelled, true);
      await until(async () => await running(mark) === 0, 10_000, "nothing of it runs");
    },
    async "kills what ignores its end, and gives what was printed before the time was over"() {
      await using bench = await startSshBench();
      const mark = `4${Date.now() % 100_000_000}.5`;
      const result = await bench.call("shell", {
        command: `echo before; trap '' TERM; sleep ${mark}; sleep ${mark}`,
        timeout_s: 1,
      });
      const { timed_out, output } = result.structuredContent as {
        timed_out: boolean;
        output: string;
      };
      assertEquals(timed_out, true);
      assertStringIncludes(output, "before\n[timed out after 1 s");
      await until(async () => await running(mark) === 0, 10_000, "nothing of it runs");
    },
    async "ends at its hard limit, whatever ssh does"() {
      await using bench = await startSshBench({ hardMs: 9_000 });
      const start = performance.now();
      const slow = await bench.call("shell", { command: "sleep 3600", timeout_s: 100 });
      assertStringIncludes(JSON.stringify(slow.content), "over ssh no call runs longer than");
      assert(performance.now() - start < 20_000);
    },
    async "ends at its hard limit where a login hangs, or the sshd"() {
      // A login that hangs: the sshd is there, and what it starts never comes to the script.
      await using hanging = await startSshBench({
        hardMs: 1_500,
        config: ["ForceCommand cat >/dev/null"],
      });
      const before = performance.now();
      await assertRejects(
        () => hanging.call("shell", { command: "true" }),
        HostFailed,
        "it took too long until the call was known to have begun",
      );
      assert(performance.now() - before < 20_000);
      Deno.kill(hanging.sshd.pid, "SIGSTOP");
      try {
        await assertRejects(
          () => hanging.call("shell", { command: "true" }),
          HostFailed,
          "it took too long until the call was known to have begun",
        );
      } finally {
        Deno.kill(hanging.sshd.pid, "SIGCONT");
      }
    },
  });
});
