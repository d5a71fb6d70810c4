// Holds a whole conversation to the official schemas: it sees what the client asked, so that it
// knows which result each response must be. Used where tests or programs of others hold the wire.

import { checkSent, type Sent } from "./schema_check.ts";

const REVISIONS = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"];
const NEWEST = "2026-07-28";
const VERSION_META = "io.modelcontextprotocol/protocolVersion";

interface Asked {
  readonly method: string;
  readonly revision: string;
}

/** A conversation: what the client sends, and what it is sent. */
export interface WireCheck {
  /** What was wrong with what the server sent, so far. */
  readonly problems: readonly string[];
  /** How many messages of the server were looked at. */
  readonly seen: number;
  /** The revision of messages that do not say theirs. */
  revision: string;
  /** Takes what the client sends: a message, or a batch; anything else is let by. */
  asked(text: string, revision?: string): void;
  /** Takes what the server sends: a message, or a batch. */
  sent(text: string): void;
}

/** Begins to look; `revision` holds until an answer to `initialize` says otherwise. */
export function wireCheck(revision = NEWEST): WireCheck {
  const asked = new Map<string, Asked>();
  const problems: string[] = [];
  let session = revision === NEWEST ? "2025-11-25" : revision;
  let seen = 0;

  function look(message: Sent): void {
    seen++;
    const request = asked.get(JSON.stringify(message.id ?? null));
    const { result, error } = message;
    if (request?.method === "initialize" && typeof result?.protocolVersion === "string") {
      session = check.revision = result.protocolVersion;
    }
    // Errors that only the newest revision has are answers to those that ask for no revision we know.
    const own = error?.code <= -32020 && error?.code >= -32022 ? NEWEST : request?.revision;
    checkSent(own ?? check.revision, message, result === undefined ? undefined : request?.method);
  }

  const check: WireCheck & { revision: string } = {
    problems,
    revision,
    get seen() {
      return seen;
    },
    asked(text, named) {
      for (const message of messagesOf(text)) {
        if (typeof message?.method !== "string" || message.id === undefined) continue;
        const said = message.params?._meta?.[VERSION_META] ?? named;
        // A request that names none is one of a session, whatever else the connection carries.
        const known = REVISIONS.includes(said) ? said : session;
        asked.set(JSON.stringify(message.id), { method: message.method, revision: known });
        check.revision = known;
      }
    },
    sent(text) {
      try {
        const all = JSON.parse(text);
        for (const message of Array.isArray(all) ? all : [all]) look(message);
      } catch (error) {
        problems.push(error instanceof Error ? error.message : String(error));
      }
    },
  };
  return check;
}

/** What can be read of a client's text; clients in tests may send anything. */
function messagesOf(text: string): Sent[] {
  try {
    const all = JSON.parse(text);
    return Array.isArray(all) ? all : [all];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
