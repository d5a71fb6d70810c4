// The arguments of a tool as people type them: `key=value`, `key:=json`, a JSON object, `@file`, `-`.
// Called by `cli_call.ts`. Reads files and standard input; knows nothing of the tool.

import { UsageError } from "./cli_options.ts";
import { isJsonObject, type JsonObject } from "./jsonrpc/message.ts";

/** Where the texts behind `@` and `-` come from. @throws {UsageError} when there is none. */
export interface ArgumentSources {
  file(path: string): Promise<string>;
  stdin(): Promise<string>;
}

/** What was said. */
export interface ToolArguments {
  readonly args: JsonObject;
  /** Names whose value is text that may be meant as something else: `key=5`. */
  readonly texts: ReadonlySet<string>;
}

const FORMS = 'key=value, key:=JSON, key=@FILE, a JSON object, "@FILE" or "-" (standard input)';

/** Reads the words behind the name of a tool; later ones win. @throws {UsageError} */
export async function readArguments(
  words: readonly string[],
  sources: ArgumentSources,
): Promise<ToolArguments> {
  const args = new Map<string, unknown>();
  const texts = new Set<string>();
  for (const word of words) {
    const [, name, sign, said] = /^([^=:@{}"\s][^=:]*)(:?=)(.*)$/s.exec(word) ?? [];
    if (name !== undefined && said !== undefined) {
      const text = await textOf(said, sources);
      args.set(name, sign === "=" ? text : readJson(text, `${name}:=`));
      if (sign === "=") texts.add(name);
      else texts.delete(name);
      continue;
    }
    for (const [key, value] of Object.entries(await wholeObject(word, sources))) {
      args.set(key, value);
      texts.delete(key);
    }
  }
  // Unlike an assignment, safe for a member named __proto__.
  return { args: Object.fromEntries(args), texts };
}

async function wholeObject(word: string, sources: ArgumentSources): Promise<JsonObject> {
  const source = word === "-" ? "standard input" : word.startsWith("@") ? word.slice(1) : undefined;
  if (source === undefined && !word.trimStart().startsWith("{")) {
    throw new UsageError(`An argument must be one of ${FORMS}: got ${JSON.stringify(word)}`);
  }
  const text = word === "-" ? await sources.stdin() : await textOf(word, sources);
  const value = readJson(text, source === undefined ? "The arguments" : JSON.stringify(source));
  if (isJsonObject(value)) return value;
  throw new UsageError(
    `${
      source === undefined ? "The arguments" : JSON.stringify(source)
    } must be a JSON object: got ${JSON.stringify(value).slice(0, 100)}`,
  );
}

/** A text as it stands, or what `@FILE` and `@-` stand for; `@@` begins a text with one `@`. */
function textOf(said: string, sources: ArgumentSources): Promise<string> | string {
  if (!said.startsWith("@")) return said;
  if (said.startsWith("@@")) return said.slice(1);
  return said === "@-" ? sources.stdin() : sources.file(said.slice(1));
}

function readJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(
      `${source} must have JSON behind it: got ${
        JSON.stringify(text.slice(0, 100))
      }; a text needs quotes, or "=" in place of ":="`,
    );
  }
}
