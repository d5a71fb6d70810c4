// Bearer tokens: who a token belongs to, found in a time that says nothing of how close a guess was.
// Made by the command line or a library user, passed to `createHandler` as `auth`.

import type { AuthInfo } from "../protocol/call.ts";
import type { Authenticate } from "./guard.ts";

/** A token that is known, in the clear or as the SHA-256 of it in hex. */
export type TokenEntry =
  & { readonly name: string; readonly scopes?: readonly string[]; readonly expiresAt?: number }
  & ({ readonly token: string } | { readonly sha256: string });

/** Makes the check of bearer tokens. Entries are read once; a change makes a new check.
 *
 * @throws {TypeError} when an entry is empty or not of its form.
 *
 * @example
 * ```ts
 * import { bearerTokens } from "@lmcp/lmcp";
 *
 * const auth = bearerTokens([{ name: "laptop", token: "correct horse" }]);
 * const info = await auth("correct horse");
 * if (info?.name !== "laptop") throw new Error("unexpected name");
 * if (await auth("wrong") !== undefined) throw new Error("unexpected match");
 * ```
 */
export function bearerTokens(entries: readonly TokenEntry[]): Authenticate {
  entries.forEach(checkEntry);
  const digests = Promise.all(entries.map(async (entry) => {
    const { name, scopes, expiresAt } = entry;
    const info: AuthInfo = {
      name,
      ...(scopes === undefined ? {} : { scopes }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
    return { info, digest: "sha256" in entry ? fromHex(entry.sha256) : await sha256(entry.token) };
  }));
  // A token that was right once is compared as it is from then on: no hash for each request.
  const seen: { token: string; info: AuthInfo }[] = [];

  return (token) => {
    if (token === undefined) return undefined;
    const before = findSeen(seen, token);
    return before ?? verify(token);
  };

  async function verify(token: string): Promise<AuthInfo | undefined> {
    const digest = await sha256(token);
    let found: AuthInfo | undefined;
    for (const entry of await digests) {
      if (sameBytes(digest, entry.digest)) found = entry.info;
    }
    if (found !== undefined && seen.length < entries.length) seen.push({ token, info: found });
    return found;
  }
}

/** Looks at every known token, whole, so that time tells only their number and length. */
function findSeen(
  seen: readonly { readonly token: string; readonly info: AuthInfo }[],
  token: string,
): AuthInfo | undefined {
  let found: AuthInfo | undefined;
  for (const entry of seen) {
    let difference = entry.token.length ^ token.length;
    for (let at = 0; at < entry.token.length; at++) {
      difference |= entry.token.charCodeAt(at) ^ token.charCodeAt(at % (token.length || 1));
    }
    if (difference === 0) found = entry.info;
  }
  return found;
}

function checkEntry(entry: TokenEntry): void {
  if (entry.name === "") throw new TypeError("Token must have a name: got an empty one");
  if ("sha256" in entry) {
    if (!/^[0-9a-f]{64}$/i.test(entry.sha256)) {
      throw new TypeError(`Token "${entry.name}" must have 64 hex digits as sha256`);
    }
  } else if (entry.token.trim() === "") {
    throw new TypeError(`Token "${entry.name}" must not be empty`);
  }
}

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let at = 0; at < a.length; at++) difference |= (a[at] ?? 0) ^ (b[at] ?? 0);
  return difference === 0;
}
