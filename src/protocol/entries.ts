// What a server lists and gives: its tools, resources, templates, prompts and their results.
// Re-exported by types.ts, from where all others import it. Types only.
// spec: server/tools, server/resources, server/prompts, server/utilities/completion

import type { JsonObject } from "../jsonrpc/message.ts";
import type { Annotated, Content, ResourceContents } from "./content.ts";
import type { Icon } from "./icon.ts";

/** Hints about what a tool does. They are hints: a client must not rely on them for safety. */
export interface ToolAnnotations {
  /** A name for people. */
  readonly title?: string;
  /** It changes nothing. Clients take an absent hint for false. */
  readonly readOnlyHint?: boolean;
  /** It may destroy something. Clients take an absent hint for true. */
  readonly destructiveHint?: boolean;
  /** Calling it twice is the same as once. Clients take an absent hint for false. */
  readonly idempotentHint?: boolean;
  /** It reaches beyond the machine. Clients take an absent hint for true. */
  readonly openWorldHint?: boolean;
}

/** A tool as `tools/list` shows it. */
export interface ToolInfo {
  /** A name for programs. */
  readonly name: string;
  /** A name for people. */
  readonly title?: string;
  /** What it does, for the model. */
  readonly description?: string;
  /** The JSON Schema of its arguments: of type `object`. */
  readonly inputSchema: { readonly [keyword: string]: unknown };
  /** The JSON Schema of its `structuredContent`. */
  readonly outputSchema?: { readonly [keyword: string]: unknown };
  /** Hints about what it does. */
  readonly annotations?: ToolAnnotations;
  /** Images that stand for it. */
  readonly icons?: readonly Icon[];
  /** Whatever client and server have agreed on beside the protocol. */
  readonly _meta?: JsonObject;
}

/** What a `tools/call` gives back. */
export interface ToolResult {
  /** What the model reads. */
  readonly content: readonly Content[];
  /** What programs read: a value of the tool's output schema. */
  readonly structuredContent?: unknown;
  /** The tool failed, and `content` says how. Default false. */
  readonly isError?: boolean;
  /** Whatever client and server have agreed on beside the protocol. */
  readonly _meta?: JsonObject;
}

/** A resource as `resources/list` shows it. */
export interface ResourceInfo extends Annotated {
  /** Where `resources/read` finds it. */
  readonly uri: string;
  /** A name for programs. */
  readonly name: string;
  /** A name for people. */
  readonly title?: string;
  /** What it holds, for the model. */
  readonly description?: string;
  /** Such as `text/plain`. */
  readonly mimeType?: string;
  /** Bytes, before any encoding. */
  readonly size?: number;
  /** Images that stand for it. */
  readonly icons?: readonly Icon[];
}

/** A template as `resources/templates/list` shows it. */
export interface ResourceTemplateInfo extends Annotated {
  /** A URI template (RFC 6570), such as `notes://{user}/{id}`. */
  readonly uriTemplate: string;
  /** A name for programs. */
  readonly name: string;
  /** A name for people. */
  readonly title?: string;
  /** What its resources hold, for the model. */
  readonly description?: string;
  /** Of all resources that the template stands for, where they have the same. */
  readonly mimeType?: string;
  /** Images that stand for it. */
  readonly icons?: readonly Icon[];
}

/** What a `resources/read` gives back. */
export interface ReadResult {
  /** What the resource holds: one piece, or several. */
  readonly contents: readonly ResourceContents[];
  /** Whatever client and server have agreed on beside the protocol. */
  readonly _meta?: JsonObject;
}

/** An argument of a prompt as `prompts/list` shows it. */
export interface PromptArgumentInfo {
  /** A name for programs. */
  readonly name: string;
  /** A name for people. */
  readonly title?: string;
  /** What it is for. */
  readonly description?: string;
  /** Whether `prompts/get` must say it. Default false. */
  readonly required?: boolean;
}

/** A prompt as `prompts/list` shows it. */
export interface PromptInfo {
  /** A name for programs. */
  readonly name: string;
  /** A name for people. */
  readonly title?: string;
  /** What it is for. */
  readonly description?: string;
  /** What it can be filled in with. */
  readonly arguments?: readonly PromptArgumentInfo[];
  /** Images that stand for it. */
  readonly icons?: readonly Icon[];
  /** Whatever client and server have agreed on beside the protocol. */
  readonly _meta?: JsonObject;
}

/** A message of a prompt. */
export interface PromptMessage {
  /** Whose words they are. */
  readonly role: "user" | "assistant";
  /** What they say. */
  readonly content: Content;
}

/** What a `prompts/get` gives back. */
export interface PromptResult {
  /** What the prompt is for. */
  readonly description?: string;
  /** What the model is given. */
  readonly messages: readonly PromptMessage[];
  /** Whatever client and server have agreed on beside the protocol. */
  readonly _meta?: JsonObject;
}

/** Suggestions for a value that somebody is typing, the best first. */
export interface Completion {
  /** At most 100 are sent. */
  readonly values: readonly string[];
  /** How many there are in all, sent or not. */
  readonly total?: number;
  /** Whether there are more than were sent. */
  readonly hasMore?: boolean;
}
