// What an author writes a resource with, or a template of many: the definitions and their types.
// Imported by `resources.ts` and by library users; runs nothing itself.
// spec: server/resources

import type { JsonObject } from "../jsonrpc/message.ts";
import type { CacheHint } from "../protocol/call.ts";
import type { Annotations, Icon, ReadResult } from "../protocol/types.ts";
import type { Context } from "./define.ts";
import type { Completer } from "./define_completion.ts";

/** One piece of what a resource holds; the resource's own URI and MIME type where it says none. */
export type ReadContents =
  | string
  | Uint8Array
  | {
    readonly uri?: string;
    readonly mimeType?: string;
    readonly text: string;
    readonly _meta?: JsonObject;
  }
  | {
    readonly uri?: string;
    readonly mimeType?: string;
    /** Bytes, or base64. */
    readonly blob: Uint8Array | string;
    readonly _meta?: JsonObject;
  };

/** What `read` may return. Nothing (`undefined`, `null`) says that there is no such resource. */
export type ReadReturn =
  | ReadContents
  | readonly ReadContents[]
  | { readonly contents: readonly ReadContents[]; readonly _meta?: JsonObject }
  | ReadResult
  | null
  | undefined;

/** What a resource and a template of resources have in common. */
export interface ResourceCommon {
  /** A name for programs. */
  readonly name: string;
  /** A name for people. */
  readonly title?: string;
  /** What it holds, for the model. */
  readonly description?: string;
  /** Such as `text/markdown`. */
  readonly mimeType?: string;
  /** Hints about who it is for and how much it matters. */
  readonly annotations?: Annotations;
  /** Images that stand for it. */
  readonly icons?: readonly Icon[];
  /** Whatever client and server have agreed on beside the protocol. */
  readonly _meta?: JsonObject;
  /** How long clients may reuse what was read. Default: as the server's lists. */
  readonly cache?: CacheHint;
}

/** A resource with a URI of its own, as its author writes it. */
export interface ResourceDefinition extends ResourceCommon {
  /** Where clients find it: an absolute URI of any scheme. */
  readonly uri: string;
  /** Never there: it would be a template. */
  readonly uriTemplate?: undefined;
  /** Bytes, before any encoding. */
  readonly size?: number;
  /** Gives what it holds. A thrown `RpcError` is sent as it is, anything else as -32603 without its text. */
  read(uri: string, ctx: Context): ReadReturn | Promise<ReadReturn>;
}

/** A template of many resources, as its author writes it. */
export interface ResourceTemplateDefinition<T extends string = string> extends ResourceCommon {
  /** Never there: it would be one resource. */
  readonly uri?: undefined;
  /** A URI template (RFC 6570), such as `notes://{user}/{id}{?format}`. */
  readonly uriTemplate: T;
  /** Suggests values for the variables. */
  readonly complete?: { readonly [N in keyof TemplateVariables<T>]?: Completer };
  /**
   * Gives what one of them holds. The variables are decoded and come from the client: one that
   * becomes part of a path may hold `/` and `..`, and must be checked.
   */
  read(
    uri: string,
    variables: TemplateVariables<T>,
    ctx: Context,
  ): ReadReturn | Promise<ReadReturn>;
}

/** A resource or a template, ready to be registered. */
export type Resource = ResourceDefinition | ResourceTemplateDefinition;

/**
 * The variables of a template, by its text: a list where it says `{x*}`, and perhaps absent where
 * an operator lets them be (`{/x}`, `{.x}`, `{#x}`, `{;x}`, `{?x}`, `{&x}`).
 */
export type TemplateVariables<T extends string> = string extends T
  ? { readonly [name: string]: string | readonly string[] | undefined }
  : T extends `${string}{${infer E}}${infer Rest}`
    ? ExpressionVariables<E> & TemplateVariables<Rest>
  : { readonly [name in never]: string };

/** The variables of one expression of a template, by its text without the braces. */
export type ExpressionVariables<E extends string> = E extends
  `${"#" | "." | "/" | ";" | "?" | "&"}${infer L}` ? Partial<VariableList<L>>
  : E extends `+${infer L}` ? VariableList<L>
  : VariableList<E>;

/** The variables of a list such as `user,tags*`. */
export type VariableList<L extends string> = L extends `${infer V},${infer Rest}`
  ? VariableList<V> & VariableList<Rest>
  : L extends `${infer N}*` ? { readonly [name in N]: readonly string[] }
  : { readonly [name in L]: string };

/**
 * Types a resource's handler; for a template, by the variables in its text. The definition itself
 * is not changed.
 *
 * @example
 * ```ts
 * import { defineResource } from "@lmcp/lmcp";
 *
 * const notes = new Map([["1", "Buy milk"]]);
 * const note = defineResource({
 *   uriTemplate: "notes://{id}",
 *   name: "note",
 *   mimeType: "text/plain",
 *   complete: { id: (value) => [...notes.keys()].filter((id) => id.startsWith(value)) },
 *   read: (_uri, { id }) => notes.get(id),
 * });
 * if (note.uriTemplate !== "notes://{id}") throw new Error("unexpected template");
 * ```
 */
export function defineResource<const T extends string>(
  definition: ResourceTemplateDefinition<T>,
): ResourceTemplateDefinition;
/**
 * Types a resource with a URI of its own. The definition itself is not changed.
 *
 * @example
 * ```ts
 * import { defineResource } from "@lmcp/lmcp";
 *
 * const about = defineResource({ uri: "notes://about", name: "about", read: () => "All notes." });
 * if (about.uri !== "notes://about") throw new Error("unexpected URI");
 * ```
 */
export function defineResource(definition: ResourceDefinition): ResourceDefinition;
/** Either of them. */
export function defineResource(definition: object): Resource {
  return definition as Resource;
}
