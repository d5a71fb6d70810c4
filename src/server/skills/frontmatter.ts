// The frontmatter of a SKILL.md: found, read as YAML, and checked by the rules of Agent Skills.
// Called by `skill.ts` at registration.

import { isJsonObject, type JsonObject, kindOf, show } from "../../jsonrpc/message.ts";
import { parseYaml } from "./yaml.ts";

/** Characters, at the most. */
const MAX_DESCRIPTION = 1_024;
const MAX_COMPATIBILITY = 500;
/** The prefix of metadata that belongs to extensions of the protocol. */
const RESERVED = "io.modelcontextprotocol/";

/** The frontmatter of a skill, whole; of its members only two are always there. */
export interface Frontmatter extends JsonObject {
  readonly name: string;
  readonly description: string;
}

/**
 * Reads the frontmatter of a SKILL.md.
 *
 * @throws {TypeError} when there is none, or it breaks a rule, naming the rule.
 */
export function readFrontmatter(text: string): Frontmatter {
  const match = /^\uFEFF?---[ \t]*\r?\n([^]*?)\r?\n?^---[ \t]*$/m.exec(text);
  if (match === null || match.index !== 0) {
    throw new TypeError("SKILL.md must begin with frontmatter between two lines of ---");
  }
  const frontmatter = parseYaml(match[1] ?? "", 2);
  const { name, description, compatibility, metadata } = frontmatter;
  if (
    typeof name !== "string" || name.length > 64 || !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name)
  ) {
    throw new TypeError(
      `name must be 1 to 64 characters of a-z 0-9 -, with no hyphen at an end or beside another: got ${
        show(name)
      }`,
    );
  }
  if (typeof description !== "string" || description.trim() === "") {
    throw new TypeError(`description must be a text that is not empty: got ${show(description)}`);
  }
  checkLength(description, "description", MAX_DESCRIPTION);
  if (compatibility !== undefined) {
    if (typeof compatibility !== "string" || compatibility === "") {
      throw new TypeError(
        `compatibility must be a text that is not empty: got ${show(compatibility)}`,
      );
    }
    checkLength(compatibility, "compatibility", MAX_COMPATIBILITY);
  }
  if (metadata !== undefined) checkMetadata(metadata);
  return frontmatter as Frontmatter;
}

function checkLength(text: string, what: string, most: number): void {
  const length = [...text].length;
  if (length > most) {
    throw new TypeError(`${what} must have at most ${most} characters: got ${length}`);
  }
}

function checkMetadata(metadata: unknown): void {
  if (!isJsonObject(metadata)) {
    throw new TypeError(`metadata must be a mapping: got ${kindOf(metadata)}`);
  }
  for (const [key, value] of Object.entries(metadata)) {
    if (key.startsWith(RESERVED)) {
      throw new TypeError(
        `metadata must have no key that begins with ${RESERVED}: got ${show(key)}`,
      );
    }
    if (typeof value !== "string") {
      throw new TypeError(
        `${show(key)} in metadata must be a text: got ${kindOf(value)}; quote it`,
      );
    }
  }
}
