// Files: opening, reading, writing, listing, pins, and what is said when the system refuses.

import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import process from "node:process";
import { FileError, type FileErrorCode, type Files } from "../../src/runtime/runtime.ts";
import type { Case } from "./contract.ts";
import { within } from "./http_connection.ts";
import { until } from "./processes.ts";

const LINUX = process.platform === "linux";
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** The cases. */
export const FILES_SUITE: readonly Case[] = [
  {
    name: "open() writes, flushes and reads a file",
    async run({ runtime: { files }, folder }) {
      const options = { read: true, write: true, createNew: true, mode: 0o600 };
      const file = await files.open(`${folder}/a`, options);
      await file.write(bytes("hello, world"));
      await file.sync();
      const info = await file.info();
      deepEqual([info.type, info.size, info.mode, info.nlink], ["file", 12, 0o600, 1]);
      const into = new Uint8Array(5);
      equal(await file.read(into, 7), 5);
      equal(text(into), "world");
      equal(await file.read(into), null);
      file.close();
    },
  },
  {
    name: "read() takes a place, and goes on from there",
    async run({ runtime: { files }, folder }) {
      writeFileSync(`${folder}/a`, "0123456789");
      const file = await files.open(`${folder}/a`, { read: true, write: true });
      const next = async (at?: number) => {
        const into = new Uint8Array(3);
        const count = await file.read(into, at);
        return count === null ? null : text(into.subarray(0, count));
      };
      equal(await next(), "012");
      equal(await next(), "345");
      equal(await next(6), "678");
      equal(await next(2), "234");
      equal(await next(), "567");
      await file.write(bytes("X"));
      equal(await next(), "9");
      equal(await next(10), null);
      equal(await next(99), null);
      equal(await file.read(new Uint8Array(0)), 0);
      equal(await next(0), "012");
      equal(await next(6), "67X");
      file.close();
    },
  },
  {
    name: "read() goes on behind what was appended",
    async run({ runtime: { files }, folder }) {
      writeFileSync(`${folder}/a`, "0123456789");
      const file = await files.open(`${folder}/a`, { read: true, append: true });
      const into = new Uint8Array(3);
      equal(await file.read(into, 2), 3);
      equal(text(into), "234");
      await file.write(bytes("abc"));
      equal(await file.read(into), null);
      equal(await file.read(into, 3), 3);
      equal(text(into), "345");
      file.close();
      equal(readFileSync(`${folder}/a`, "utf8"), "0123456789abc");
    },
  },
  {
    name: "read() and write() reach beyond 4 GiB",
    async run({ runtime: { files }, folder }) {
      writeFileSync(`${folder}/a`, "");
      truncateSync(`${folder}/a`, 5 * 2 ** 30);
      appendFileSync(`${folder}/a`, "end");
      const file = await files.open(`${folder}/a`, { read: true, write: true });
      equal((await file.info()).size, 5 * 2 ** 30 + 3);
      const into = new Uint8Array(8);
      equal(await file.read(into, 5 * 2 ** 30), 3);
      equal(text(into.subarray(0, 3)), "end");
      await file.write(bytes("!"));
      equal((await file.info()).size, 5 * 2 ** 30 + 4);
      file.close();
    },
  },
  {
    name: "write() appends where asked, and writes large content whole",
    async run({ runtime: { files }, folder }) {
      const large = new Uint8Array(5 << 20).fill(65);
      const file = await files.open(`${folder}/a`, { append: true, create: true });
      await file.write(large);
      await file.write(bytes("end"));
      file.close();
      const again = await files.open(`${folder}/a`, { append: true });
      await again.write(bytes("+"));
      again.close();
      const content = readFileSync(`${folder}/a`);
      equal(content.length, large.length + 4);
      equal(content.subarray(-5).toString(), "Aend+");
    },
  },
  {
    name: "open() empties, makes and keeps as it is told",
    async run({ runtime: { files }, folder }) {
      const write = async (content: string, options: Parameters<Files["open"]>[1]) => {
        const file = await files.open(`${folder}/a`, options);
        await file.write(bytes(content));
        file.close();
        return readFileSync(`${folder}/a`, "utf8");
      };
      equal(await write("first", { write: true, create: true }), "first");
      equal(await write("se", { write: true, create: true }), "serst");
      equal(await write("3", { write: true, truncate: true }), "3");
      const wrong = [{}, { create: true }, { read: true, truncate: true }];
      for (const options of wrong) {
        await refused(() => files.open(`${folder}/a`, options), "other");
      }
      equal(readFileSync(`${folder}/a`, "utf8"), "3");
    },
  },
  {
    name: "errors carry a code and a sentence with the path",
    async run({ runtime: { files }, folder }) {
      writeFileSync(`${folder}/file`, "x");
      symlinkSync("loop", `${folder}/loop`);
      mkdirSync(`${folder}/full/dir`, { recursive: true });
      const at = (name: string) => `${folder}/${name}`;
      const says = async (act: () => Promise<unknown>, code: FileErrorCode, said: string) => {
        const error = await refused(act, code);
        equal(error.message.replaceAll(folder, ""), said);
        return error;
      };
      const missing = await says(
        () => files.open(at("no"), { read: true }),
        "not_found",
        'Cannot open "/no": no such file or folder',
      );
      equal(missing.path, at("no"));
      await says(
        () => files.stat(at("file/x")),
        "not_a_dir",
        'Cannot look at "/file/x": a part of the path is not a folder',
      );
      await says(
        () => files.open(at("file"), { write: true, createNew: true }),
        "exists",
        'Cannot open "/file": it is there already',
      );
      await says(
        () => files.open(at("full"), { write: true }),
        "is_a_dir",
        'Cannot open "/full": it is a folder',
      );
      await says(
        () => files.remove(at("full")),
        "not_empty",
        'Cannot remove "/full": the folder is not empty',
      );
      await says(
        () => files.stat(at("loop")),
        "loop",
        'Cannot look at "/loop": too many symlinks lead to each other',
      );
      await says(
        () => files.mkdir(at("file")),
        "exists",
        'Cannot make the folder "/file": it is there already',
      );
      await refused(() => files.mkdir(at("file"), { recursive: true }), "exists");
      await says(
        () => files.readlink(at("file")),
        "other",
        'Cannot read the link "/file": the system cannot do that with this path',
      );
      await says(
        () => files.rename(at("no"), at("x")),
        "not_found",
        'Cannot rename to "/x" the file "/no": no such file or folder',
      );
      await says(
        () => files.open("a\0b", { read: true }),
        "other",
        'Cannot open "a\\u0000b": the path holds a NUL character',
      );
      await says(
        () => files.stat(at("x".repeat(300))),
        "other",
        `Cannot look at "/${"x".repeat(300)}": the name is too long`,
      );
      await refused(() => files.realpath(at("no")), "not_found");
      await refused(() => files.remove(at("no")), "not_found");
      await refused(() => files.remove(at("no"), { recursive: true }), "not_found");
      await refused(() => files.chmod(at("no"), 0o600), "not_found");
      await refused(() => files.chown(at("no"), 1, 1), "not_found");
      await refused(() => namesOf(files, at("no")), "not_found");
      await refused(() => namesOf(files, at("file")), "not_a_dir");
    },
  },
  {
    name: "an operation on an open file fails with a sentence too",
    async run({ runtime: { files }, folder, lacks }) {
      writeFileSync(`${folder}/file`, "x");
      const reader = await files.open(`${folder}/file`, { read: true });
      await refused(() => reader.write(bytes("x")), "other");
      reader.close();
      const dir = await files.open(folder, { read: true });
      await refused(() => dir.read(new Uint8Array(1)), "is_a_dir");
      dir.close();
      if (lacks("/dev/full, so Linux", LINUX)) return;
      const full = await files.open("/dev/full", { write: true });
      const error = await refused(() => full.write(bytes("x")), "no_space");
      equal(error.message, 'Cannot write "/dev/full": no space is left on the disk');
      full.close();
    },
  },
  {
    name: "stat() follows a symlink, lstat() does not, realpath() resolves",
    async run({ runtime: { files }, folder }) {
      writeFileSync(`${folder}/file`, "abc");
      symlinkSync("file", `${folder}/link`);
      utimesSync(`${folder}/file`, 1_000_000_000.25, 1_500_000_000.9996);
      equal((await files.stat(`${folder}/link`)).type, "file");
      equal((await files.lstat(`${folder}/link`)).type, "symlink");
      equal(await files.readlink(`${folder}/link`), "file");
      equal(await files.realpath(`${folder}/link`), `${folder}/file`);
      const [a, b] = [await files.stat(`${folder}/link`), await files.stat(`${folder}/file`)];
      deepEqual(a, b);
      equal(b.mtimeMs, 1_500_000_000_999);
      deepEqual([b.size, b.nlink, b.uid], [3, 1, process.getuid?.() ?? null]);
      ok(Number.isInteger(b.dev) && Number.isInteger(b.ino));
    },
  },
  {
    name: "list() tells every type of entry",
    async run({ runtime: { files }, folder, after, lacks }) {
      if (lacks("named pipes and /dev, so Linux", LINUX)) return;
      writeFileSync(`${folder}/file`, "");
      mkdirSync(`${folder}/dir`);
      symlinkSync("/", `${folder}/symlink`);
      symlinkSync("/no/such", `${folder}/dangling`);
      execFileSync("mkfifo", [`${folder}/fifo`]);
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(`${folder}/socket`, resolve));
      after(() => server.close());
      const found: { [name: string]: string } = {};
      for await (const { name, type } of files.list(folder)) found[name] = type;
      deepEqual(found, {
        file: "file",
        dir: "dir",
        symlink: "symlink",
        dangling: "symlink",
        fifo: "fifo",
        socket: "socket",
      });
      equal((await files.stat("/dev/null")).type, "char");
      equal((await files.stat(`${folder}/socket`)).type, "socket");
    },
  },
  {
    name: "list() gives all of a large folder once, and lets go of it when it is left",
    async run({ runtime: { files }, folder }) {
      const names = Array.from({ length: 2_000 }, (_, n) => `file ${n}`);
      mkdirSync(`${folder}/many`);
      for (const name of names) writeFileSync(`${folder}/many/${name}`, "");
      deepEqual((await namesOf(files, `${folder}/many`)).sort(), names.sort());
      for (let n = 0; n < 20; n++) {
        for await (const { name } of files.list(`${folder}/many`)) {
          ok(name);
          break;
        }
      }
      await until(() => heldIn(folder) === 0, "lists that were left are closed");
    },
  },
  {
    name: "open() refuses a named pipe at once",
    async run({ runtime: { files }, folder, lacks }) {
      if (lacks("named pipes, so Linux", LINUX)) return;
      const path = `${folder}/fifo`;
      execFileSync("mkfifo", [path]);
      const said = `Cannot open ${JSON.stringify(path)}: it is a named pipe, not a file`;
      for (const options of [{ read: true }, { write: true }, { append: true }]) {
        const error = await refused(() => within(files.open(path, options), "open()"), "other");
        equal(error.message, said);
      }
    },
  },
  {
    name: "mkdir(), rename(), chmod() and remove() do what they say",
    async run({ runtime: { files }, folder }) {
      await files.mkdir(`${folder}/a/b`, { recursive: true, mode: 0o700 });
      await files.mkdir(`${folder}/a/b`, { recursive: true });
      equal((await files.stat(`${folder}/a`)).mode, 0o700);
      await files.rename(`${folder}/a`, `${folder}/c`);
      await files.chmod(`${folder}/c`, 0o1750);
      const { mode, uid, gid } = await files.stat(`${folder}/c`);
      equal(mode, 0o1750);
      await files.chown(`${folder}/c`, uid!, gid!);
      writeFileSync(`${folder}/c/x`, "1");
      writeFileSync(`${folder}/y`, "2");
      await files.rename(`${folder}/y`, `${folder}/c/x`);
      equal(readFileSync(`${folder}/c/x`, "utf8"), "2");
      mkdirSync(`${folder}/outside`);
      writeFileSync(`${folder}/outside/kept`, "");
      symlinkSync(`${folder}/outside`, `${folder}/c/link`);
      await files.remove(`${folder}/c`, { recursive: true });
      await refused(() => files.stat(`${folder}/c`), "not_found");
      symlinkSync(`${folder}/outside`, `${folder}/link`);
      await files.remove(`${folder}/link`, { recursive: true });
      deepEqual(readdirSync(folder), ["outside"]);
      deepEqual(readdirSync(`${folder}/outside`), ["kept"]);
      await files.remove(`${folder}/outside/kept`);
      await files.remove(`${folder}/outside`);
      deepEqual(readdirSync(folder), []);
    },
  },
  {
    name: "what this user may not do is not permitted",
    async run({ runtime: { files }, folder, lacks }) {
      if (lacks("/proc, so Linux", LINUX)) return;
      const said = 'Cannot remove "/proc/self/comm": not permitted';
      equal((await refused(() => files.remove("/proc/self/comm"), "not_permitted")).message, said);
      await refused(() => files.chmod("/proc/self/status", 0o777), "not_permitted");
      if (process.getuid?.() === 0) return;
      writeFileSync(`${folder}/file`, "");
      chmodSync(`${folder}/file`, 0);
      await refused(() => files.open(`${folder}/file`, { read: true }), "not_permitted");
      await refused(() => files.chown(`${folder}/file`, 0, 0), "not_permitted");
    },
  },
  {
    name: "sync() flushes a folder opened to read",
    async run({ runtime: { files }, folder, lacks }) {
      if (lacks("folders that open, so Linux", LINUX)) return;
      const file = await files.open(folder, { read: true });
      equal((await file.info()).type, "dir");
      await file.sync();
      file.close();
    },
  },
  {
    name: "close() gives the number of the file back at once, and it is used no more",
    async run({ runtime: { files }, folder, lacks }) {
      if (lacks("/proc, so Linux", LINUX)) return;
      writeFileSync(`${folder}/a`, "a");
      writeFileSync(`${folder}/b`, "b");
      const holds = () => heldIn(folder);
      const first = await files.open(`${folder}/a`, { read: true });
      equal(holds(), 1);
      first.close();
      equal(holds(), 0);
      const second = await files.open(`${folder}/b`, { read: true });
      await rejects(() => first.read(new Uint8Array(1)));
      await rejects(() => first.info());
      const into = new Uint8Array(1);
      equal(await second.read(into), 1);
      equal(text(into), "b");
      second.close();
    },
  },
  {
    name: "pin() leads to the same folder after it was renamed and replaced",
    async run({ runtime: { files }, folder, lacks }) {
      if (lacks("/proc, so Linux", LINUX)) return;
      mkdirSync(`${folder}/a`);
      writeFileSync(`${folder}/a/file`, "inside");
      symlinkSync("a", `${folder}/link`);
      const pin = (await files.pin(`${folder}/link`))!;
      equal(pin.realPath, `${folder}/a`);
      renameSync(`${folder}/a`, `${folder}/b`);
      symlinkSync("/etc", `${folder}/a`);
      equal((await files.stat(pin.path)).type, "dir");
      equal((await files.lstat(pin.path)).type, "symlink");
      equal(await files.realpath(`${pin.path}/file`), `${folder}/b/file`);
      const kept = await files.open(`${pin.path}/file`, { read: true });
      equal((await kept.info()).size, 6);
      kept.close();
      const fresh = await files.open(`${pin.path}/new`, { write: true, createNew: true });
      await fresh.write(bytes("made"));
      fresh.close();
      await files.rename(`${pin.path}/new`, `${pin.path}/kept`);
      equal(readFileSync(`${folder}/b/kept`, "utf8"), "made");
      deepEqual((await namesOf(files, pin.path)).sort(), ["file", "kept"]);
      pin.close();
      pin.close();
      await refused(() => files.stat(pin.path), "not_found");
    },
  },
  {
    name: "pin() holds a file whose name is gone, and it can be read",
    async run({ runtime: { files }, folder, lacks }) {
      if (lacks("/proc, so Linux", LINUX)) return;
      writeFileSync(`${folder}/file`, "held");
      const pin = (await files.pin(`${folder}/file`))!;
      await files.remove(`${folder}/file`);
      const file = await files.open(pin.path, { read: true });
      const into = new Uint8Array(9);
      equal(await file.read(into), 4);
      equal(text(into.subarray(0, 4)), "held");
      file.close();
      pin.close();
    },
  },
  {
    name: "pin() holds a named pipe without waiting, and says when nothing is there",
    async run({ runtime: { files }, folder, lacks }) {
      if (lacks("/proc, so Linux", LINUX)) return;
      execFileSync("mkfifo", [`${folder}/fifo`]);
      const pin = (await within(files.pin(`${folder}/fifo`), "pin()"))!;
      equal((await files.stat(pin.path)).type, "fifo");
      pin.close();
      const error = await refused(() => files.pin(`${folder}/no`), "not_found");
      equal(error.message, `Cannot hold "${folder}/no": no such file or folder`);
    },
  },
];

async function refused(act: () => Promise<unknown>, code: FileErrorCode): Promise<FileError> {
  let caught: unknown;
  await rejects(async () => {
    await act();
  }, (error) => {
    caught = error;
    return true;
  });
  ok(caught instanceof FileError, String(caught));
  equal(caught.code, code, caught.message);
  match(caught.message, /^Cannot /);
  ok(!/os error|file:\/\/|\.[tj]s\b|\bE[A-Z]{3,}\b/.test(caught.message), caught.message);
  return caught;
}

async function namesOf(files: Files, path: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of files.list(path)) names.push(name);
  return names;
}

/** How many files in a folder, or it itself, this program holds open; Linux tells, others none. */
function heldIn(folder: string): number {
  if (!LINUX) return 0;
  return readdirSync("/proc/self/fd").filter((fd) => linkOf(fd).startsWith(folder)).length;
}

function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    // The handle of the listing itself is gone by now.
    return "";
  }
}
