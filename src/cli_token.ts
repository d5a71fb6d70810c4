// `lmcp token`: mints a token, and the line by which a server knows it.
// Called by `cli_commands.ts`. The token goes to standard output and nowhere else.

import type { Runtime } from "./runtime/runtime.ts";

const BYTES = 32;

/** Prints a new token, then its line for the file of `--tokens`. */
export async function token(runtime: Runtime, { name }: { name: string }): Promise<void> {
  const minted = mintToken();
  runtime.print(`${minted}\n${await tokenLine(name, minted)}\n`);
  runtime.stderr(
    "The first line is the token: give it to the client, and to nobody else. The second is for the\n" +
      'file of "lmcp serve --tokens FILE". Or put the first alone into a file with mode 0600, for\n' +
      '"lmcp serve --token-file FILE".',
  );
}

/** A token that nobody can guess: 256 random bits. */
export function mintToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  const text = btoa(String.fromCharCode(...bytes));
  // The beginning lets scanners of repositories and logs find it.
  return `lmcp_${text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/** The line of a token: who it belongs to, and what it is known by. */
export async function tokenLine(name: string, minted: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(minted));
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0"));
  return `${name} sha256:${hex.join("")}`;
}
