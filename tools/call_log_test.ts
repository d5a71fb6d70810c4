import { assertEquals, assertMatch } from "@std/assert";
import { openRuntime } from "../src/runtime/open_runtime.ts";
import { type CallLog, CallLogs } from "./call_log.ts";
import { sweepLogs } from "./log_sweep.ts";

const runtime = await openRuntime();
const encode = (text: string) => new TextEncoder().encode(text);

async function withLog(body: (log: CallLog, stateDir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "lmcp-test-" });
  try {
    await body(new CallLogs(runtime, `${dir}/state`).start(), `${dir}/state`);
  } finally {
    await Deno.chmod(dir, 0o700);
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("CallLog puts nothing on disk for little output that nobody keeps", () =>
  withLog(async (log, stateDir) => {
    await log.write(encode("a"));
    await log.discard();
    await log.write(encode("late"));
    assertEquals(await Deno.stat(stateDir).catch(() => "nothing"), "nothing");
  }));

Deno.test("CallLog keeps what came before, and what comes until it is closed", () =>
  withLog(async (log) => {
    const buffer = encode("one ");
    await log.write(buffer);
    buffer.fill(0); // the caller may use its buffer again
    const path = await log.keep();
    await log.write(encode("two"));
    log.close();
    log.close();
    await log.write(encode("late"));
    assertMatch(path!, /\/state\/logs\/\d{8}T\d{6}-[0-9a-f]{8}\.log$/);
    assertEquals(await Deno.readTextFile(path!), "one two");
  }));

Deno.test("CallLog takes the file away again when it is discarded", () =>
  withLog(async (log, stateDir) => {
    await log.write(new Uint8Array(100_000));
    assertEquals([...Deno.readDirSync(`${stateDir}/logs`)].length, 1);
    await log.discard();
    assertEquals([...Deno.readDirSync(`${stateDir}/logs`)], []);
  }));

Deno.test("CallLog says why it cannot be written, and fails nothing", () =>
  withLog(async (log, stateDir) => {
    await Deno.writeTextFile(stateDir, "in the way");
    await log.write(new Uint8Array(100_000));
    await log.write(new Uint8Array(100_000));
    assertEquals(await log.keep(), undefined);
    assertMatch(log.problem!, /^Cannot make the folder ".*logs": /);
    await log.discard();
  }));

Deno.test("CallLog shuts a state folder that others could enter", () =>
  withLog(async (log, stateDir) => {
    await Deno.mkdir(`${stateDir}/logs`, { recursive: true, mode: 0o755 });
    await log.keep();
    log.close();
    for (const dir of [stateDir, `${stateDir}/logs`]) {
      assertEquals((await Deno.stat(dir)).mode! & 0o777, 0o700);
    }
  }));

Deno.test("sweepLogs() takes away what is too old or too much, oldest first, and nothing else", async () => {
  const dir = await Deno.makeTempDir();
  const now = Date.now();
  for (
    const [name, days] of [["new", 0], ["mid", 1], ["big", 2], ["old", 8], ["older", 9]] as const
  ) {
    await Deno.writeFile(`${dir}/${name}.log`, new Uint8Array(1_000));
    await Deno.utime(`${dir}/${name}.log`, new Date(), new Date(now - days * 86_400_000));
  }
  await Deno.writeTextFile(`${dir}/other.txt`, "x");
  await Deno.utime(`${dir}/other.txt`, 0, 0);
  const names = () => [...Deno.readDirSync(dir)].map(({ name }) => name).sort();
  await sweepLogs(runtime.files, dir);
  assertEquals(names(), ["big.log", "mid.log", "new.log", "other.txt"]);
  await sweepLogs(runtime.files, dir, { maxBytes: 2_500 });
  assertEquals(names(), ["mid.log", "new.log", "other.txt"]);
  await sweepLogs(runtime.files, `${dir}/nowhere`);
  await Deno.remove(dir, { recursive: true });
});
