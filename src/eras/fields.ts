// Which fields came to the protocol after its first revision, and with which they came.
// Read by `downgrade.ts`: what a revision does not know is left out of what it is sent.
// spec: the schema of each revision

import { isJsonObject, type JsonObject } from "../jsonrpc/message.ts";
import { atLeast, type SessionRevision } from "../protocol/revisions.ts";

/** The types whose fields grew. Resources and their templates grew alike. */
export type ShownType =
  | "info"
  | "capabilities"
  | "tool"
  | "toolResult"
  | "resource"
  | "contents"
  | "prompt"
  | "argument"
  | "content"
  | "annotations";

/** The revision that each field came with. A field that is not named here was always there. */
const SINCE: { readonly [T in ShownType]: { readonly [field: string]: SessionRevision } } = {
  info: {
    title: "2025-06-18",
    description: "2025-11-25",
    websiteUrl: "2025-11-25",
    icons: "2025-11-25",
  },
  capabilities: { completions: "2025-03-26" },
  tool: {
    annotations: "2025-03-26",
    title: "2025-06-18",
    outputSchema: "2025-06-18",
    _meta: "2025-06-18",
    icons: "2025-11-25",
  },
  toolResult: { structuredContent: "2025-06-18" },
  resource: { title: "2025-06-18", _meta: "2025-06-18", icons: "2025-11-25" },
  contents: { _meta: "2025-06-18" },
  prompt: { title: "2025-06-18", _meta: "2025-06-18", icons: "2025-11-25" },
  argument: { title: "2025-06-18" },
  content: { _meta: "2025-06-18", icons: "2025-11-25" },
  annotations: { lastModified: "2025-06-18" },
};

/** The fields that hold a value, or a list of values, of a type that grew as well. */
const INSIDE: { readonly [field: string]: ShownType } = {
  annotations: "annotations",
  arguments: "argument",
};

/** What of a value a revision knows. */
export function fitFields(type: ShownType, value: unknown, revision: SessionRevision): JsonObject {
  if (!isJsonObject(value)) return {};
  if (atLeast(revision, "2025-11-25")) return value; // It knows every field of the table.
  const fitted: JsonObject = {};
  for (const [field, member] of Object.entries(value)) {
    const since = Object.hasOwn(SINCE[type], field) ? SINCE[type][field] : undefined;
    if (since === undefined || atLeast(revision, since)) {
      fitted[field] = fitInside(field, member, revision);
    }
  }
  return fitted;
}

function fitInside(field: string, member: unknown, revision: SessionRevision): unknown {
  const type = Object.hasOwn(INSIDE, field) ? INSIDE[field] : undefined;
  if (type === undefined) return member;
  if (Array.isArray(member)) return member.map((item) => fitFields(type, item, revision));
  return isJsonObject(member) ? fitFields(type, member, revision) : member;
}
