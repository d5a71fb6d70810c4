// Processes: what a child is given and says, how it ends, its group, and what could not be started.

import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import process from "node:process";
import {
  type OpenFile,
  type Runtime,
  SpawnError,
  type SpawnOptions,
} from "../../src/runtime/runtime.ts";
import {
  childrenOf,
  closeAll,
  drain,
  ENV,
  QUIET,
  readUntil,
  shell,
  statOf,
  textOf,
  until,
} from "./children.ts";
import type { Case, Context } from "./contract.ts";
import { within } from "./http_connection.ts";

const LINUX = process.platform === "linux";
const bytes = (text: string) => new TextEncoder().encode(text);

/** The cases. */
export const PROCESS_SUITE: readonly Case[] = [
  {
    name: "spawn() tells the exit code and the output",
    async run(context) {
      const child = shell(context, "echo out; echo err >&2; exit 3", { stderr: "piped" });
      deepEqual(await Promise.all([textOf(child.stdout), textOf(child.stderr), child.exited]), [
        "out\n",
        "err\n",
        { code: 3, signal: undefined },
      ]);
      equal(child.stdin, undefined);
    },
  },
  {
    name: "spawn() tells the signal that ended the process",
    async run(context) {
      for (const signal of ["TERM", "KILL", "HUP", "INT", "SEGV", "USR1", "ABRT"]) {
        const child = shell(context, `ulimit -c 0; kill -${signal} $$; sleep 100`);
        const status = await within(child.exited, "the end");
        deepEqual(status, { code: undefined, signal: `SIG${signal}` });
      }
    },
  },
  {
    name: "a signal without a name ends a process like any other",
    async run(context) {
      if (context.lacks("real-time signals, so Linux", LINUX)) return;
      const child = shell(context, "kill -40 $$; sleep 100");
      const { code, signal } = await within(child.exited, "the end");
      // Not every runtime knows that it was a signal.
      ok(signal === "SIG40" || code === 0, `${code}, ${signal}`);
      equal(child.groupAlive(), false);
    },
  },
  {
    name: "spawn() gives exactly the environment that was given",
    async run({ runtime }) {
      process.env.LMCP_TEST_SECRET = "s3cret";
      try {
        const env = { ...ENV, ONLY: "this one", EMPTY: "", "a.b": "Zoë\n2" };
        const child = runtime.spawn("env", { ...QUIET, args: ["-0"], env, stdout: "piped" });
        const found = (await textOf(child.stdout)).split("\0").filter(Boolean).sort();
        deepEqual(found, Object.entries(env).map(([name, value]) => `${name}=${value}`).sort());
      } finally {
        delete process.env.LMCP_TEST_SECRET;
      }
    },
  },
  {
    name: "spawn() hands on arguments as they are",
    async run({ runtime }) {
      const args = [
        "-c",
        'printf "%s\\0" "$@"',
        "sh",
        "",
        "a b",
        "'\"$HOME\\",
        "Zoë 🎉",
        "x\ny",
        "-e",
      ];
      const child = runtime.spawn("sh", { ...QUIET, args, stdout: "piped" });
      deepEqual((await textOf(child.stdout)).split("\0").slice(0, -1), args.slice(3));
    },
  },
  {
    name: "spawn() lets a closed stdin read as end of file",
    async run(context) {
      const child = shell(context, "cat; echo end");
      equal(await textOf(child.stdout), "end\n");
      equal((await child.exited).code, 0);
    },
  },
  {
    name: "spawn() hands on what is written to a piped stdin",
    async run(context) {
      const child = shell(context, "cat; echo; cat /dev/null", { stdin: "piped" });
      const writer = child.stdin!.getWriter();
      await writer.write(bytes("hello, "));
      await writer.write(bytes("world"));
      await writer.close();
      equal(await textOf(child.stdout), "hello, world\n");
      equal((await child.exited).code, 0);
    },
  },
  {
    name: "a write to stdin waits for the child to read",
    async run(context) {
      const child = shell(context, "read go; wc -c", { stdin: "piped" });
      const writer = child.stdin!.getWriter();
      const size = 8 << 20;
      const written = writer.write(new Uint8Array(size).fill(120));
      const first = await Promise.race([written.then(() => "written"), passed(100)]);
      equal(first, "passed");
      await closeAll(child);
      await within(written.catch(() => undefined), "a write to a child that was killed");
      const again = shell(context, "read go; wc -c", { stdin: "piped" });
      const out = textOf(again.stdout);
      const next = again.stdin!.getWriter();
      await next.write(bytes("go\n"));
      await within(next.write(new Uint8Array(size)), "a write that is read");
      await next.close();
      equal(Number(await out), size);
    },
  },
  {
    name: "a write to a child that reads no more fails, and nothing else does",
    async run(context) {
      const child = shell(context, "exec 0<&-; echo closed; sleep 100", { stdin: "piped" });
      const reader = child.stdout!.getReader();
      await readUntil(reader, "closed");
      const writer = child.stdin!.getWriter();
      const failed = await within(
        writer.write(new Uint8Array(4 << 20)).then(() => "written", () => "failed"),
        "a write to a closed stdin",
      );
      equal(failed, "failed");
      await reader.cancel();
      const gone = shell(context, "exit 0", { stdin: "piped" });
      await gone.exited;
      const late = gone.stdin!.getWriter();
      late.closed.catch(() => undefined);
      await within(
        late.write(new Uint8Array(4 << 20)).then(() => "written", () => "failed"),
        "a write to a process that has ended",
      ).then((how) => equal(how, "failed"));
    },
  },
  {
    name: "the streams of a child can be opened by their names",
    async run(context) {
      if (context.lacks("/dev/stderr, so Linux", LINUX)) return;
      const script = `read first </dev/stdin; echo "$first" >/dev/stdout; echo err >/dev/stderr;
        cat /dev/stdin | tee /dev/stderr`;
      const child = shell(context, script, { stdin: "piped", stderr: "piped" });
      const writer = child.stdin!.getWriter();
      await writer.write(bytes("first\nrest\n"));
      await writer.close();
      deepEqual(await Promise.all([textOf(child.stdout), textOf(child.stderr)]), [
        "first\nrest\n",
        "err\nrest\n",
      ]);
    },
  },
  {
    name: "spawn() runs in the folder that was given",
    async run(context) {
      const child = shell(context, "pwd", { cwd: context.folder });
      equal(await textOf(child.stdout), `${context.folder}\n`);
      const own = shell(context, "pwd -P");
      equal(await textOf(own.stdout), `${realpathSync(context.runtime.cwd())}\n`);
    },
  },
  {
    name: "spawn() finds a program on the PATH that was given, in its order",
    async run(context) {
      const { folder, runtime } = context;
      for (const dir of ["a", "b", "c"]) mkdirSync(`${folder}/${dir}`);
      writeFileSync(`${folder}/a/greet`, "#!/bin/sh\necho a\n");
      writeFileSync(`${folder}/b/greet`, "#!/bin/sh\necho b\n");
      writeFileSync(`${folder}/c/greet`, "#!/bin/sh\necho c\n");
      chmodSync(`${folder}/b/greet`, 0o755);
      chmodSync(`${folder}/c/greet`, 0o755);
      const PATH = ["a", "b", "c"].map((dir) => `${folder}/${dir}`).join(":");
      const child = runtime.spawn("greet", { ...QUIET, env: { PATH }, stdout: "piped" });
      equal(await textOf(child.stdout), "b\n");
    },
  },
  {
    name: "a child has no open file but its three streams",
    async run(context) {
      if (context.lacks("/proc, so Linux", LINUX)) return;
      const { runtime: { files }, folder } = context;
      // What started the tests may have left more open: that is not ours to close.
      const more = async () => {
        const child = shell(context, "ls -l /proc/$$/fd", { stdin: "piped", stderr: "piped" });
        const listed = await textOf(child.stdout);
        return [...listed.matchAll(/ (\d+) -> .*$/gm)].map(([, fd]) => fd).filter((fd) =>
          Number(fd) > 2
        );
      };
      const before = await more();
      writeFileSync(`${folder}/file`, "");
      const file = await files.open(`${folder}/file`, { read: true });
      const pin = await files.pin(folder);
      const others = [1, 2, 3].map(() => shell(context, "sleep 100", { stdin: "piped" }));
      deepEqual(await more(), before);
      for (const other of others) await closeAll(other);
      pin?.close();
      file.close();
    },
  },
  {
    name: "spawn() makes the process the leader of its own group and session",
    async run(context) {
      const child = shell(context, "ps -o pgid=,sess= -p $$");
      const [group, session] = (await textOf(child.stdout)).trim().split(/\s+/).map(Number);
      equal(group, child.pid);
      equal(session, child.pid);
    },
  },
  {
    name: "what a child said before its end is there however late one reads",
    async run(context) {
      const size = 50_000;
      const child = shell(context, `head -c ${size} /dev/zero; echo err >&2`, { stderr: "piped" });
      await within(child.exited, "the end");
      await new Promise((resolve) => setTimeout(resolve, 50));
      const [out, err] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
      equal(out.length, size);
      equal(err, "err\n");
    },
  },
  {
    name: "output comes as it is written, in plain byte arrays",
    async run(context) {
      const child = shell(context, "echo one; read go; echo two", { stdin: "piped" });
      const reader = child.stdout!.getReader();
      const { value } = await within(reader.read(), "the first line");
      equal(Object.getPrototypeOf(value), Uint8Array.prototype);
      equal(new TextDecoder().decode(value), "one\n");
      const writer = child.stdin!.getWriter();
      await writer.write(bytes("\n"));
      equal(await readUntil(reader, "two"), "two\n");
      await drain(reader);
      await writer.close().catch(() => undefined);
    },
  },
  {
    name: "all of 64 MiB comes through, unchanged",
    async run(context) {
      const child = shell(
        context,
        "yes 0123456789abcde | head -c 67108864 | tee /dev/fd/3 3>&1 >/dev/null",
      );
      const wanted = bytes("0123456789abcde\n".repeat(1024));
      let size = 0;
      let wrong = -1;
      const reader = child.stdout!.getReader();
      for (;;) {
        const { value, done } = await within(reader.read(), "more output");
        if (done) break;
        for (let at = 0; at < value.length && wrong < 0; at += 997) {
          if (value[at] !== wanted[(size + at) % 16]) wrong = size + at;
        }
        size += value.length;
      }
      deepEqual([size, wrong], [67_108_864, -1]);
    },
  },
  {
    name: "a producer of 1 GB waits for its reader, and ends when the reader cancels",
    async run({ runtime, after }) {
      const args = ["-c", String(2 ** 30), "/dev/zero"];
      const child = runtime.spawn("head", { ...QUIET, args, stdout: "piped" });
      after(() => closeAll(child));
      const before = process.memoryUsage().rss;
      const reader = child.stdout!.getReader();
      for (let read = 0; read < 1 << 20;) read += (await reader.read()).value?.length ?? 0;
      // It runs on only as far as the pipe holds.
      equal(await Promise.race([child.exited.then(() => "ended"), passed(150)]), "passed");
      await reader.cancel();
      equal((await within(child.exited, "the end")).signal, "SIGPIPE");
      ok(process.memoryUsage().rss - before < 64 << 20, "the output must not be gathered");
    },
  },
  {
    name: "cancel() ends a read that waits",
    async run(context) {
      const child = shell(context, "sleep 100");
      const reader = child.stdout!.getReader();
      const read = reader.read();
      await within(reader.cancel(), "the cancel");
      equal((await within(read, "the read")).done, true);
      ok(child.groupAlive());
    },
  },
  {
    name: "killGroup() leaves nothing of a shell and its background children",
    async run(context) {
      const child = shell(context, "sleep 100 & sleep 100 & echo up; wait");
      const reader = child.stdout!.getReader();
      await readUntil(reader, "up");
      ok(child.groupAlive());
      ok(child.killGroup("SIGTERM"));
      await drain(reader);
      equal((await child.exited).signal, "SIGTERM");
      await until(() => !child.groupAlive(), "the group is gone");
      equal(child.killGroup("SIGKILL"), false);
    },
  },
  {
    name: "killGroup() ends a group that ignores SIGTERM with SIGKILL",
    async run(context) {
      const child = shell(context, "trap '' TERM; sleep 100 & echo up; wait; wait; sleep 100");
      const reader = child.stdout!.getReader();
      await readUntil(reader, "up");
      ok(child.killGroup("SIGTERM"));
      ok(child.groupAlive(), "SIGTERM must have been ignored");
      ok(child.killGroup(9));
      await drain(reader);
      equal((await child.exited).signal, "SIGKILL");
      await until(() => !child.groupAlive(), "the group is gone");
    },
  },
  {
    name: "exited resolves while a background child holds stdout, and the group lives on",
    async run(context) {
      const child = shell(context, "sleep 100 & exit 7");
      deepEqual(await within(child.exited, "the end"), { code: 7, signal: undefined });
      ok(child.groupAlive());
      ok(child.killGroup("SIGTERM"));
      await drain(child.stdout!.getReader());
      await until(() => !child.groupAlive(), "the group is gone");
    },
  },
  {
    name: "what a background child says after the end of the process is read",
    async run(context) {
      const script = "{ while kill -0 $$ 2>/dev/null; do :; done; echo later; } & exit 0";
      const child = shell(context, script);
      await within(child.exited, "the end");
      equal(await textOf(child.stdout), "later\n");
    },
  },
  {
    name: "killGroup() and groupAlive() are false after a process that left nothing",
    async run(context) {
      const child = shell(context, "exit 0", { stdout: "ignored" });
      await child.exited;
      equal(child.groupAlive(), false);
      equal(child.killGroup("SIGTERM"), false);
    },
  },
  {
    name: "groupAlive() does not count a zombie",
    async run(context) {
      if (context.lacks("/proc, so Linux", LINUX)) return;
      // The shell becomes a `sleep` that never reaps the child which ended before.
      const child = shell(context, "sleep 0 & exec sleep 100");
      await until(() => statOf(child.pid).includes("(sleep)"), "the shell has become a sleep");
      await until(() => childrenOf(child.pid)[0]?.state === "Z", "its child is a zombie");
      ok(child.groupAlive(), "the leader lives");
      context.runtime.kill(child.pid, 19);
      ok(child.groupAlive(), "a stopped leader lives");
      await closeAll(child);
      await until(() => !child.groupAlive(), "the group is gone");
    },
  },
  {
    name: "killGroup() is false once a group without its leader has emptied",
    async run(context) {
      const child = shell(context, "sleep 100 & echo $!");
      const reader = child.stdout!.getReader();
      const pid = Number(await readUntil(reader, "\n"));
      await child.exited;
      ok(child.groupAlive());
      ok(context.runtime.kill(pid, "SIGKILL"));
      await drain(reader);
      await until(() => !child.killGroup("SIGTERM"), "the group is gone");
      equal(child.groupAlive(), false);
    },
  },
  {
    name: "40 processes at once all tell their own end",
    async run(context) {
      const children = Array.from({ length: 40 }, (_, n) => shell(context, `echo ${n}; exit ${n}`));
      const told = await Promise.all(children.map(async (child) => {
        const [text, { code }] = await Promise.all([textOf(child.stdout), child.exited]);
        return [Number(text), code];
      }));
      deepEqual(told, children.map((_, n) => [n, n]));
    },
  },
  {
    name: "spawn() leaves no open file and no zombie behind",
    async run(context) {
      if (context.lacks("/proc, so Linux", LINUX)) return;
      const count = () => readdirSync("/proc/self/fd").length;
      const all: Partial<SpawnOptions> = { stdin: "piped", stderr: "piped" };
      await closeAll(shell(context, "exit 0", all));
      await until(() => childrenOf(process.pid).length === 0, "earlier children are gone");
      const before = count();
      for (let n = 0; n < 20; n++) await closeAll(shell(context, "echo x; exit 0", all));
      for (let n = 0; n < 20; n++) {
        const child = shell(context, "echo x; sleep 100", all);
        const reader = child.stdout!.getReader();
        await readUntil(reader, "x");
        await reader.cancel();
        await closeAll(child);
      }
      for (let n = 0; n < 20; n++) {
        throws(() =>
          context.runtime.spawn("no-such-program", { ...QUIET, ...all, stdout: "piped" })
        );
      }
      // A few pipes may be kept ready for the next.
      await until(() => count() <= before + 8, "all pipes are closed");
      await until(() => childrenOf(process.pid).length === 0, "all children are reaped");
    },
  },
  {
    name: "spawn() names the program that is not there, or not to be run",
    run({ runtime, folder }) {
      const at = (name: string) => `${folder}/${name}`;
      writeFileSync(at("plain"), "echo x\n");
      writeFileSync(at("lost"), "#!/no/such/interpreter\n");
      chmodSync(at("lost"), 0o755);
      mkdirSync(at("dir"));
      symlinkSync("nowhere", at("dangling"));
      const PATH = folder;
      const notFound = ": no such program, or its interpreter is missing";
      const denied = ": it is not a program this user may run";
      const table: [command: string, code: SpawnError["code"], said: string][] = [
        ["no-such-program", "not_found", `: no such program on PATH (${JSON.stringify(PATH)})`],
        [at("none"), "not_found", notFound],
        [at("lost"), "not_found", notFound],
        [at("dangling"), "not_found", notFound],
        [at("plain"), "not_permitted", denied],
        ["plain", "not_found", `: no such program on PATH (${JSON.stringify(PATH)})`],
        [at("dir"), "not_permitted", denied],
      ];
      for (const [command, code, said] of table) {
        const error = refused({ runtime }, command, { env: { PATH } });
        deepEqual([error.code, error.message], [
          code,
          `Cannot run ${JSON.stringify(command)}${said}`,
        ]);
      }
      return Promise.resolve();
    },
  },
  {
    name: "spawn() names the folder that is not there",
    run({ runtime, folder }) {
      writeFileSync(`${folder}/file`, "");
      for (const cwd of [`${folder}/no`, `${folder}/file`, `${folder}/file/x`]) {
        const error = refused({ runtime }, "sh", { cwd });
        equal(error.code, "bad_cwd");
        equal(
          error.message,
          `Cannot run "sh": the folder to run in, ${JSON.stringify(cwd)}, is not there`,
        );
      }
      return Promise.resolve();
    },
  },
  {
    name: "spawn() says that the arguments are too long, or hold what no argument can",
    run({ runtime }) {
      const long = refused({ runtime }, "sh", { args: ["x".repeat(4 << 20)] });
      equal(long.code, "too_long");
      match(long.message, /pass the data on stdin or in a file$/);
      const nul: [command: string, options: Partial<SpawnOptions>][] = [
        ["sh", { args: ["a\0b"] }],
        ["sh", { env: { ...ENV, A: "a\0b" } }],
        ["s\0h", {}],
      ];
      for (const [command, options] of nul) {
        const error = refused({ runtime }, command, options);
        equal(error.code, "other");
        match(error.message, /: its name, arguments and environment cannot hold a NUL character$/);
      }
      equal(refused({ runtime }, "", {}).code, "not_found");
      return Promise.resolve();
    },
  },
  {
    name: "spawn() and open() say that no more files can be open, and work again when they can",
    async run(context) {
      const isThere = ENV.PATH.split(":").some((dir) => existsSync(`${dir}/prlimit`));
      if (context.lacks("prlimit and /proc, so Linux", LINUX && isThere)) return;
      const { runtime, folder } = context;
      const [soft, hard] = /^Max open files\s+(\d+)\s+(\d+)/m.exec(
        readFileSync("/proc/self/limits", "utf8"),
      )!.slice(1);
      await textOf(shell(context, "echo warm").stdout);
      // It holds all that it needs by the time that nothing can be opened any more.
      const limiter = spawn("sh", ["-c", LIMITER, "sh", `${process.pid}`, `${soft}:${hard}`]);
      context.after(() => limiter.kill());
      const said = limiter.stdout[Symbol.asyncIterator]();
      await within(said.next(), "the limiter");
      const open = Math.max(...readdirSync("/proc/self/fd").map(Number));
      limiter.stdin.write(`${open + 1}:${hard}\n`);
      await within(said.next(), "the limit");
      const held: OpenFile[] = [];
      const error = await filled(runtime, `${folder}/file`, held).catch((error) => error);
      const spawned = [0, 1, 2].map(() => caughtFrom(() => shell(context, "exit 0")));
      for (const file of held) file.close();
      limiter.stdin.write("back\n");
      await within(said.next(), "the end of the limit");
      deepEqual([error.name, error.code], ["FileError", "too_many_open"]);
      for (const error of spawned) {
        ok(error instanceof SpawnError, String(error));
        equal(error.code, "no_resources");
      }
      equal(await textOf(shell(context, "echo x >/dev/stderr", { stderr: "piped" }).stderr), "x\n");
    },
  },
  {
    name: "kill() is false for a process that is gone, and refuses to signal everybody",
    async run(context) {
      const { runtime } = context;
      equal(runtime.kill(0x3fffff, 0), false);
      equal(runtime.kill(runtime.pid, 0), true);
      for (const pid of [0, -1, NaN, 1.5, 2 ** 31, 2 ** 40, -(2 ** 32)]) {
        throws(() => runtime.kill(pid, 0), RangeError);
      }
      const child = shell(
        context,
        "trap 'echo got; exit 5' USR1; echo up; while :; do sleep 0.01; done",
      );
      const reader = child.stdout!.getReader();
      await readUntil(reader, "up");
      equal(runtime.kill(child.pid, 10), true);
      await readUntil(reader, "got");
      equal((await within(child.exited, "the end")).code, 5);
      await until(() => !runtime.kill(-child.pid, 0), "the group is gone");
    },
  },
];

/** Takes a limit of open files for a process from its input, and sets its own back after that. */
const LIMITER = `echo ready; read limit; prlimit --pid $1 --nofile=$limit && echo low
  read back; prlimit --pid $1 --nofile=$2 && echo back`;

async function filled(runtime: Runtime, path: string, held: OpenFile[]): Promise<void> {
  for (;;) held.push(await runtime.files.open(path, { write: true, create: true }));
}

function caughtFrom(act: () => unknown): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
}

function refused(
  { runtime }: Pick<Context, "runtime">,
  command: string,
  options: Partial<SpawnOptions>,
): SpawnError {
  let caught: unknown;
  throws(() => runtime.spawn(command, { ...QUIET, ...options }), (error) => {
    caught = error;
    return true;
  });
  ok(caught instanceof SpawnError, String(caught));
  ok(!/os error|file:\/\/|\.[tj]s\b|\bE[A-Z]{3,}\b/.test(caught.message), caught.message);
  return caught;
}

/** Resolves with "passed" when the time has passed. */
function passed(ms: number): Promise<string> {
  return new Promise((resolve) => setTimeout(resolve, ms, "passed"));
}
