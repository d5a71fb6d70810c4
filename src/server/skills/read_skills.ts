// Reads skills out of a folder by whatever reads files on a machine; knows no machine itself.
// Called by library users, before `createSkills`.

import { MAX_BYTES, MAX_FILES, type SkillFiles } from "./skill.ts";

/** Reads a folder. Paths are relative to it, with `/` between names; the folder itself is empty. */
export interface SkillReader {
  /** What lies directly in a folder. A link is `other`. */
  list(path: string): Promise<
    readonly { readonly name: string; readonly kind: "file" | "folder" | "other" }[]
  >;
  /** The bytes of a file. */
  read(path: string): Promise<Uint8Array>;
}

/** Folders that lie within each other, at the most. */
const MAX_DEPTH = 16;
const MAIN = "SKILL.md";

/**
 * Reads every skill below a folder: each folder with a SKILL.md is one, at its path. What begins
 * with a dot is left out.
 *
 * @throws {TypeError} when a skill holds a link, too much, or too deep.
 *
 * @example
 * ```ts
 * import { createSkills, readSkills } from "@lmcp/lmcp/skills";
 *
 * const files = new Map([["greeting/SKILL.md", "---\nname: greeting\ndescription: Greets.\n---\n"]]);
 * const skills = await readSkills({
 *   list: (path) =>
 *     Promise.resolve(
 *       path === ""
 *         ? [{ name: "greeting", kind: "folder" as const }]
 *         : [{ name: "SKILL.md", kind: "file" as const }],
 *     ),
 *   read: (path) => Promise.resolve(new TextEncoder().encode(files.get(path))),
 * });
 * if (createSkills({ skills }).resources?.length !== 1) throw new Error("not one file");
 * ```
 */
export async function readSkills(reader: SkillReader): Promise<readonly SkillFiles[]> {
  const skills: SkillFiles[] = [];
  await findSkills(reader, "", 0, skills);
  return skills;
}

async function findSkills(
  reader: SkillReader,
  path: string,
  depth: number,
  skills: SkillFiles[],
): Promise<void> {
  checkDepth(path, depth);
  const entries = await listOf(reader, path);
  if (path !== "" && entries.some(({ name, kind }) => name === MAIN && kind === "file")) {
    const files = new Map<string, Uint8Array>();
    await readFolder(reader, path, "", depth, files);
    skills.push({ path, files: Object.fromEntries(files) });
    return;
  }
  for (const { name, kind } of entries) {
    if (kind === "folder") await findSkills(reader, join(path, name), depth + 1, skills);
  }
}

/** Reads all below one folder of a skill. */
async function readFolder(
  reader: SkillReader,
  skill: string,
  within: string,
  depth: number,
  files: Map<string, Uint8Array>,
): Promise<void> {
  checkDepth(skill, depth);
  for (const { name, kind } of await listOf(reader, join(skill, within))) {
    const path = join(within, name);
    if (kind === "folder") {
      await readFolder(reader, skill, path, depth + 1, files);
      continue;
    }
    if (kind === "other") {
      throw refuse(skill, `it must hold files and folders only: "${path}" is neither`);
    }
    if (files.size >= MAX_FILES) throw refuse(skill, `it must have at most ${MAX_FILES} files`);
    files.set(path, await reader.read(join(skill, path)));
    let bytes = 0;
    for (const content of files.values()) bytes += content.length;
    if (bytes > MAX_BYTES) {
      throw refuse(skill, `its files must have at most ${MAX_BYTES} bytes in all`);
    }
  }
}

/** In an order that does not depend on the machine. */
async function listOf(reader: SkillReader, path: string) {
  const entries = (await reader.list(path)).filter(({ name }) => !name.startsWith("."));
  return entries.sort((a, b) => a.name < b.name ? -1 : 1);
}

function checkDepth(path: string, depth: number): void {
  if (depth > MAX_DEPTH) throw refuse(path, `folders must nest at most ${MAX_DEPTH} deep`);
}

function join(folder: string, name: string): string {
  return folder === "" || name === "" ? folder + name : `${folder}/${name}`;
}

function refuse(path: string, why: string): TypeError {
  return new TypeError(`Cannot read skill "${path}": ${why}`);
}
