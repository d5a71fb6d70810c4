// The frontmatter of a SKILL.md: found, read as YAML, and checked by the rules of Agent Skills.
// Called by `skill.ts` at registration.

import { isJsonObject, type JsonObject, kindOf, show } from "../../jsonrpc/message.ts";
import { parseYaml } from "./yaml.ts";

/** Characters of a description, at the most. */
const MAX_DESCRIPTION = 1_024;
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
  const { name, description, metadata } = frontmatter;
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
  if (description.length > MAX_DESCRIPTION) {
    throw new TypeError(
      `description must have at most ${MAX_DESCRIPTION} characters: got ${description.length}`,
    );
  }
  if (metadata !== undefined && !isJsonObject(metadata)) {
    throw new TypeError(`metadata must be a mapping: got ${kindOf(metadata)}`);
  }
  for (const key of Object.keys(metadata ?? {})) {
    if (key.startsWith(RESERVED)) {
      throw new TypeError(
        `metadata must have no key that begins with ${RESERVED}: got ${show(key)}`,
      );
    }
  }
  return frontmatter as Frontmatter;
}
