// What a server was found to speak, kept so that it is not asked again. Written by `connect.ts`;
// forgotten when the server turns out to speak otherwise. spec: basic/versioning#backward-compatibility

import type { JsonObject } from "../jsonrpc/message.ts";

/** What a server was found to speak. Plain JSON, so that it may be kept across runs. */
export type Verdict =
  | {
    readonly era: "modern";
    readonly revision: string;
    /** What `server/discover` was answered with. */
    readonly discovered: JsonObject;
    /** Milliseconds since the epoch, after which it is asked again; absent: never. */
    readonly until?: number;
  }
  | { readonly era: "session" };
