// What one host's part of a call gave, in the one shape that all structured results of the hub have.
// Made by `run_remote.ts`, put together by `fan_out_answer.ts`.

import { RpcError } from "../jsonrpc/errors.ts";
import { isJsonObject, type JsonObject } from "../jsonrpc/message.ts";
import type { Content, JsonSchema, ToolResult } from "../protocol/types.ts";
import { compileJsonSchema } from "../protocol/json_schema.ts";
import { ToolError } from "../server/define.ts";
import { BusyError } from "./bulkhead.ts";
import { CallFailed, type Via } from "./call_host.ts";
import { contentOf, cut, ownOf } from "./host_content.ts";

/** Characters of what is said of a failure. */
const MOST_FAILURE = 2_000;

/** What one host gave. */
export interface HostResult {
  readonly host: string;
  /** Undefined where no way to the host could be taken. */
  readonly via: Via | undefined;
  readonly ok: boolean;
  readonly elapsedMs: number;
  readonly content: readonly Content[];
  /** The tool's own structured content; undefined where there is none, or another than it says. */
  readonly own: JsonObject | undefined;
}

/** Takes what a tool says of its structured content; undefined where it says nothing. */
export type FitsOwn = (own: JsonObject) => boolean;

/** The members of a tool's structured content, as its output schema describes them. */
export function ownMembers(output: unknown): { readonly [name: string]: JsonSchema } {
  const properties = isJsonObject(output) ? output.properties : undefined;
  return isJsonObject(properties) ? properties as { [name: string]: JsonSchema } : {};
}

/** A check of what a host of another version, or another server, may give. */
export function fitsMembers(members: { readonly [name: string]: JsonSchema }): FitsOwn {
  const problemsOf = compileJsonSchema({ type: "object", properties: members });
  return (own) => problemsOf(own).length === 0;
}

/** What a host answered. `most`: characters of it that are passed on. @throws when it is nonsense. */
export function answered(
  host: string,
  via: Via,
  result: ToolResult,
  fits: FitsOwn,
  most: number,
): Omit<HostResult, "elapsedMs"> {
  const { structuredContent } = result;
  const given = isJsonObject(structuredContent) ? ownOf(structuredContent, most) : undefined;
  const own = given !== undefined && fits(given) ? given : undefined;
  const content = contentOf(result.content, most);
  return { host, via, ok: result.isError !== true, content, own };
}

/** What kept a host from answering. */
export function failed(host: string, elapsedMs: number, error: unknown): HostResult {
  const via = error instanceof CallFailed ? error.via : undefined;
  const own = error instanceof ToolError ? error.structured : undefined;
  const text = cut(wordFailure(host, error), MOST_FAILURE, "no host may say more of a failure");
  const overSsh = error instanceof ToolError ? "ssh" : via;
  return {
    host,
    via: error instanceof RpcError ? "mcp" : overSsh,
    ok: false,
    elapsedMs,
    content: [{ type: "text", text }],
    own,
  };
}

/** The host's part of `structuredContent`. */
export function structuredOf({ host, via, ok, elapsedMs, content, own }: HostResult): JsonObject {
  const base = { host, ...(via === undefined ? {} : { via }), ok, elapsed_ms: elapsedMs };
  if (!ok) return { ...own, ...base, error: textOf(content) };
  return own === undefined ? { ...base, text: textOf(content) } : { ...own, ...base };
}

/** The text of a result. */
export function textOf(content: readonly Content[]): string {
  return content.flatMap((block) => block.type === "text" ? [block.text] : []).join("\n");
}

function wordFailure(host: string, error: unknown): string {
  if (error instanceof CallFailed || error instanceof BusyError) return `${host}: ${error.message}`;
  if (error instanceof RpcError) return `${host} answered with an error: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
