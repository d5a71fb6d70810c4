// What a failed `fetch` says, on each runtime: whether the request can have left this machine.
// Called by `http_channel.ts`. Where it cannot be told, it may have.

import { ClientError } from "./client_error.ts";

/** Codes of Node and Bun for a connection that was never made. */
const NEVER_SENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT",
  "ConnectionRefused",
  "FailedToOpenSocket",
]);

/** What Deno, and Node of a port that no request may go to, say of the same. */
const NEVER_SENT_TEXT = /client error \(Connect\)|^bad port$|are blocked$/;

/** The error for a request that failed on its way. */
export function fetchError(error: unknown, url: string): ClientError {
  const causes = causesOf(error);
  const unsent = causes.some((cause) =>
    typeof cause.code === "string" && NEVER_SENT.has(cause.code) ||
    NEVER_SENT_TEXT.test(cause.message)
  );
  const detail = plainly(causes.at(-1)?.message ?? String(error));
  return unsent
    ? new ClientError("refused", `Cannot reach ${url}: ${detail}`, { cause: error, sent: false })
    : new ClientError("closed", `The connection to ${url} broke: ${detail}`, { cause: error });
}

type Cause = Error & { readonly code?: unknown };

/** The error and what it says caused it, the outermost first; of several tries, the first. */
function causesOf(error: unknown): readonly Cause[] {
  const found: Cause[] = [];
  for (let cause = error; cause instanceof Error && found.length < 8;) {
    found.push(cause);
    cause = cause.cause ?? (cause as { readonly errors?: readonly unknown[] }).errors?.[0];
  }
  return found;
}

/** The reason alone, without the address that is said already. */
function plainly(message: string): string {
  return /client error \(\w+\): (.*)$/.exec(message)?.[1] ?? message;
}
