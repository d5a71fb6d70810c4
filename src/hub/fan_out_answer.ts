// Puts together what several hosts gave: failures first, equal answers once with their hosts, and
// never more than a model may be shown. Used by `run_remote.ts`.

import type { JsonObject } from "../jsonrpc/message.ts";
import type { Content, ToolResult } from "../protocol/types.ts";
import { bounded, cut, weight } from "./host_content.ts";
import { type HostResult, structuredOf, textOf } from "./host_result.ts";

/** Characters that are left to the shortest of many answers. */
const LEAST_SHARE = 200;
/** Characters of images and the like, of all hosts together. */
const MOST_OTHERS = 8 * 1024 * 1024;

interface Group {
  readonly members: readonly HostResult[];
  readonly text: string;
}

/** The answer for one host: the tool's own, as it is. */
export function singleAnswer(result: HostResult, hasSchema: boolean): ToolResult {
  const content = [...result.content];
  const isError = result.ok ? {} : { isError: true };
  // Some clients show a model only the structured content, which would hide an image.
  const hidden = !hasSchema && content.some(({ type }) => type !== "text");
  if (hidden) return { content, ...isError };
  return { content, structuredContent: { results: [structuredOf(result)] }, ...isError };
}

/** The answer for several hosts. `limit`: characters of text at the most. */
export function fanOutAnswer(results: readonly HostResult[], limit: number): ToolResult {
  const ordered = [...results].sort((a, b) => rankOf(a) - rankOf(b));
  const groups = groupsOf(ordered);
  const failures = results.filter(({ ok }) => !ok).length;
  const bad = results.filter((result) => result.ok && badEndOf(result) !== undefined).length;
  const where = bad === 0 ? "" : `, ${bad} where the command failed`;
  const summary = `${results.length} hosts: ${
    results.length - failures - bad
  } ok, ${failures} failed${where}`;
  const shares = sharesOf(groups.map(({ text }) => text.length), limit - 100 * groups.length);
  const texts = groups.map(({ members, text }, at) =>
    `== ${headOf(members)}\n${cut(text, shares[at]!)}`
  );
  let room = MOST_OTHERS;
  const others: Content[] = groups.flatMap(({ members }) => {
    const blocks = members[0]!.content.filter(({ type }) => type !== "text");
    if (blocks.length === 0) return [];
    const names = members.map(({ host }) => host).join(", ");
    room -= weight(blocks);
    return room < 0
      ? [{ type: "text", text: `from ${names}: too much for one answer; ask this host alone` }]
      : [{ type: "text", text: `from ${names}:` }, ...blocks];
  });
  return {
    content: [{ type: "text", text: [summary, ...texts].join("\n\n") }, ...others],
    structuredContent: { results: boundedItems(ordered.map(structuredOf), limit) },
    ...(failures === results.length ? { isError: true } : {}),
  };
}

function headOf(members: readonly HostResult[]): string {
  const [first] = members;
  const names = members.map(({ host, via }) => via === "ssh" ? `${host} (ssh)` : host).join(", ");
  return `${names}: ${first!.ok ? badEndOf(first!) ?? "ok" : "failed"}`;
}

/** Failures come first, then commands that ran and failed. */
function rankOf(result: HostResult): number {
  if (!result.ok) return 0;
  return badEndOf(result) === undefined ? 2 : 1;
}

/** How a command ended, where that was no good end: the tool did its work, and it did not. */
function badEndOf({ own = {} }: HostResult): string | undefined {
  const { exit_code, signal } = own;
  if (typeof signal === "string") return `ended by ${signal}`;
  return typeof exit_code === "number" && exit_code !== 0 ? `exit code ${exit_code}` : undefined;
}

function groupsOf(results: readonly HostResult[]): Group[] {
  const groups = new Map<string, HostResult[]>();
  for (const result of results) {
    const { ok, content, host } = result;
    // A failure says which host it is about; but for that it may be the same for many.
    const same = JSON.stringify(
      ok ? [badEndOf(result), content] : withoutName(textOf(content), host),
    );
    const group = groups.get(same);
    if (group === undefined) groups.set(same, [result]);
    else group.push(result);
  }
  return [...groups.values()].map((members) => {
    const [first] = members;
    const text = textOf(first!.content);
    return { members, text: first!.ok ? text : withoutName(text, first!.host) };
  });
}

function withoutName(text: string, host: string): string {
  return text.startsWith(`${host}: `) ? text.slice(host.length + 2) : text;
}

/** Shares of a room: who needs less than an equal part leaves the rest to the others. */
function sharesOf(needs: readonly number[], room: number): number[] {
  const shares = needs.map(() => 0);
  let left = room;
  const order = needs.map((_, at) => at).sort((a, b) => needs[a]! - needs[b]!);
  for (const [done, at] of order.entries()) {
    const share = Math.min(
      needs[at]!,
      Math.max(LEAST_SHARE, Math.floor(left / (order.length - done))),
    );
    shares[at] = share;
    left -= share;
  }
  return shares;
}

/** The items, with their long texts cut when all of them are too much. */
function boundedItems(items: readonly JsonObject[], limit: number): readonly JsonObject[] {
  if (weight(items) <= 2 * limit) return items;
  const share = Math.max(LEAST_SHARE, Math.floor(limit / items.length));
  return items.map((item) => bounded(item, share));
}
