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

/** A resource carried inside a result. */
export interface EmbeddedResource extends Extras {
  readonly type: "resource";
  readonly resource: TextResource | BlobResource;
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
