// The neutral vocabulary of MCP that both eras and both sides share: who client and server are and
// what they can do here; what is said in content.ts, what is listed in entries.ts.
// No result types, no envelope keys, no sessions here: those belong to an era.
// spec: schema

import type { JsonObject } from "../jsonrpc/message.ts";
import type { Icon } from "./icon.ts";

export type * from "./content.ts";
export type * from "./entries.ts";
export type * from "./icon.ts";

/** Who a client or server says it is. Never to be trusted, only shown. */
export interface Implementation {
  /** A name for programs. */
  readonly name: string;
  /** Its version, in any form. */
  readonly version: string;
  /** A name for people. */
  readonly title?: string;
  /** What it is, in a sentence. */
  readonly description?: string;
  /** Its home page. */
  readonly websiteUrl?: string;
  /** Images that stand for it. */
  readonly icons?: readonly Icon[];
}

/** What a client declared it can be asked. */
export interface ClientCapabilities {
  /** Questions to its user: `form`, `url`, or both; `{}` means forms. */
  readonly elicitation?: JsonObject;
  /** Samples of its model; with `tools` and `context` where it knows these. */
  readonly sampling?: JsonObject;
  /** The folders and files it works with. */
  readonly roots?: JsonObject;
  /** Extensions with their settings, by identifier. */
  readonly extensions?: { readonly [name: string]: JsonObject };
  /** Whatever else it declared. */
  readonly [other: string]: unknown;
}

/** What a server declares it offers. */
export interface ServerCapabilities {
  /** Tools; `listChanged` promises to say when the list changes. */
  readonly tools?: { readonly listChanged?: boolean };
  /** Resources; `subscribe` promises to say when one changes. */
  readonly resources?: { readonly listChanged?: boolean; readonly subscribe?: boolean };
  /** Prompts; `listChanged` promises to say when the list changes. */
  readonly prompts?: { readonly listChanged?: boolean };
  /** Suggestions for arguments of prompts and templates. */
  readonly completions?: JsonObject;
  /** Log lines. */
  readonly logging?: JsonObject;
  /** Extensions with their settings, by identifier. */
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

/** A JSON Schema, as a plain object (or `true`/`false`). */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown };
