// The server that a command speaks to as a client: at a URL, or one that it starts. Reads the operand
// and the options for it; connects to nothing itself.

import { type Operands, UsageError, value, values } from "./cli_options.ts";
import { readOptionFile } from "./cli_read_file.ts";
import { shellWords } from "./cli_shell_words.ts";
import { readFilePath } from "./cli_values.ts";
import type { Runtime } from "./runtime/runtime.ts";

/** What stands for the server in the help. */
export const TARGET_OPERAND = "URL|COMMAND|-- WORDS...";

/** The options of a command that speaks to a server. */
export const TARGET_OPTIONS = {
  "token-file": value(
    "FILE",
    "Send the token in FILE, which others must not be able to read",
    readFilePath,
  ),
  "header": values("'NAME: VALUE'", "Send this header with each request; repeatable", readHeader),
};

/** The server. */
export type CliTarget =
  | {
    readonly kind: "http";
    readonly url: string;
    readonly headers: { readonly [name: string]: string };
  }
  | { readonly kind: "stdio"; readonly command: readonly string[] };

/** What the options of `TARGET_OPTIONS` say. */
export interface TargetValues {
  readonly "token-file": string | undefined;
  readonly header: readonly (readonly [string, string])[];
}

/**
 * Reads which server is meant.
 *
 * @throws {UsageError} when it is named wrongly, or an option does not go with it.
 */
export async function readTarget(
  runtime: Runtime,
  name: string,
  operands: Operands,
  values: TargetValues,
): Promise<CliTarget> {
  const { words, rest } = operands;
  const [first, more] = words;
  if (rest !== undefined) {
    if (first !== undefined || rest.length === 0) {
      throw new UsageError(
        `"lmcp ${name}" must be given a command after --, and nothing before: got ` +
          (first === undefined ? "nothing after it" : JSON.stringify(first)),
      );
    }
    return stdio(rest, values);
  }
  if (first === undefined) {
    throw new UsageError(
      `"lmcp ${name}" must be given a server: got none; a URL, a command in quotes, or a command ` +
        "after --",
    );
  }
  if (more !== undefined) {
    throw new UsageError(
      `"lmcp ${name}" must be given one server: got ${
        JSON.stringify(more)
      } as well; put a command ` +
        "in quotes, or all of it after --",
    );
  }
  if (!/^https?:|^[a-z][a-z0-9+.-]*:\/\//i.test(first)) return stdio(shellWords(first), values);
  const spoken = /^https?:/i.test(first);
  if (!spoken || !URL.canParse(first)) {
    throw new UsageError(
      `"lmcp ${name}" must be given a URL${spoken ? "" : " of http or https"}: got ${
        JSON.stringify(first)
      }; ` +
        "http://127.0.0.1:8080/mcp, say",
    );
  }
  const { username, password } = new URL(first);
  if (username !== "" || password !== "") {
    // It is not said again.
    throw new UsageError(
      `"lmcp ${name}" must be given a URL without a user and password: got one with; ` +
        "--token-file or --header says who calls",
    );
  }
  return { kind: "http", url: first, headers: await headersOf(runtime, values) };
}

function stdio(command: readonly string[], values: TargetValues): CliTarget {
  const option = values["token-file"] !== undefined
    ? "--token-file"
    : values.header.length > 0
    ? "--header"
    : undefined;
  if (option !== undefined) {
    throw new UsageError(`${option} is for a URL: a command has no use for it; leave it out`);
  }
  if (command.length === 0) {
    throw new UsageError("The command must have a word: got none; name the program to start");
  }
  return { kind: "stdio", command };
}

async function headersOf(
  runtime: Runtime,
  values: TargetValues,
): Promise<{ [name: string]: string }> {
  const headers: { [name: string]: string } = Object.fromEntries(values.header);
  const file = values["token-file"];
  if (file === undefined) return headers;
  const token = (await readOptionFile(runtime, "--token-file", file, "read")).trim();
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new UsageError(`--token-file must name a file with one token, and nothing else`);
  }
  return { ...headers, authorization: `Bearer ${token}` };
}

function readHeader(text: string, source: string): readonly (readonly [string, string])[] {
  const [, name = "", said = ""] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*([\x20-\x7e]*)$/.exec(text) ?? [];
  if (name !== "") return [[name.toLowerCase(), said.trim()]];
  // A header may be a secret: it is not said again.
  throw new UsageError(`${source} must be a name, a colon and a value; 'X-Team: lab', say`);
}
