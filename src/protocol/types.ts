// The neutral vocabulary of MCP that both eras and both sides share.
// No result types, no envelope keys, no sessions here: those belong to an era.
// spec: schema

import type { JsonObject } from "../jsonrpc/message.ts";

/** An image that stands for a server, tool, prompt or resource. */
export interface Icon {
  readonly src: string;
  readonly mimeType?: string;
  readonly sizes?: readonly string[];
  readonly theme?: "light" | "dark";
}

/** Who a client or server says it is. Never to be trusted, only shown. */
export interface Implementation {
  readonly name: string;
  readonly version: string;
  readonly title?: string;
  readonly description?: string;
  readonly websiteUrl?: string;
  readonly icons?: readonly Icon[];
}

/** What a client declared it can be asked. */
export interface ClientCapabilities {
  readonly elicitation?: JsonObject;
  readonly sampling?: JsonObject;
  readonly roots?: JsonObject;
  readonly extensions?: { readonly [name: string]: JsonObject };
  readonly [other: string]: unknown;
}

/** What a server declares it offers. */
export interface ServerCapabilities {
  readonly tools?: { readonly listChanged?: boolean };
  readonly resources?: { readonly listChanged?: boolean; readonly subscribe?: boolean };
  readonly prompts?: { readonly listChanged?: boolean };
  readonly completions?: JsonObject;
  readonly logging?: JsonObject;
  readonly extensions?: { readonly [name: string]: JsonObject };
}

/** Severities of RFC 5424, least first. */
export const LOG_LEVELS = [
  "debug",
  "info",
  "notice",
  "warning",
  "error",
  "critical",
  "alert",
  "emergency",
] as const;

/** One of the eight severities of RFC 5424. */
export type LogLevel = typeof LOG_LEVELS[number];

/** Hints about who a piece of content is for and how much it matters (0 to 1). */
export interface Annotations {
  readonly audience?: readonly ("user" | "assistant")[];
  readonly priority?: number;
  readonly lastModified?: string;
}

interface Extras {
  readonly annotations?: Annotations;
  readonly _meta?: JsonObject;
}

/** Text. */
export interface TextContent extends Extras {
  readonly type: "text";
  readonly text: string;
}

/** An image; `data` is base64. */
export interface ImageContent extends Extras {
  readonly type: "image";
  readonly data: string;
  readonly mimeType: string;
}

/** Sound; `data` is base64. */
export interface AudioContent extends Extras {
  readonly type: "audio";
  readonly data: string;
  readonly mimeType: string;
}

/** A pointer to a resource that the client may read. */
export interface ResourceLink extends Extras {
  readonly type: "resource_link";
  readonly uri: string;
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly mimeType?: string;
  readonly size?: number;
  readonly icons?: readonly Icon[];
}

/** The text of a resource. */
export interface TextResource {
  readonly uri: string;
  readonly mimeType?: string;
  readonly text: string;
  readonly _meta?: JsonObject;
}

/** The bytes of a resource, as base64. */
export interface BlobResource {
  readonly uri: string;
  readonly mimeType?: string;
  readonly blob: string;
  readonly _meta?: JsonObject;
}

/** Either form of what a resource holds. */
export type ResourceContents = TextResource | BlobResource;

/** A resource carried inside a result. */
export interface EmbeddedResource extends Extras {
  readonly type: "resource";
  readonly resource: ResourceContents;
}

/** One block of what a tool or prompt says. */
export type Content = TextContent | ImageContent | AudioContent | ResourceLink | EmbeddedResource;

/** Hints about what a tool does. They are hints: a client must not rely on them for safety. */
export interface ToolAnnotations {
  readonly title?: string;
  readonly readOnlyHint?: boolean;
  readonly destructiveHint?: boolean;
  readonly idempotentHint?: boolean;
  readonly openWorldHint?: boolean;
}

/** A JSON Schema, as a plain object (or `true`/`false`). */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown };

/** A tool as `tools/list` shows it. */
export interface ToolInfo {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly inputSchema: { readonly [keyword: string]: unknown };
  readonly outputSchema?: { readonly [keyword: string]: unknown };
  readonly annotations?: ToolAnnotations;
  readonly icons?: readonly Icon[];
  readonly _meta?: JsonObject;
}

/** What a `tools/call` gives back. */
export interface ToolResult {
  readonly content: readonly Content[];
  readonly structuredContent?: unknown;
  readonly isError?: boolean;
  readonly _meta?: JsonObject;
}

/** A resource as `resources/list` shows it. */
export interface ResourceInfo extends Extras {
  readonly uri: string;
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly mimeType?: string;
  /** Bytes, before any encoding. */
  readonly size?: number;
  readonly icons?: readonly Icon[];
}

/** A template as `resources/templates/list` shows it. */
export interface ResourceTemplateInfo extends Extras {
  readonly uriTemplate: string;
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  /** Of all resources that the template stands for, where they have the same. */
  readonly mimeType?: string;
  readonly icons?: readonly Icon[];
}

/** What a `resources/read` gives back. */
export interface ReadResult {
  readonly contents: readonly ResourceContents[];
  readonly _meta?: JsonObject;
}

/** An argument of a prompt as `prompts/list` shows it. */
export interface PromptArgumentInfo {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly required?: boolean;
}

/** A prompt as `prompts/list` shows it. */
export interface PromptInfo {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly arguments?: readonly PromptArgumentInfo[];
  readonly icons?: readonly Icon[];
  readonly _meta?: JsonObject;
}

/** A message of a prompt. */
export interface PromptMessage {
  readonly role: "user" | "assistant";
  readonly content: Content;
}

/** What a `prompts/get` gives back. */
export interface PromptResult {
  readonly description?: string;
  readonly messages: readonly PromptMessage[];
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
