// Tests of files, on real ones.

import { assert, assertEquals, assertRejects } from "@std/assert";
import { denoFiles } from "./deno_files.ts";
import { FileError, type FileErrorCode } from "./runtime.ts";

const files = denoFiles();
const bytes = (text: string) => new TextEncoder().encode(text);
const LINUX_ONLY = { ignore: Deno.build.os !== "linux" };

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function refused(act: () => Promise<unknown>, code: FileErrorCode): Promise<FileError> {
  const error = await assertRejects(act, FileError);
  assertEquals(error.code, code, error.message);
  assert(!/os error|file:\/\/|\.ts/.test(error.message), error.message);
  return error;
}

Deno.test("open() writes, flushes and reads a file", () =>
  inFolder(async (folder) => {
    const file = await files.open(`${folder}/a`, {
      read: true,
      write: true,
      createNew: true,
      mode: 0o600,
    });
    await file.write(bytes("hello, world"));
    await file.sync();
    const info = await file.info();
    assertEquals([info.type, info.size, info.mode, info.nlink], ["file", 12, 0o600, 1]);
    const into = new Uint8Array(5);
    assertEquals(await file.read(into, 7), 5);
    assertEquals(new TextDecoder().decode(into), "world");
    assertEquals(await file.read(into), null);
    file.close();
  }));

Deno.test("read() takes a place, and goes on from there", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/a`, "0123456789");
    const file = await files.open(`${folder}/a`, { read: true });
    const into = new Uint8Array(3);
    const next = async (at?: number) => {
      const count = await file.read(into, at);
      return count === null ? null : new TextDecoder().decode(into.subarray(0, count));
    };
    assertEquals(await next(), "012");
    assertEquals(await next(), "345");
    assertEquals(await next(6), "678");
    assertEquals(await next(2), "234");
    assertEquals(await next(), "567");
    assertEquals(await next(9), "9");
    assertEquals(await next(10), null);
    assertEquals(await next(0), "012");
    file.close();
  }));

Deno.test("write() appends where asked, and writes large content whole", () =>
  inFolder(async (folder) => {
    const large = new Uint8Array(5 << 20).fill(65);
    const file = await files.open(`${folder}/a`, { append: true, create: true });
    await file.write(large);
    await file.write(bytes("end"));
    file.close();
    const again = await files.open(`${folder}/a`, { append: true });
    await again.write(bytes("+"));
    again.close();
    const content = await Deno.readFile(`${folder}/a`);
    assertEquals(content.length, large.length + 4);
    assertEquals(new TextDecoder().decode(content.subarray(-5)), "Aend+");
  }));

Deno.test("errors carry a code and a sentence with the path", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "x");
    await Deno.symlink("loop", `${folder}/loop`);
    const at = (name: string) => `${folder}/${name}`;
    const missing = await refused(() => files.open(at("no"), { read: true }), "not_found");
    assertEquals(missing.message, `Cannot open "${at("no")}": no such file or folder`);
    assertEquals(missing.path, at("no"));
    await refused(() => files.stat(at("file/x")), "not_a_dir");
    await refused(() => files.open(at("file"), { write: true, createNew: true }), "exists");
    await refused(() => files.open(folder, { write: true }), "is_a_dir");
    await refused(() => files.remove(folder), "not_empty");
    await refused(() => files.stat(at("loop")), "loop");
    await refused(() => files.mkdir(at("file")), "exists");
    await refused(() => files.readlink(at("file")), "other");
    await refused(() => files.rename(at("no"), at("x")), "not_found");
    await refused(() => files.open("a\0b", { read: true }), "other");
    await refused(() => files.stat(at("x".repeat(300))), "other");
    await refused(async () => {
      for await (const entry of files.list(at("no"))) assert(entry);
    }, "not_found");
  }));

Deno.test("write() says that no space is left", LINUX_ONLY, async () => {
  const file = await files.open("/dev/full", { write: true });
  const error = await refused(() => file.write(bytes("x")), "no_space");
  assertEquals(error.message, 'Cannot write "/dev/full": no space is left on the disk');
  file.close();
});

Deno.test("stat() follows a symlink, lstat() does not, realpath() resolves", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "abc");
    await Deno.symlink("file", `${folder}/link`);
    assertEquals((await files.stat(`${folder}/link`)).type, "file");
    assertEquals((await files.lstat(`${folder}/link`)).type, "symlink");
    assertEquals(await files.readlink(`${folder}/link`), "file");
    assertEquals(await files.realpath(`${folder}/link`), `${folder}/file`);
    const [a, b] = [await files.stat(`${folder}/link`), await files.stat(`${folder}/file`)];
    assertEquals([a.dev, a.ino], [b.dev, b.ino]);
    assert(Math.abs(Date.now() - (b.mtimeMs ?? 0)) < 60_000);
  }));

Deno.test("list() tells every type of entry", LINUX_ONLY, () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    await Deno.mkdir(`${folder}/dir`);
    await Deno.symlink("/", `${folder}/symlink`);
    new Deno.Command("mkfifo", { args: [`${folder}/fifo`] }).outputSync();
    using _socket = Deno.listen({ transport: "unix", path: `${folder}/socket` });
    const found: Record<string, string> = {};
    for await (const { name, type } of files.list(folder)) found[name] = type;
    assertEquals(found, {
      file: "file",
      dir: "dir",
      symlink: "symlink",
      fifo: "fifo",
      socket: "socket",
    });
    assertEquals((await files.stat("/dev/null")).type, "char");
  }));

Deno.test("open() refuses a named pipe at once", LINUX_ONLY, () =>
  inFolder(async (folder) => {
    new Deno.Command("mkfifo", { args: [`${folder}/fifo`] }).outputSync();
    await refused(() => files.open(`${folder}/fifo`, { read: true }), "other");
    await refused(() => files.open(`${folder}/fifo`, { write: true }), "other");
  }));

Deno.test("mkdir(), rename(), chmod() and remove() do what they say", () =>
  inFolder(async (folder) => {
    await files.mkdir(`${folder}/a/b`, { recursive: true, mode: 0o700 });
    await files.mkdir(`${folder}/a/b`, { recursive: true });
    assertEquals((await files.stat(`${folder}/a`)).mode, 0o700);
    await files.rename(`${folder}/a`, `${folder}/c`);
    await files.chmod(`${folder}/c`, 0o750);
    const { mode, uid, gid } = await files.stat(`${folder}/c`);
    assertEquals(mode, 0o750);
    await files.chown(`${folder}/c`, uid!, gid!);
    await files.remove(`${folder}/c`, { recursive: true });
    await refused(() => files.stat(`${folder}/c`), "not_found");
  }));

Deno.test("sync() flushes a folder opened to read", LINUX_ONLY, () =>
  inFolder(async (folder) => {
    const file = await files.open(folder, { read: true });
    assertEquals((await file.info()).type, "dir");
    await file.sync();
    file.close();
  }));

Deno.test(
  "pin() leads to the same folder after it was renamed and replaced",
  LINUX_ONLY,
  () =>
    inFolder(async (folder) => {
      await Deno.mkdir(`${folder}/a`);
      await Deno.writeTextFile(`${folder}/a/file`, "inside");
      await Deno.symlink("a", `${folder}/link`);
      const pin = await files.pin(`${folder}/link`);
      assertEquals(pin?.realPath, `${folder}/a`);
      await Deno.rename(`${folder}/a`, `${folder}/b`);
      await Deno.symlink("/etc", `${folder}/a`);
      assertEquals((await files.stat(pin!.path)).type, "dir");
      assertEquals(await Deno.readTextFile(`${pin!.path}/file`), "inside");
      const fresh = await files.open(`${pin!.path}/new`, { write: true, createNew: true });
      await fresh.write(bytes("made"));
      fresh.close();
      await files.rename(`${pin!.path}/new`, `${pin!.path}/kept`);
      assertEquals(await Deno.readTextFile(`${folder}/b/kept`), "made");
      const names: string[] = [];
      for await (const { name } of files.list(pin!.path)) names.push(name);
      assertEquals(names.sort(), ["file", "kept"]);
      pin!.close();
      pin!.close();
      await refused(() => files.stat(pin!.path), "not_found");
    }),
);

Deno.test(
  "pin() holds a named pipe without waiting, and says when nothing is there",
  LINUX_ONLY,
  () =>
    inFolder(async (folder) => {
      new Deno.Command("mkfifo", { args: [`${folder}/fifo`] }).outputSync();
      const pin = await files.pin(`${folder}/fifo`);
      assertEquals((await files.stat(pin!.path)).type, "fifo");
      pin!.close();
      await refused(() => files.pin(`${folder}/no`), "not_found");
    }),
);
