// Calls a tool in tests as a server calls it: arguments checked and coerced, thrown errors made
// results, the structured part checked against the tool's own schema. Used by tests only.

import type { JsonObject } from "../../src/jsonrpc/message.ts";
import type { Content, ToolResult } from "../../src/protocol/types.ts";
import type { Tool } from "../../src/server/define.ts";
import type { Questions } from "../../src/protocol/questions.ts";
import { ToolSet } from "../../src/server/tools.ts";

/** What came of a call. */
export interface CallAnswer {
  /** All text of the result. */
  readonly text: string;
  readonly content: readonly Content[];
  readonly structured: JsonObject;
  readonly isError: boolean;
}

/** How to call. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** The name of the token it is called with; without it there is none. */
  readonly owner?: string;
  /** Told of each progress message; without it the call asks for no progress. */
  onProgress?(progress: number, message: string | undefined): void;
}

// The host tools ask the client nothing.
const NO_QUESTIONS: Questions = {
  ask: () => Promise.reject(new Error("This call cannot ask")),
  once: async (_key, fn) => await fn(),
  undeclared: () => new Error("This call cannot ask"),
  known: () => undefined,
  pending: undefined,
};

/** Calls a tool. */
export async function callTool(
  tool: Tool,
  args: JsonObject,
  { signal = new AbortController().signal, owner, onProgress }: CallOptions = {},
): Promise<CallAnswer> {
  const tools = new ToolSet((error) => {
    throw error;
  });
  tools.add(tool);
  const { result } = await tools.call({
    id: 1,
    method: "tools/call",
    params: { name: tool.name, arguments: args },
    meta: onProgress === undefined ? {} : { progressToken: 1 },
    signal,
    client: { capabilities: {} },
    auth: owner === undefined ? undefined : { name: owner },
    session: undefined,
    questions: NO_QUESTIONS,
    suspended: false,
    wantsProgress: onProgress !== undefined,
    closeStream: () => undefined,
    notify: (note) => {
      if (note.kind === "progress") onProgress?.(note.progress, note.message);
    },
  });
  const { content, structuredContent = {}, isError = false } = result as unknown as ToolResult;
  const text = content.map((block) => block.type === "text" ? block.text : "").join("");
  return { text, content, structured: structuredContent as JsonObject, isError };
}
