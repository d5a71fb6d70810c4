import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { type ExtensionClient, extensionClient } from "../../../tests/support/extension_client.ts";
import { openSession } from "../../../tests/support/http_client.ts";
import { quietServer, serveHttp } from "../../../tests/support/http_server.ts";
import type { Sent } from "../../../tests/support/schema_check.ts";
import { createHandler } from "../../transports/http.ts";
import { createSkills, type SkillFiles, type SkillsOptions } from "./create_skills.ts";

const SKILLS = "io.modelcontextprotocol/skills";
const ROOT = "skill://acme/pdf-forms";
const MAIN =
  '---\nname: pdf-forms\ndescription: Fills forms.\nmetadata:\n  pages: "2"\n---\nDo it.\n';

const FORMS: SkillFiles = {
  path: "acme/pdf-forms",
  files: {
    "references/a b.md": "# Ä\n",
    "SKILL.md": MAIN,
    "references/deep/er.json": new TextEncoder().encode("{}"),
    "image.png": new Uint8Array([0x89, 0x50, 0, 0xff]),
  },
};

function skill(name: string, path = name): SkillFiles {
  return { path, files: { "SKILL.md": `---\nname: ${name}\ndescription: ${name}.\n---\n` } };
}

async function withSkills(
  options: SkillsOptions,
  use: (client: ExtensionClient) => Promise<void>,
): Promise<void> {
  const { server } = quietServer();
  const handler = createHandler(server.use(createSkills(options)));
  // Clients need not declare the extension.
  await use(extensionClient(handler));
  await handler.close();
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `sha256:${Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

Deno.test("skills/list shows each skill with its frontmatter, and the digest of every file as it is read", async () => {
  await withSkills({ skills: [FORMS], cache: { ttlMs: 5, scope: "public" } }, async (client) => {
    const { result } = await client.request("server/discover");
    assertEquals(result.capabilities.extensions, { [SKILLS]: { directoryRead: true } });
    assertEquals(result.capabilities.resources.subscribe, true);
    const listed = (await client.request("skills/list")).result;
    assertEquals([listed.ttlMs, listed.cacheScope, listed.nextCursor], [5, "public", undefined]);
    const [entry] = listed.skills;
    assertEquals(entry.uri, `${ROOT}/SKILL.md`);
    assertEquals(entry.frontmatter, {
      name: "pdf-forms",
      description: "Fills forms.",
      metadata: { pages: "2" },
    });
    assertEquals(entry.resources.map(({ uri }: Sent) => uri), [
      `${ROOT}/SKILL.md`,
      `${ROOT}/image.png`,
      `${ROOT}/references/a%20b.md`,
      `${ROOT}/references/deep/er.json`,
    ]);
    for (const { uri, digest, size } of entry.resources) {
      const [{ text, blob }] = (await client.request("resources/read", { uri })).result.contents;
      const bytes = text === undefined
        ? Uint8Array.from(atob(blob), (char) => char.charCodeAt(0))
        : new TextEncoder().encode(text);
      assertEquals([size, digest], [bytes.length, await sha256(bytes)]);
    }
  });
});

Deno.test("skills/get gives one entry as the list shows it, and -32602 for any other URI", async () => {
  await withSkills({ skills: [FORMS] }, async (client) => {
    const [entry] = (await client.request("skills/list")).result.skills;
    const { result } = await client.request("skills/get", { uri: `${ROOT}/SKILL.md` });
    assertEquals([result.skill, result.ttlMs, result.cacheScope], [entry, 0, "private"]);
    for (const uri of [ROOT, `${ROOT}/image.png`, "skill://none/SKILL.md", 5, undefined]) {
      const { error } = await client.request("skills/get", { uri });
      assertEquals(error.code, -32602);
      assertMatch(error.message, /^Unknown skill: got .+; "skills\/list" names those there are$/);
    }
  });
});

Deno.test("the files of skills are resources, SKILL.md with the name and description of its skill", async () => {
  await withSkills({ skills: [FORMS] }, async (client) => {
    const { resources } = (await client.request("resources/list")).result;
    assertEquals(resources, [
      {
        uri: `${ROOT}/SKILL.md`,
        name: "pdf-forms",
        description: "Fills forms.",
        mimeType: "text/markdown",
        size: MAIN.length,
      },
      { uri: `${ROOT}/image.png`, name: "pdf-forms/image.png", mimeType: "image/png", size: 4 },
      {
        uri: `${ROOT}/references/a%20b.md`,
        name: "pdf-forms/references/a b.md",
        mimeType: "text/markdown",
        size: 5,
      },
      {
        uri: `${ROOT}/references/deep/er.json`,
        name: "pdf-forms/references/deep/er.json",
        mimeType: "application/json",
        size: 2,
      },
    ]);
    const { result } = await client.request("resources/read", { uri: `${ROOT}/SKILL.md` });
    assertEquals(result.contents, [
      { uri: `${ROOT}/SKILL.md`, mimeType: "text/markdown", text: MAIN },
    ]);
  });
});

Deno.test("resources/directory/read shows what lies directly in a folder of a skill", async () => {
  await withSkills({ skills: [FORMS], pageSize: 2 }, async (client) => {
    const read = async (uri: string, cursor?: string) =>
      (await client.request("resources/directory/read", { uri, cursor })).result;
    const first = await read(ROOT);
    const second = await read(`${ROOT}/`, first.nextCursor);
    assertEquals([...first.resources, ...second.resources], [
      { uri: `${ROOT}/SKILL.md`, name: "SKILL.md", mimeType: "text/markdown", size: MAIN.length },
      { uri: `${ROOT}/image.png`, name: "image.png", mimeType: "image/png", size: 4 },
      { uri: `${ROOT}/references`, name: "references", mimeType: "inode/directory" },
    ]);
    assertEquals(second.nextCursor, undefined);
    assertEquals((await read(`${ROOT}/references`)).resources.map(({ name }: Sent) => name), [
      "a b.md",
      "deep",
    ]);
    for (const uri of [`${ROOT}/SKILL.md`, `${ROOT}/none`, "skill://acme", 5]) {
      const { error } = await client.request("resources/directory/read", { uri });
      assertEquals(error.code, -32602);
      assertMatch(error.message, /^Not a folder: got /);
    }
  });
});

Deno.test("skills/list comes in pages, each skill whole", async () => {
  const skills = ["c", "a", "b"].map((name) => skill(name));
  await withSkills({ skills, pageSize: 2 }, async (client) => {
    const first = (await client.request("skills/list")).result;
    const second = (await client.request("skills/list", { cursor: first.nextCursor })).result;
    const names = [...first.skills, ...second.skills].map(({ frontmatter }) => frontmatter.name);
    assertEquals([names, second.nextCursor], [["c", "a", "b"], undefined]);
  });
});

Deno.test("skills are there for sessions too", async () => {
  const { server } = quietServer();
  await using http = serveHttp(server.use(createSkills({ skills: [FORMS] })));
  const session = await openSession(http.url);
  assertEquals(session.opened.capabilities.extensions, { [SKILLS]: { directoryRead: true } });
  const { result } = await session.request("skills/list");
  assertEquals([result.skills.length, result.ttlMs], [1, undefined]);
});

Deno.test("createSkills() names the rule that a skill breaks", () => {
  const main = (frontmatter: string): SkillFiles => ({
    path: "a",
    files: { "SKILL.md": `---\n${frontmatter}\n---\n` },
  });
  const holding = (path: string, content: unknown = ""): SkillFiles => ({
    path: "a",
    files: { ...skill("a").files, [path]: content as string },
  });
  const rows: readonly (readonly [skills: SkillFiles | readonly SkillFiles[], error: RegExp])[] = [
    [{ path: "a", files: {} }, /^Cannot serve skill "a": its folder must hold SKILL\.md$/],
    [{ path: "a", files: { "SKILL.md": "# A" } }, /must begin with frontmatter between two lines/],
    [{ path: "a", files: { "SKILL.md": new Uint8Array([255]) } }, /must be text in UTF-8/],
    [main("name: a"), /description must be a text that is not empty: got nothing/],
    [main(`name: a\ndescription: ${"x".repeat(1025)}`), /at most 1024 characters: got 1025/],
    [main("name: A\ndescription: x"), /name must be 1 to 64 characters of a-z 0-9 -.*: got "A"/],
    [main("name: a--b\ndescription: x"), /no hyphen at an end or beside another: got "a--b"/],
    [main(`name: ${"a".repeat(65)}\ndescription: x`), /name must be 1 to 64 characters/],
    [main("name: 5\ndescription: x"), /name must be .*: got 5/],
    [main("name: a\ndescription: b: c"), /line 3: a text with a colon and a blank in it/],
    [main("name: a\ndescription: x\nmetadata:"), /metadata must be a mapping: got null/],
    [main("name: a\ndescription: x\nmetadata: y"), /metadata must be a mapping: got a string/],
    [
      main("name: a\ndescription: x\nmetadata:\n  y: 1"),
      /"y" in metadata must be a text: got a number/,
    ],
    [main("name: a\ndescription: x\ncompatibility: 1"), /compatibility must be a text/],
    [main(`name: a\ndescription: x\ncompatibility: ${"x".repeat(501)}`), /at most 500 characters/],
    [
      main("name: a\ndescription: x\nmetadata:\n  io.modelcontextprotocol/x: 1"),
      /metadata must have no key that begins with io\.modelcontextprotocol\//,
    ],
    [skill("a", "b"), /the last segment of its path must be its name, "a": got "b"/],
    [skill("a", "B/a"), /its path must be segments of a-z 0-9 \. _ -/],
    [skill("a", "../a"), /its path must be segments/],
    [skill("a", ""), /its path must be segments/],
    [holding("../x"), /the path of a file must be names with \/ between them/],
    [holding("/x"), /the path of a file must be/],
    [holding("x\\y"), /the path of a file must be/],
    [holding("x\ny"), /the path of a file must be/],
    [holding("x", 5), /the file "x" must be a text or bytes: got 5/],
    [holding("SKILL.md/x"), /"SKILL\.md\/x" lies in "SKILL\.md", which is a file and no folder/],
    [holding("x", new Uint8Array(17 * 1024 * 1024)), /at most 16777216 bytes in all/],
    [
      {
        path: "a",
        files: {
          ...skill("a").files,
          ...Object.fromEntries(Array.from({ length: 512 }, (_, n) => [`f${n}`, ""])),
        },
      },
      /it must have at most 512 files: got 513/,
    ],
    [[skill("a"), skill("a")], /^Cannot serve skill "a": the path is taken$/],
    [[skill("a"), skill("c", "a/b/c")], /"a\/b\/c": it must not lie within another: got "a"$/],
  ];
  for (const [given, error] of rows) {
    const skills = Array.isArray(given) ? given : [given];
    assertMatch(assertThrows(() => createSkills({ skills }), TypeError).message, error);
  }
  assertThrows(() => createSkills({ skills: [], pageSize: 0 }), TypeError, "pageSize must be");
});
