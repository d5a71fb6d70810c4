// One skill: its files checked, typed and given their URIs, and the folders between them.
// Made by `create_skills.ts` at registration. spec: SEP-2640

import { show } from "../../jsonrpc/message.ts";
import { type Frontmatter, readFrontmatter } from "./frontmatter.ts";
import { mediaTypeOf } from "./media_type.ts";

/** A skill, as its author gives it. */
export interface SkillFiles {
  /** Where it is served; its last segment must be the skill's name: `pdf-forms`, `acme/refunds`. */
  readonly path: string;
  /** What it holds, by paths within it; `SKILL.md` must be one. Text, or bytes. */
  readonly files: { readonly [path: string]: string | Uint8Array };
}

/** A file of a skill. */
export interface SkillFile {
  readonly uri: string;
  /** Its path within the skill. */
  readonly path: string;
  readonly mimeType: string;
  /** Its text, where it is text. */
  readonly content: string | Uint8Array<ArrayBuffer>;
  /** Bytes. */
  readonly size: number;
}

/** What lies directly in a folder. */
export interface FolderEntry {
  readonly uri: string;
  readonly name: string;
  /** Undefined for a folder. */
  readonly file: SkillFile | undefined;
}

/** A skill that keeps the rules. */
export interface Skill {
  readonly path: string;
  /** The URI of its SKILL.md. */
  readonly uri: string;
  readonly frontmatter: Frontmatter;
  /** SKILL.md first, the others in the order of their paths. */
  readonly files: readonly SkillFile[];
  /** What each folder holds, by the URI of the folder. */
  readonly folders: ReadonlyMap<string, readonly FolderEntry[]>;
}

/** Files that a skill may have, and their bytes in all. */
export const MAX_FILES = 512;
/** Bytes of all its files. */
export const MAX_BYTES = 16 * 1024 * 1024;
const MAIN = "SKILL.md";
/** A name within a folder: no separators and nothing that cannot be seen. */
const NAME = /^[^\\/\p{Cc}]+$/u;

/** Checks a skill. @throws {TypeError} when it breaks a rule, naming the rule. */
export function compileSkill({ path, files }: SkillFiles): Skill {
  try {
    const folder = `skill://${checkPath(path)}`;
    const main = Object.hasOwn(files, MAIN) ? files[MAIN] : undefined;
    if (main === undefined) throw new TypeError(`its folder must hold ${MAIN}`);
    const paths = Object.keys(files).filter((name) => name !== MAIN).sort();
    const read = [MAIN, ...paths].map((name) => readFile(folder, name, files[name]));
    checkSize(read);
    const text = read[0]?.content;
    if (typeof text !== "string") throw new TypeError(`${MAIN} must be text in UTF-8`);
    const frontmatter = readFrontmatter(text);
    const last = path.slice(path.lastIndexOf("/") + 1);
    if (last !== frontmatter.name) {
      throw new TypeError(
        `the last segment of its path must be its name, ${show(frontmatter.name)}: got ${
          show(last)
        }`,
      );
    }
    return {
      path,
      uri: `${folder}/${MAIN}`,
      frontmatter,
      files: read,
      folders: foldersOf(folder, read),
    };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new TypeError(`Cannot serve skill ${show(path)}: ${error.message}`);
  }
}

/** The first segment is the authority of the URI, so all of them are plain. */
function checkPath(path: string): string {
  const segments = typeof path === "string" ? path.split("/") : [];
  if (
    segments.length > 0 && segments.every((one) => /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/.test(one))
  ) {
    return path;
  }
  throw new TypeError(
    `its path must be segments of a-z 0-9 . _ - that begin and end with a letter or digit, with / between them: got ${
      show(path)
    }`,
  );
}

function readFile(folder: string, path: string, content: unknown): SkillFile {
  const segments = path.split("/");
  if (segments.some((one) => !NAME.test(one) || one === "." || one === "..")) {
    throw new TypeError(
      `the path of a file must be names with / between them, none of them . or ..: got ${
        show(path)
      }`,
    );
  }
  if (typeof content !== "string" && !(content instanceof Uint8Array)) {
    throw new TypeError(`the file ${show(path)} must be a text or bytes: got ${show(content)}`);
  }
  const text = typeof content === "string" ? content : textOf(content);
  return {
    uri: `${folder}/${segments.map(encodeURIComponent).join("/")}`,
    path,
    mimeType: mediaTypeOf(path, text !== undefined),
    content: text ?? Uint8Array.from(content as Uint8Array),
    size: typeof content === "string" ? new TextEncoder().encode(content).length : content.length,
  };
}

/** The text of bytes, exactly; undefined when they are none. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined; // Not UTF-8: it is served as bytes.
  }
}

function checkSize(files: readonly SkillFile[]): void {
  if (files.length > MAX_FILES) {
    throw new TypeError(`it must have at most ${MAX_FILES} files: got ${files.length}`);
  }
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  if (bytes > MAX_BYTES) {
    throw new TypeError(`its files must have at most ${MAX_BYTES} bytes in all: got ${bytes}`);
  }
}

function foldersOf(root: string, files: readonly SkillFile[]): Skill["folders"] {
  const folders = new Map<string, FolderEntry[]>([[root, []]]);
  const known = new Set(files.map((file) => file.uri));
  for (const file of files) {
    let parent = root;
    const names = file.path.split("/");
    const last = names.pop() ?? "";
    for (const name of names) {
      const uri = `${parent}/${encodeURIComponent(name)}`;
      if (known.has(uri)) {
        throw new TypeError(
          `${show(file.path)} lies in ${show(name)}, which is a file and no folder`,
        );
      }
      if (!folders.has(uri)) {
        folders.set(uri, []);
        folders.get(parent)?.push({ uri, name, file: undefined });
      }
      parent = uri;
    }
    folders.get(parent)?.push({ uri: file.uri, name: last, file });
  }
  return folders;
}
