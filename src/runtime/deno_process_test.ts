// Tests of processes and process groups, on real ones.

import { testAlone } from "../../tests/support/alone.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { signalled, spawnDeno } from "./deno_process.ts";
import { type Child, SpawnError, type SpawnOptions } from "./runtime.ts";

const ENV = { PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin" };

function shell(script: string, options: Partial<SpawnOptions> = {}): Child {
  return spawnDeno("sh", {
    args: ["-c", script],
    env: ENV,
    stdin: "closed",
    stdout: "piped",
    stderr: "ignored",
    ...options,
  });
}

async function textOf(stream: ReadableStream<Uint8Array> | undefined): Promise<string> {
  return await new Response(stream ?? null).text();
}

/** Reads until the text is there: the child has come so far. */
async function readUntil(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  wanted: string,
): Promise<void> {
  for (let text = ""; !text.includes(wanted);) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the stream ended before "${wanted}": ${text}`);
    text += new TextDecoder().decode(value);
  }
}

/** Reads to the end of the stream: nobody holds the pipe any more. */
async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await reader.read()).done);
}

/** A process that has closed its pipes needs a moment more to be gone; nothing tells of that. */
async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error("the condition did not come true in 5 s");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function within<T, L>(ms: number, promise: Promise<T>, late: () => L): Promise<T | L> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<L>((resolve, reject) => {
    timer = setTimeout(() => {
      try {
        resolve(late());
      } catch (error) {
        reject(error);
      }
    }, ms);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

function soon<T>(promise: Promise<T>): Promise<T> {
  return within(2_000, promise, () => {
    throw new Error("not settled within 2 s");
  });
}

async function closeAll(child: Child): Promise<void> {
  child.killGroup("SIGKILL");
  await child.stdin?.close().catch(() => undefined);
  if (child.stdout?.locked === false) await child.stdout.cancel();
  if (child.stderr?.locked === false) await child.stderr.cancel();
  await child.exited;
}

Deno.test("spawnDeno() tells the exit code and the output", async () => {
  const child = shell("echo out; echo err >&2; exit 3", { stderr: "piped" });
  const [out, err, status] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    child.exited,
  ]);
  assertEquals([out, err], ["out\n", "err\n"]);
  assertEquals(status, { code: 3, signal: undefined });
});

Deno.test("spawnDeno() tells the signal when one ended the process", async () => {
  const child = shell("kill -TERM $$; sleep 100");
  assertEquals(await child.exited, { code: undefined, signal: "SIGTERM" });
  await closeAll(child);
});

Deno.test("spawnDeno() gives exactly the environment that was given", async () => {
  Deno.env.set("LMCP_TEST_SECRET", "s3cret");
  try {
    const child = spawnDeno("env", {
      args: [],
      env: { ...ENV, ONLY: "this one" },
      stdin: "closed",
      stdout: "piped",
      stderr: "ignored",
    });
    const lines = (await textOf(child.stdout)).trim().split("\n").sort();
    assertEquals(lines, [`ONLY=this one`, `PATH=${ENV.PATH}`].sort());
    await child.exited;
  } finally {
    Deno.env.delete("LMCP_TEST_SECRET");
  }
});

Deno.test("spawnDeno() lets a closed stdin read as end of file", async () => {
  const child = shell("cat; echo end");
  assertEquals(await textOf(child.stdout), "end\n");
  assertEquals((await child.exited).code, 0);
});

Deno.test("spawnDeno() hands on what is written to a piped stdin", async () => {
  const child = shell("cat", { stdin: "piped" });
  const writer = child.stdin!.getWriter();
  await writer.write(new TextEncoder().encode("hello"));
  await writer.close();
  assertEquals(await textOf(child.stdout), "hello");
  await child.exited;
});

Deno.test("spawnDeno() runs in the folder that was given", async () => {
  const cwd = await Deno.realPath(await Deno.makeTempDir());
  const child = shell("pwd", { cwd });
  assertEquals(await textOf(child.stdout), `${cwd}\n`);
  await child.exited;
  await Deno.remove(cwd);
});

Deno.test("spawnDeno() makes the process the leader of its own group", async () => {
  const child = shell("ps -o pgid= -p $$");
  assertEquals(Number(await textOf(child.stdout)), child.pid);
  await child.exited;
});

Deno.test("killGroup() leaves nothing of a shell and its background children", async () => {
  const child = shell("sleep 100 & sleep 100 & echo up; wait");
  const reader = child.stdout!.getReader();
  await readUntil(reader, "up");
  assert(child.groupAlive());
  assert(child.killGroup("SIGTERM"));
  await soon(drain(reader));
  assertEquals((await child.exited).signal, "SIGTERM");
  await until(() => !child.groupAlive());
  assertEquals(child.killGroup("SIGKILL"), false);
});

Deno.test("killGroup() ends a group that ignores SIGTERM with SIGKILL", async () => {
  const child = shell("trap '' TERM; sleep 100 & echo up; wait; wait; sleep 100");
  const reader = child.stdout!.getReader();
  await readUntil(reader, "up");
  assert(child.killGroup("SIGTERM"));
  assert(child.groupAlive(), "SIGTERM must have been ignored");
  assert(child.killGroup("SIGKILL"));
  await soon(drain(reader));
  assertEquals((await child.exited).signal, "SIGKILL");
  await until(() => !child.groupAlive());
});

Deno.test("exited resolves while a background child holds stdout, and the group lives on", async () => {
  const child = shell("sleep 100 & exit 7");
  assertEquals(await soon(child.exited), { code: 7, signal: undefined });
  assert(child.groupAlive());
  assert(child.killGroup("SIGTERM"));
  await soon(drain(child.stdout!.getReader()));
  await until(() => !child.groupAlive());
});

Deno.test("killGroup() and groupAlive() are false after a process that left nothing", async () => {
  const child = shell("exit 0", { stdout: "ignored" });
  await child.exited;
  assertEquals(child.groupAlive(), false);
  assertEquals(child.killGroup("SIGTERM"), false);
});

Deno.test("groupAlive() does not count a zombie", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  // The shell becomes a `sleep` that never reaps the child which ended before.
  const child = shell("sleep 0 & exec sleep 100");
  const stat = () => Deno.readTextFileSync(`/proc/${child.pid}/stat`);
  await until(() => stat().includes("(sleep)"));
  const children = () =>
    [...Deno.readDirSync("/proc")].filter(({ name }) => Number(name) > 0).flatMap(({ name }) => {
      try {
        const text = Deno.readTextFileSync(`/proc/${name}/stat`);
        const [state, parent] = text.slice(text.lastIndexOf(")") + 2).split(" ");
        return Number(parent) === child.pid ? [{ pid: Number(name), state }] : [];
      } catch {
        return [];
      }
    });
  await until(() => children()[0]?.state === "Z");
  assert(child.groupAlive(), "the leader lives");
  Deno.kill(child.pid, "SIGSTOP");
  assert(child.groupAlive(), "a stopped leader lives");
  await closeAll(child);
  await until(() => !child.groupAlive());
});

Deno.test("killGroup() is false once a group without its leader has emptied", async () => {
  const child = shell("sleep 100 & echo $!");
  const reader = child.stdout!.getReader();
  const { value } = await reader.read();
  await child.exited;
  assert(child.groupAlive());
  Deno.kill(Number(new TextDecoder().decode(value)), "SIGKILL");
  await soon(drain(reader));
  await until(() => !child.killGroup("SIGTERM"));
  assertEquals(child.groupAlive(), false);
});

Deno.test("a producer of 1 GB waits for its reader, and ends when the reader cancels", async () => {
  const child = spawnDeno("head", {
    args: ["-c", String(1 << 30), "/dev/zero"],
    env: ENV,
    stdin: "closed",
    stdout: "piped",
    stderr: "ignored",
  });
  const before = Deno.memoryUsage().rss;
  const reader = child.stdout!.getReader();
  for (let read = 0; read < 1 << 20;) read += (await reader.read()).value?.length ?? 0;
  // It runs on only as far as the pipe holds.
  const race = await within(150, child.exited.then(() => "ended"), () => "waits");
  assertEquals(race, "waits");
  await reader.cancel();
  assertEquals((await soon(child.exited)).signal, "SIGPIPE");
  assert(Deno.memoryUsage().rss - before < 64 << 20, "the output must not be gathered");
});

testAlone(
  import.meta.url,
  "spawnDeno() leaves no open file behind after 20 processes",
  async () => {
    if (Deno.build.os !== "linux") return;
    const count = () => [...Deno.readDirSync("/proc/self/fd")].length;
    await closeAll(shell("exit 0", { stdin: "piped", stderr: "piped" }));
    const before = count();
    for (let n = 0; n < 20; n++) {
      await closeAll(shell("echo x; exit 0", { stdin: "piped", stderr: "piped" }));
    }
    await until(() => count() <= before);
    assertEquals(count(), before);
  },
);

Deno.test("spawnDeno() names the program that is not there", () => {
  const error = assertThrows(
    () => spawnDeno("no-such-program", { ...QUIET, env: { PATH: "/bin" } }),
    SpawnError,
  );
  assertEquals(error.code, "not_found");
  assertEquals(error.message, 'Cannot run "no-such-program": no such program on PATH ("/bin")');
});

Deno.test("spawnDeno() names the folder that is not there", () => {
  const error = assertThrows(
    () => spawnDeno("sh", { ...QUIET, cwd: "/no/such/folder" }),
    SpawnError,
  );
  assertEquals(error.code, "bad_cwd");
  assertStringIncludes(error.message, '"/no/such/folder"');
});

Deno.test("spawnDeno() says when a file may not be run, or the arguments are too long", async () => {
  const file = await Deno.makeTempFile();
  const denied = assertThrows(() => spawnDeno(file, QUIET), SpawnError);
  assertEquals(denied.code, "not_permitted");
  await Deno.remove(file);
  const long = assertThrows(
    () => spawnDeno("sh", { ...QUIET, args: ["x".repeat(4 << 20)] }),
    SpawnError,
  );
  assertEquals(long.code, "too_long");
});

Deno.test("signalled() is false for a process that is gone, and refuses to signal everybody", () => {
  assertEquals(signalled(0x3fffff, 0), false);
  assertEquals(signalled(Deno.pid, 0), true);
  for (const pid of [0, -1, NaN, 1.5]) assertThrows(() => signalled(pid, 0), RangeError);
});

const QUIET: SpawnOptions = {
  args: [],
  env: ENV,
  stdin: "closed",
  stdout: "ignored",
  stderr: "ignored",
};
