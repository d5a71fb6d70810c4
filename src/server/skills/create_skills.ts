// Skills, as an extension: folders of instructions that clients list, check and read as resources.
// Made by library users, for `server.use`. spec: SEP-2640

import { ErrorCode, RpcError } from "../../jsonrpc/errors.ts";
import { type JsonObject, show } from "../../jsonrpc/message.ts";
import type { CacheHint, Call, Outcome } from "../../protocol/call.ts";
import type { ResourceDefinition } from "../define_resource.ts";
import type { Extension } from "../extension.ts";
import { pageOf } from "../pages.ts";
import { checkCache } from "../shown.ts";
import { FOLDER_TYPE } from "./media_type.ts";
import {
  compileSkill,
  type FolderEntry,
  type Skill,
  type SkillFile,
  type SkillFiles,
} from "./skill.ts";

export { readSkills, type SkillReader } from "./read_skills.ts";
export type { SkillFiles } from "./skill.ts";

/** What is served, and how. */
export interface SkillsOptions {
  /** The folders that are served; `readSkills` finds those on a disk. */
  readonly skills: readonly SkillFiles[];
  /** Entries a page of a list holds. Default 50. */
  readonly pageSize?: number;
  /** How long clients may reuse what they listed and read. Default: not at all, and not shared. */
  readonly cache?: CacheHint;
}

/** A skill as `skills/list` shows it. */
interface Entry {
  readonly uri: string;
  readonly frontmatter: JsonObject;
  readonly resources: readonly {
    readonly uri: string;
    readonly digest: string;
    readonly size: number;
  }[];
}

/**
 * Makes the skills extension: `skills/list`, `skills/get`, the files as resources, and
 * `resources/directory/read`. Digests are made when somebody asks first.
 *
 * @throws {TypeError} when a skill breaks a rule, naming the rule.
 *
 * @example
 * ```ts
 * import { createServer } from "@lmcp/lmcp";
 * import { createSkills } from "@lmcp/lmcp/skills";
 *
 * const server = createServer({ name: "office", version: "1.0.0" });
 * server.use(createSkills({
 *   skills: [{
 *     path: "pdf-forms",
 *     files: {
 *       "SKILL.md": "---\nname: pdf-forms\ndescription: Fills PDF forms.\n---\nRead references/fields.md.\n",
 *       "references/fields.md": "# Fields\n",
 *     },
 *   }],
 * }));
 * const { extensions = {} } = server.facts.capabilities();
 * if (!("io.modelcontextprotocol/skills" in extensions)) throw new Error("not declared");
 * ```
 */
export function createSkills(options: SkillsOptions): Extension {
  const { pageSize = 50, cache = { ttlMs: 0, scope: "private" } } = options;
  if (!Number.isSafeInteger(pageSize) || pageSize < 1) {
    throw new TypeError(
      `Cannot serve skills: pageSize must be a positive integer: got ${pageSize}`,
    );
  }
  checkCache(cache, "Cannot serve skills: cache");
  const skills = options.skills.map(compileSkill);
  checkApart(skills);
  const folders = new Map(skills.flatMap((skill) => [...skill.folders]));
  let entries: Promise<ReadonlyMap<string, Entry>> | undefined;
  const ready = () => entries ??= entriesOf(skills);
  const done = (result: JsonObject): Outcome => ({ kind: "complete", result, cache });

  async function list({ params }: Call): Promise<Outcome> {
    const all = [...(await ready()).values()];
    const { items, nextCursor } = pageOf(
      "skills",
      all,
      pageSize,
      params.cursor,
      (entry) => entry.uri,
    );
    return done(nextCursor === undefined ? { skills: items } : { skills: items, nextCursor });
  }

  async function get({ params: { uri } }: Call): Promise<Outcome> {
    const skill = typeof uri === "string" ? (await ready()).get(uri) : undefined;
    if (skill === undefined) {
      throw unknown("Unknown skill", uri, '"skills/list" names those there are');
    }
    return done({ skill });
  }

  function readFolder({ params: { uri, cursor } }: Call): Outcome {
    const name = typeof uri === "string" ? uri.replace(/\/$/, "") : "";
    const folder = folders.get(name);
    if (folder === undefined) {
      throw unknown("Not a folder", uri, "a folder is one of a skill, without the name of a file");
    }
    const { items, nextCursor } = pageOf(name, folder, pageSize, cursor, (entry) => entry.uri);
    const resources = items.map(childOf);
    return done(nextCursor === undefined ? { resources } : { resources, nextCursor });
  }

  return {
    id: "io.modelcontextprotocol/skills",
    settings: { directoryRead: true },
    inSessions: true,
    mustBeDeclared: false,
    methods: new Map<string, (call: Call) => Outcome | Promise<Outcome>>([
      ["skills/list", list],
      ["skills/get", get],
      ["resources/directory/read", readFolder],
    ]),
    resources: skills.flatMap((skill) => skill.files.map((file) => resourceOf(skill, file, cache))),
  };
}

/** A skill within another would have two owners for its files. */
function checkApart(skills: readonly Skill[]): void {
  const paths = new Set<string>();
  for (const { path } of skills) {
    if (paths.has(path)) throw new TypeError(`Cannot serve skill ${show(path)}: the path is taken`);
    paths.add(path);
  }
  for (const path of paths) {
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
      if (!paths.has(path.slice(0, end))) continue;
      throw new TypeError(
        `Cannot serve skill ${show(path)}: it must not lie within another: got ${
          show(path.slice(0, end))
        }`,
      );
    }
  }
}

async function entriesOf(skills: readonly Skill[]): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  for (const { uri, frontmatter, files } of skills) {
    const resources = await Promise.all(files.map(async (file) => ({
      uri: file.uri,
      digest: await digestOf(file.content),
      size: file.size,
    })));
    entries.set(uri, { uri, frontmatter, resources });
  }
  return entries;
}

async function digestOf(content: SkillFile["content"]): Promise<string> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `sha256:${Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** SKILL.md carries the name and description of its skill, the others their paths. */
function resourceOf(
  { uri, frontmatter }: Skill,
  file: SkillFile,
  cache: CacheHint,
): ResourceDefinition {
  const { name, description } = frontmatter;
  return {
    uri: file.uri,
    ...(file.uri === uri ? { name, description } : { name: `${name}/${file.path}` }),
    mimeType: file.mimeType,
    size: file.size,
    cache,
    read: () => file.content,
  };
}

function childOf({ uri, name, file }: FolderEntry): JsonObject {
  return file === undefined
    ? { uri, name, mimeType: FOLDER_TYPE }
    : { uri, name, mimeType: file.mimeType, size: file.size };
}

function unknown(what: string, uri: unknown, advice: string): RpcError {
  return new RpcError(ErrorCode.InvalidParams, `${what}: got ${show(uri)}; ${advice}`, { uri });
}
