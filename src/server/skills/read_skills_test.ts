import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { readSkills, type SkillReader } from "./read_skills.ts";

/** Reads a real folder, as a user's program would. */
function folderReader(root: string): SkillReader {
  return {
    async list(path) {
      const entries = [];
      for await (const { name, isFile, isDirectory } of Deno.readDir(`${root}/${path}`)) {
        const kind = isFile ? "file" : isDirectory ? "folder" : "other";
        entries.push({ name, kind } as const);
      }
      return entries;
    },
    read: (path) => Deno.readFile(`${root}/${path}`),
  };
}

async function inFolder(
  files: { readonly [path: string]: string },
  use: (root: string) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(`${root}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeTextFile(`${root}/${path}`, text);
    }
    await use(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("readSkills() finds every folder with a SKILL.md, at its path, and all that it holds", async () => {
  const files = {
    "README.md": "no skill",
    "b/SKILL.md": "b",
    "b/references/deep/x.md": "x",
    "b/.git/config": "hidden",
    "acme/a/SKILL.md": "a",
    "empty/note.txt": "no skill",
    ".hidden/SKILL.md": "hidden",
  };
  await inFolder(files, async (root) => {
    const skills = await readSkills(folderReader(root));
    const shown = skills.map(({ path, files }) => [
      path,
      Object.entries(files).map(([name, bytes]) => [
        name,
        new TextDecoder().decode(bytes as Uint8Array),
      ]),
    ]);
    assertEquals(shown, [
      ["acme/a", [["SKILL.md", "a"]]],
      ["b", [["SKILL.md", "b"], ["references/deep/x.md", "x"]]],
    ]);
  });
});

Deno.test("readSkills() refuses links, whose targets may be anywhere", async () => {
  await inFolder({ "a/SKILL.md": "a" }, async (root) => {
    await Deno.symlink("/etc/hostname", `${root}/a/linked`);
    const error = await assertRejects(() => readSkills(folderReader(root)), TypeError);
    assertMatch(
      error.message,
      /^Cannot read skill "a": it must hold files and folders only: "linked"/,
    );
  });
});

Deno.test("readSkills() stops at what is too much or too deep, before it has read it all", async () => {
  let reads = 0;
  const endless: SkillReader = {
    list: () => Promise.resolve([{ name: "x", kind: "folder" }]),
    read: () => Promise.reject(new Error("unread")),
  };
  const deep = await assertRejects(() => readSkills(endless), TypeError);
  assertMatch(deep.message, /folders must nest at most 16 deep$/);
  const rows: readonly (readonly [files: number, bytes: number, error: RegExp, reads: number])[] = [
    [2_000, 1, /^Cannot read skill "a": it must have at most 512 files$/, 512],
    [100, 1024 * 1024, /its files must have at most 16777216 bytes in all$/, 17],
  ];
  for (const [files, bytes, error, most] of rows) {
    reads = 0;
    const many: SkillReader = {
      list: (path) =>
        Promise.resolve(
          path === "" ? [{ name: "a", kind: "folder" }] : [
            { name: "SKILL.md", kind: "file" },
            ...Array.from({ length: files }, (_, n) => ({ name: `f${n}`, kind: "file" as const })),
          ],
        ),
      read: () => {
        reads++;
        return Promise.resolve(new Uint8Array(bytes));
      },
    };
    assertMatch((await assertRejects(() => readSkills(many), TypeError)).message, error);
    assertEquals(reads, most);
  }
});
