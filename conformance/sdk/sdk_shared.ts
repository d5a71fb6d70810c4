// What the instances of the SDK's server have in common: it makes one for each request, and the tools
// must still find what an earlier call left. Used by the files of this folder only.

import type { McpServer } from "npm:@modelcontextprotocol/server@2.4.0";

/** The state behind all instances. */
export interface Shared {
  /** Instances on connections that last, with what each subscribed to; the SDK itself filters some. */
  readonly sessions: Map<McpServer, Set<string> | "filtered">;
  /** What became of probes, by their keys. */
  readonly probes: Map<string, "running" | "aborted" | "finished">;
  /** Entries that come and go. */
  readonly appeared: Set<"tools" | "prompts" | "resources">;
  /** Tells clients without a session. */
  changed: (kind: "tools" | "prompts" | "resources" | { readonly uri: string }) => void;
}

/** Makes it. */
export function openShared(): Shared {
  return { sessions: new Map(), probes: new Map(), appeared: new Set(), changed: () => {} };
}
