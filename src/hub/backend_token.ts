// The token of a host: from the registry, or from a file that only this user may read. Read when it is
// first needed, and again when the host does not take it any more: a token can be changed without
// touching the registry. Never puts a token into a message.

import type { ClientAuth } from "../client/target.ts";
import { FileError, type Runtime } from "../runtime/runtime.ts";
import { smallFileText } from "../../tools/small_file.ts";
import type { Backend } from "./registry.ts";

/** The token of a host cannot be used. The message is a clause that says why. */
export class TokenProblem extends Error {
  /** The name of the class, for logs. */
  override readonly name: string = "TokenProblem";
}

/** Where the token of a host comes from; undefined where it has none. */
export function backendAuth(
  runtime: Pick<Runtime, "files">,
  { token, tokenFile }: Pick<Backend, "token" | "tokenFile">,
): ClientAuth | undefined {
  if (token !== undefined) return { token: () => token };
  if (tokenFile === undefined) return undefined;
  let known: Promise<string> | undefined;
  return {
    token: () =>
      known ??= readToken(runtime, tokenFile).catch((error) => {
        known = undefined;
        throw error;
      }),
    async onUnauthorized(_challenge, status) {
      if (status !== 401) return false;
      const before = await known;
      known = undefined;
      return await this.token() !== before;
    },
  };
}

async function readToken({ files }: Pick<Runtime, "files">, path: string): Promise<string> {
  try {
    const file = await files.open(path, { read: true });
    const { mode } = await file.info();
    if (mode !== null && (mode & 0o077) !== 0) {
      file.close();
      throw new TokenProblem(
        `its token file ${path} can be read by other users; "chmod 600 ${path}" mends it`,
      );
    }
    const text = (await smallFileText(Promise.resolve(file)))?.trim() ?? "";
    if (/^[\x21-\x7e]+$/.test(text)) return text;
    throw new TokenProblem(`its token file ${path} must hold one word, and holds something else`);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new TokenProblem(`its token file cannot be read: ${error.message}`);
  }
}
