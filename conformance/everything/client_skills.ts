// What a client does with skills: lists them, reads one only when it is wanted, and uses nothing that
// is not what the list says it is. Part of `everything_client.ts`. spec: SEP-2640

import type { Client } from "../../src/client/mod.ts";
import { readFrontmatter } from "../../src/server/skills/frontmatter.ts";

interface ListedFile {
  readonly uri: string;
  readonly digest: string;
  readonly size: number;
}

interface ListedSkill {
  readonly uri: string;
  readonly frontmatter: unknown;
  readonly resources: "dynamic" | readonly ListedFile[];
}

/** Lists the skills and reads none of them. */
export async function listSkills(client: Client): Promise<readonly ListedSkill[]> {
  const { skills } = await client.request("skills/list");
  return skills as readonly ListedSkill[];
}

/** Reads each skill and, where it is what the list says, its other files. */
export async function readSkills(client: Client): Promise<void> {
  for (const { uri, frontmatter, resources } of await listSkills(client)) {
    const files = resources === "dynamic" ? [] : resources;
    const text = await readVerified(client, uri, files);
    const isListed = text !== undefined &&
      sorted(readFrontmatter(text)) === sorted(frontmatter);
    if (!isListed) continue;
    for (const file of files) {
      if (file.uri !== uri) await readVerified(client, file.uri, files);
    }
  }
}

/** The text of a file; undefined when it is not what the list says. */
async function readVerified(
  client: Client,
  uri: string,
  files: readonly ListedFile[],
): Promise<string | undefined> {
  const { contents: [found] } = await client.readResource(uri);
  const listed = files.find((file) => file.uri === uri);
  if (found === undefined || !("text" in found) || listed === undefined) return undefined;
  const bytes = new TextEncoder().encode(found.text);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return bytes.length === listed.size && listed.digest === `sha256:${hex}` ? found.text : undefined;
}

/** A value as text, the same for the same members in another order. */
function sorted(value: unknown): string {
  return JSON.stringify(
    value,
    (_key, member) =>
      typeof member === "object" && member !== null && !Array.isArray(member)
        ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => a < b ? -1 : 1))
        : member,
  );
}
