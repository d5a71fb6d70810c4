// What a host answered with, made into what the hub may pass on: content of the shapes that there are,
// and no more than is fit for a model. Whatever a host sends, only its own part of an answer suffers.
// Used by `host_result.ts`; `cut` and `bounded` also by `fan_out_answer.ts`.

import { isJsonObject, type JsonObject } from "../jsonrpc/message.ts";
import type { Content } from "../protocol/types.ts";
import { isContent } from "../server/result.ts";

const MOST_BLOCKS = 100;
const SHOWN = 40;

/** The content of an answer; `most`: characters of text. Newer servers may send what we do not know. */
export function contentOf(blocks: readonly unknown[], most: number): readonly Content[] {
  const known = blocks.map(knownBlock);
  const length = known.reduce((sum, block) => sum + ("text" in block ? block.text.length : 0), 0);
  if (length <= most && known.length <= MOST_BLOCKS) return known;
  const texts = known.flatMap((block) => block.type === "text" ? [block.text] : []);
  const others = known.filter(({ type }) => type !== "text");
  const text = cut(texts.join("\n"), most, "no answer of a host may be longer");
  const left = others.length - MOST_BLOCKS;
  const note = left > 0 ? `\n[${left} more parts of the answer are left out]` : "";
  return [{ type: "text", text: text + note }, ...others.slice(0, MOST_BLOCKS)];
}

/** Structured content, with what is too long in it cut or left out. */
export function ownOf(own: JsonObject, most: number): JsonObject {
  return weight(own) <= 2 * most ? own : bounded(own, most);
}

/** The members of an object, no text or list among them longer than `share` characters. */
export function bounded(object: JsonObject, share: number): JsonObject {
  const members = Object.entries(object).flatMap(([name, value]) => {
    if (typeof value === "string") return [[name, cut(value, share)]];
    if (Array.isArray(value)) {
      let room = share;
      return [[name, value.filter((each) => (room -= weight(each)) > 0)]];
    }
    return weight(value) > share ? [] : [[name, value]];
  });
  return Object.fromEntries(members);
}

/** A text without its middle. */
export function cut(text: string, most: number, advice = "ask this host alone"): string {
  if (text.length <= most) return text;
  const half = Math.max(0, Math.floor((most - 80) / 2));
  const head = text.slice(0, half).replace(/[\uD800-\uDBFF]$/, "");
  const tail = text.slice(text.length - half).replace(/^[\uDC00-\uDFFF]/, "");
  const left = text.length - head.length - tail.length;
  return `${head}\n[... ${left} characters are left out; ${advice} ...]\n${tail}`;
}

/** About as many characters as a value has in JSON. @throws {RangeError} for one that is too deep. */
export function weight(value: unknown): number {
  if (typeof value === "string") return value.length + 2;
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + weight(each) + 1, 2);
  if (!isJsonObject(value)) return 5;
  let sum = 2;
  for (const [name, member] of Object.entries(value)) sum += name.length + 4 + weight(member);
  return sum;
}

function knownBlock(block: unknown): Content {
  if (isContent(block)) return block;
  if (isJsonObject(block)) {
    const { type, text, data, mimeType } = block;
    if (type === "text" && typeof text === "string") return { type, text };
    const media = (type === "image" || type === "audio") && typeof data === "string" &&
      typeof mimeType === "string";
    if (media) return { type, data, mimeType };
  }
  const type = isJsonObject(block) && typeof block.type === "string" ? block.type : "";
  const what = JSON.stringify(type.slice(0, SHOWN));
  return { type: "text", text: `[content that is none: the host gave a block of type ${what}]` };
}
