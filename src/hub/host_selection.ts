// Which hosts a call names: a name, a list, a glob, `@tag`, several with commas between them.
// Asked by the remote tools. A fleet is always named: nothing means no host, never all.

import { ToolError } from "../server/define.ts";
import { Automaton } from "../../tools/automaton.ts";
import { parseGlob } from "../../tools/glob.ts";
import { mostSimilar } from "../../tools/similar_text.ts";

const SHOWN = 40;
/** Names have 63 characters; a glob or a tag needs not many more. */
const MOST_CHARS = 256;

/** A host that can be chosen. */
export interface Selectable {
  readonly name: string;
  readonly tags: readonly string[];
}

/**
 * The hosts that are meant, each once, in the order of the registry.
 *
 * @throws {ToolError} when a part names no host, saying which there are.
 */
export function selectHosts<H extends Selectable>(
  hosts: readonly H[],
  wanted: string | readonly string[],
): readonly H[] {
  const texts = typeof wanted === "string" ? readList(wanted) : wanted;
  const all = texts.flatMap(splitParts).map((part) => part.trim()).filter((part) => part !== "");
  const parts = [...new Set(all)];
  if (parts.length === 0) {
    throw new ToolError(`host must name a host: got nothing; ${whatThereIs(hosts)}`);
  }
  // What is compared with all names must not be long: everybody's calls wait meanwhile.
  const long = parts.find((part) => part.length > MOST_CHARS);
  if (long !== undefined) {
    throw new ToolError(
      `host must name hosts by no more than ${MOST_CHARS} characters each: got ` +
        `${JSON.stringify(long.slice(0, SHOWN))} and ${long.length - SHOWN} more; ` +
        whatThereIs(hosts),
    );
  }
  const chosen = new Set(parts.flatMap((part) => matching(hosts, part)));
  return hosts.filter((host) => chosen.has(host));
}

function matching<H extends Selectable>(hosts: readonly H[], part: string): readonly H[] {
  if (part.startsWith("@")) return withTag(hosts, part.slice(1));
  const exact = hosts.filter(({ name }) => name === part);
  if (exact.length > 0) return exact;
  if (!/[*?[{]/.test(part)) throw unknownHost(hosts, part);
  const matches = globOf(part);
  const found = hosts.filter(({ name }) => matches(name));
  if (found.length > 0) return found;
  throw new ToolError(
    `host must name a host: got ${JSON.stringify(part)}, which fits none; ${whatThereIs(hosts)}`,
  );
}

function withTag<H extends Selectable>(hosts: readonly H[], tag: string): readonly H[] {
  const found = hosts.filter(({ tags }) => tags.includes(tag));
  if (found.length > 0) return found;
  const tags = [...new Set(hosts.flatMap((host) => host.tags))].sort().map((each) => `@${each}`);
  const there = tags.length === 0 ? "no host has a tag" : `there are ${listOf(tags)}`;
  throw new ToolError(`host must name a tag that a host has: got "@${tag}"; ${there}`);
}

function unknownHost(hosts: readonly Selectable[], name: string): ToolError {
  const near = mostSimilar(name, hosts.map((host) => host.name), 3);
  const advice = near.length === 0 ? whatThereIs(hosts) : `did you mean ${near.join(" or ")}?`;
  return new ToolError(`host must be one that there is: got ${JSON.stringify(name)}; ${advice}`, {
    code: "unknown_host",
  });
}

function whatThereIs(hosts: readonly Selectable[]): string {
  if (hosts.length === 0) return "the registry names none";
  return `there are ${listOf(hosts.map(({ name }) => name))} (@tag, a glob or a list name several)`;
}

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).join(", ");
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}

/** A list may come as the JSON text of one. */
function readList(text: string): readonly string[] {
  if (!/^\s*\[\s*"/.test(text)) return [text];
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((each) => typeof each === "string") ? list : [text];
  } catch {
    return [text]; // Then it is a glob, or a name that there is not.
  }
}

/** Splits at commas, but for those inside braces: `{a,b}` is one glob. */
function splitParts(text: string): string[] {
  const parts: string[] = [""];
  let depth = 0;
  for (const char of text) {
    if (char === "{") depth++;
    if (char === "}") depth--;
    if (char === "," && depth <= 0) parts.push("");
    else parts[parts.length - 1] += char;
  }
  return parts;
}

function globOf(glob: string): (name: string) => boolean {
  try {
    const automaton = new Automaton(parseGlob(glob), { ignoreCase: false, whole: true });
    return (name) => automaton.matches(name);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ToolError(`Cannot use ${JSON.stringify(glob)} as a glob for host: ${error.message}`);
  }
}
