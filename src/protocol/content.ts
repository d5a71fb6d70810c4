// What tools, prompts and resources say: blocks of content, and what a resource holds.
// Re-exported by types.ts, from where all others import it. Types only.
// spec: server/tools (tool result), server/prompts (data types), server/resources (contents)

import type { JsonObject } from "../jsonrpc/message.ts";
import type { Icon } from "./icon.ts";

/** Hints about who a piece of content is for and how much it matters. */
export interface Annotations {
  /** Who it is meant for. Absent: everybody. */
  readonly audience?: readonly ("user" | "assistant")[];
  /** From 0 (optional) to 1 (needed). */
  readonly priority?: number;
  /** When it was last changed, in ISO 8601, such as `2025-01-12T15:00:58Z`. */
  readonly lastModified?: string;
}

/** What content and listed resources may carry beside their own members. */
export interface Annotated {
  /** Hints for the client. */
  readonly annotations?: Annotations;
  /** Whatever client and server have agreed on beside the protocol. */
  readonly _meta?: JsonObject;
}

/** Text. */
export interface TextContent extends Annotated {
  /** What kind of content it is. */
  readonly type: "text";
  /** The text. */
  readonly text: string;
}

/** An image. */
export interface ImageContent extends Annotated {
  /** What kind of content it is. */
  readonly type: "image";
  /** The bytes, as base64. */
  readonly data: string;
  /** Such as `image/png`. */
  readonly mimeType: string;
}

/** Sound. */
export interface AudioContent extends Annotated {
  /** What kind of content it is. */
  readonly type: "audio";
  /** The bytes, as base64. */
  readonly data: string;
  /** Such as `audio/wav`. */
  readonly mimeType: string;
}

/** A pointer to a resource that the client may read. */
export interface ResourceLink extends Annotated {
  /** What kind of content it is. */
  readonly type: "resource_link";
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

/** The text of a resource. */
export interface TextResource {
  /** Which resource it is. */
  readonly uri: string;
  /** Such as `text/plain`. */
  readonly mimeType?: string;
  /** The text. */
  readonly text: string;
  /** Whatever client and server have agreed on beside the protocol. */
  readonly _meta?: JsonObject;
}

/** The bytes of a resource. */
export interface BlobResource {
  /** Which resource it is. */
  readonly uri: string;
  /** Such as `application/pdf`. */
  readonly mimeType?: string;
  /** The bytes, as base64. */
  readonly blob: string;
  /** Whatever client and server have agreed on beside the protocol. */
  readonly _meta?: JsonObject;
}

/** Either form of what a resource holds. */
export type ResourceContents = TextResource | BlobResource;

/** A resource carried inside a result. */
export interface EmbeddedResource extends Annotated {
  /** What kind of content it is. */
  readonly type: "resource";
  /** What it holds. */
  readonly resource: ResourceContents;
}

/** One block of what a tool or prompt says. */
export type Content = TextContent | ImageContent | AudioContent | ResourceLink | EmbeddedResource;
