import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { FileError, type Files, type OpenFile } from "../src/runtime/runtime.ts";
import { ToolError } from "../src/server/define.ts";
import { atomicWrite, TEMP_PREFIX } from "./atomic_write.ts";
import { withHost } from "./testing/host.ts";

/** The machine's files, but a new file is made by `make`. */
function filesWith(files: Files, make: (file: OpenFile) => Partial<OpenFile>): Files {
  return {
    ...files,
    async open(path, options) {
      const file = await files.open(path, options);
      return options.createNew === true ? { ...file, ...make(file) } : file;
    },
  };
}

Deno.test("atomicWrite() keeps the old file when writing, flushing or the check fails", () =>
  withHost(async (host, scratch) => {
    const path = `${scratch}/a`;
    await Deno.writeTextFile(path, "old");
    const { files } = host.runtime;
    const leaving = new AbortController();
    const full = () => Promise.reject(new FileError("no_space", "temp", "full"));
    const failing: [string, Files, (() => Promise<void>) | undefined][] = [
      ["no space", filesWith(files, () => ({ write: full })), undefined],
      ["no space", filesWith(files, () => ({ sync: full })), undefined],
      ["other", files, () => Promise.reject(new ToolError("other"))],
      [
        "cancelled",
        filesWith(files, (file) => ({
          async write(bytes) {
            await file.write(bytes);
            leaving.abort(new Error("cancelled"));
          },
        })),
        undefined,
      ],
    ];
    for (const [said, machine, verify] of failing) {
      const place = await host.files.openPlace(path);
      try {
        const error = await assertRejects(
          async () =>
            await atomicWrite(machine, place, {
              bytes: new Uint8Array(3 * 1024 * 1024),
              old: await place.look(),
              signal: leaving.signal,
              ...(verify !== undefined && { verify }),
            }),
          Error,
        );
        assertStringIncludes(error.message, said);
      } finally {
        place.close();
      }
      assertEquals(await Deno.readTextFile(path), "old");
      assertEquals([...Deno.readDirSync(scratch)].map(({ name }) => name), ["a"]);
    }
  }));

Deno.test("atomicWrite() has a name for a file that is not complete, and only its owner reads it", () =>
  withHost(async (host, scratch) => {
    const path = `${scratch}/a`;
    await Deno.writeTextFile(path, "old");
    await Deno.chmod(path, 0o644);
    const seen: [string, number | null][] = [];
    const machine = filesWith(host.runtime.files, (file) => ({
      async write(bytes) {
        for (const { name } of Deno.readDirSync(scratch)) {
          const { mode } = Deno.statSync(`${scratch}/${name}`);
          if (name !== "a") seen.push([name, (mode ?? 0) & 0o777]);
        }
        await file.write(bytes);
      },
    }));
    const place = await host.files.openPlace(path);
    const { signal } = new AbortController();
    await atomicWrite(machine, place, {
      bytes: new Uint8Array(1),
      old: await place.look(),
      signal,
    });
    place.close();
    assertEquals(seen.length, 1);
    assert(seen[0]![0].startsWith(TEMP_PREFIX));
    assertEquals(seen[0]![1], 0o600);
  }));

Deno.test("atomicWrite() leaves the old file or the new one when the program is killed", () =>
  withHost(async (_host, scratch) => {
    const path = `${scratch}/a`;
    const texts = ["a".repeat(400_000), "b".repeat(300_000)];
    await Deno.writeTextFile(path, texts[0]!);
    const program = `
      import { openHost } from "${import.meta.resolve("./open_host.ts")}";
      import { openRuntime } from "${import.meta.resolve("../src/runtime/open_runtime.ts")}";
      import { writeFile } from "${import.meta.resolve("./write_file.ts")}";
      const host = await openHost(await openRuntime(), { stateDir: "${scratch}/state" });
      const tool = writeFile(host);
      const { signal } = new AbortController();
      console.log("ready");
      for (let n = 1;; n++) {
        const content = n % 2 ? "b".repeat(300_000) : "a".repeat(400_000);
        await tool.run({ path: "${path}", content }, { signal });
      }`;
    let left = 0;
    for (let round = 0; round < 6; round++) {
      await using child = new Deno.Command(Deno.execPath(), {
        args: ["eval", "--quiet", program],
        stdout: "piped",
      }).spawn();
      const reader = child.stdout.getReader();
      await reader.read();
      // Some writes in, at no particular place of the next.
      for await (const _event of some(Deno.watchFs(scratch), 4 + round * 7)) continue;
      child.kill("SIGKILL");
      await child.status;
      await reader.cancel();
      assert(texts.includes(await Deno.readTextFile(path)), "half a file");
      for (const { name } of Deno.readDirSync(scratch)) {
        if (name === "a") continue;
        assert(name.startsWith(TEMP_PREFIX), name);
        left++;
      }
    }
    // Not more than one a kill.
    assert(left <= 21, `${left} files were left`);
  }));

async function* some(watcher: Deno.FsWatcher, count: number): AsyncGenerator<Deno.FsEvent> {
  for await (const event of watcher) {
    yield event;
    if (--count <= 0) return;
  }
}
