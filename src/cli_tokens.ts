// Who may call: the tokens from the options, the environment and the configuration file, in this
// order; a later place is asked only when the ones before it name none.
// Called by `cli_serve.ts` at start. Never puts a token into a message.

import type { HttpValues } from "./cli_serve_options.ts";
import { UsageError } from "./cli_options.ts";
import { readOptionFile } from "./cli_read_file.ts";
import { ONLY_NAME } from "./cli_values.ts";
import type { Runtime } from "./runtime/runtime.ts";
import type { TokenEntry } from "./transports/tokens.ts";

/** The variable that holds a token. No child process may see it. */
export const TOKEN_VARIABLE = "LMCP_TOKEN";

type TokenValues = Pick<HttpValues, "token-file" | "tokens" | "conf">;

/**
 * Reads the tokens; none when nobody names one.
 *
 * @throws {UsageError} for a file that cannot be used.
 */
export async function readTokens(runtime: Runtime, values: TokenValues): Promise<TokenEntry[]> {
  const { "token-file": single, tokens: many, conf } = values;
  const entries: TokenEntry[] = [];
  if (single !== undefined) {
    const text = await readOptionFile(runtime, "--token-file", single, "read");
    entries.push(plainToken(text.trim(), `--token-file ${single}`));
  }
  if (many !== undefined) {
    const text = await readOptionFile(runtime, "--tokens", many, "write");
    entries.push(...parseTokens(text, many));
  }
  // Read in any case: a file that cannot be used is an error, wanted or not.
  const configured = conf === undefined
    ? undefined
    : parseConf(await readOptionFile(runtime, "--conf", conf, "read"), conf);
  if (entries.length > 0) return entries;
  const variable = runtime.env(TOKEN_VARIABLE);
  if (variable !== undefined) return [plainToken(variable, TOKEN_VARIABLE)];
  return configured === undefined ? [] : [configured];
}

/** The files that say who may call. */
export function tokenFiles(values: TokenValues): string[] {
  return [values["token-file"], values.tokens, values.conf].filter((path) => path !== undefined);
}

/** Reads lines of `name sha256:HEX`. @throws {UsageError} that names file and line. */
export function parseTokens(text: string, path: string): TokenEntry[] {
  const entries: TokenEntry[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    const words = line.replace(/(^|\s)#.*/, "").trim().split(/\s+/).filter(Boolean);
    if (words.length === 0) continue;
    const [name = "", digest = "", more] = words;
    const sha256 = /^sha256:([0-9a-f]{64})$/i.exec(digest)?.[1];
    if (sha256 === undefined || more !== undefined) {
      // The line may hold a token in the clear, so it is not quoted.
      throw new UsageError(
        `--tokens ${path}, line ${at + 1}: must be "NAME sha256:HEX" with 64 hex digits: got ` +
          'something else; "lmcp token" makes such lines',
      );
    }
    entries.push({ name, sha256 });
  }
  if (entries.length > 0) return entries;
  throw new UsageError(
    `--tokens must name a file with at least one token: got none in ${path}; "lmcp token" makes ` +
      "lines for it",
  );
}

/** Reads the line `.godparticle = TOKEN`, as the original does. @throws {UsageError} */
export function parseConf(text: string, path: string): TokenEntry {
  let token: string | undefined;
  for (const line of text.split("\n")) {
    const [, key, said] = /^\s*([^\s=]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    // Other keys are not ours; of several lines the last one counts.
    if (key === ".godparticle") token = said;
  }
  if (token !== undefined && token !== "") return plainToken(token, `--conf ${path}`);
  throw new UsageError(
    `--conf must name a file with a line ".godparticle = TOKEN": got none in ${path}; leave ` +
      "--conf out to serve without a token",
  );
}

// No request can carry any other: a header has no room for spaces, or what is not ASCII.
function plainToken(token: string, source: string): TokenEntry {
  if (/^[\x21-\x7e]+$/.test(token)) return { name: ONLY_NAME, token };
  const got = token === "" ? "nothing" : "other characters, or several words";
  throw new UsageError(
    `${source} must be one word of ASCII letters, digits and signs: got ${got}; "lmcp token" ` +
      "makes one",
  );
}
