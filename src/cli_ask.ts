// What a server asks its user during `lmcp call`, asked on the terminal: a form field by field, or a
// page to visit. Used by `cli_call.ts`, where standard input and error are a terminal. The end of
// input (Ctrl-D) declines. Sends nothing that was not typed; shows all of it as the server's words.

import { oneLine, printable } from "./cli_text.ts";
import type { ElicitQuestion, ElicitReply } from "./client/mod.ts";
import { isJsonObject, type JsonObject } from "./jsonrpc/message.ts";
import { coerce } from "./protocol/coerce.ts";
import { compileJsonSchema } from "./protocol/json_schema.ts";
import { unlessAborted } from "./protocol/cancel.ts";
import type { Runtime } from "./runtime/runtime.ts";

const MOST_TEXT = 500;
const MOST_CHOICES = 50;

/** What asks. Questions that come together are asked one after another. */
export interface TerminalAsker {
  onElicit(question: ElicitQuestion, signal: AbortSignal): Promise<ElicitReply>;
  onVisit(question: ElicitQuestion, signal: AbortSignal): Promise<ElicitReply>;
  /** Whether somebody is being asked: nothing else should be drawn then. */
  readonly busy: boolean;
}

/** Opens it; `clear` makes room on the terminal. Reads nothing before there is a question. */
export function openTerminalAsker(runtime: Runtime, clear: () => void): TerminalAsker {
  let last: Promise<unknown> = Promise.resolve();
  let open = 0;
  let lines: ReadLine | undefined;

  function inTurn(ask: (line: ReadLine) => Promise<ElicitReply>): Promise<ElicitReply> {
    open++;
    const turn = last.then(() => {
      clear();
      lines ??= openLines(runtime.stdio().stdin);
      return ask(lines);
    }).finally(() => open--);
    last = turn.catch(() => undefined); // Whoever asked is told.
    return turn;
  }

  return {
    get busy() {
      return open > 0;
    },
    onElicit: ({ message, requestedSchema }, signal) =>
      inTurn(async (line) => {
        say(`The server asks: ${oneLine(message, MOST_TEXT)} (Ctrl-D declines)`);
        const content = await askForm(requestedSchema ?? {}, () => line(signal), say);
        return content === undefined ? { action: "decline" } : { action: "accept", content };
      }),
    onVisit: ({ message, url }, signal) =>
      inTurn(async (line) => {
        say(`The server asks: ${oneLine(message, MOST_TEXT)}`);
        say(`  To be opened in a browser, if you trust it: ${printable(String(url))}`);
        say("  Enter once you will; Ctrl-D declines:");
        return { action: await line(signal) === undefined ? "decline" : "accept" };
      }),
  };

  function say(text: string): void {
    runtime.stderr(text);
  }
}

/** The fields of a form; undefined when the input ended. */
async function askForm(
  schema: JsonObject,
  line: () => Promise<string | undefined>,
  say: (text: string) => void,
): Promise<JsonObject | undefined> {
  const content: [string, unknown][] = [];
  const { properties, required } = schema;
  for (const [name, given] of Object.entries(isJsonObject(properties) ? properties : {})) {
    const field = isJsonObject(given) ? given : {};
    const needed = Array.isArray(required) && required.includes(name);
    const problemsOf = compileJsonSchema(field);
    for (;;) {
      say(`  ${fieldText(name, field, needed)}:`);
      const typed = await line();
      if (typed === undefined) return undefined;
      if (typed === "" && (!needed || field.default !== undefined)) break;
      const value = valueOf(typed, field);
      const problems = problemsOf(value);
      if (problems.length === 0) {
        content.push([name, value]);
        break;
      }
      say(`  ${oneLine(problems.join("; "), MOST_TEXT)}`);
    }
  }
  return Object.fromEntries(content);
}

/** A field as it is asked for: `age (integer) How old you are [5]`. */
function fieldText(name: string, field: JsonObject, needed: boolean): string {
  const choices = choicesOf(field);
  const kind = choices.length > 0
    ? `${field.type === "array" ? "some of, with commas: " : ""}${
      choices.slice(0, MOST_CHOICES).map(({ value, title }) =>
        title === undefined ? String(value) : `${value} = ${title}`
      ).join(", ")
    }`
    : field.type === "boolean"
    ? "true or false"
    : String(field.type ?? "text");
  const about = field.description ?? field.title;
  const what = `${name} (${kind}${needed ? "" : ", may be empty"})`;
  const more = typeof about === "string" ? ` ${about}` : "";
  const otherwise = field.default === undefined ? "" : ` [${JSON.stringify(field.default)}]`;
  return oneLine(`${what}${more}${otherwise}`, MOST_TEXT);
}

function valueOf(typed: string, field: JsonObject): unknown {
  if (field.type === "array" && !typed.trimStart().startsWith("[")) {
    return typed.split(",").map((part) => part.trim()).filter((part) => part !== "");
  }
  if (field.type === "boolean") {
    if (/^y(es)?$/i.test(typed)) return true;
    if (/^no?$/i.test(typed)) return false;
  }
  return coerce(typed, field);
}

/** What may be chosen, in each of the ways that the protocol has for it. */
function choicesOf(field: JsonObject): { value: unknown; title: string | undefined }[] {
  const of = field.type === "array" && isJsonObject(field.items) ? field.items : field;
  const { enum: values, enumNames, oneOf, anyOf } = of;
  if (Array.isArray(values)) {
    const titles: unknown[] = Array.isArray(enumNames) ? enumNames : [];
    return values.map((value, at) => ({ value, title: textOf(titles[at]) }));
  }
  const titled = Array.isArray(oneOf) ? oneOf : Array.isArray(anyOf) ? anyOf : [];
  return titled.filter(isJsonObject).map((one) => ({ value: one.const, title: textOf(one.title) }));
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

type ReadLine = (signal: AbortSignal) => Promise<string | undefined>;

/** Lines as they are typed, empty ones too; undefined at the end of input, and ever after. */
function openLines(stdin: ReadableStream<Uint8Array>): ReadLine {
  const reader = stdin.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let over = false;
  return async (signal) => {
    for (;;) {
      const end = rest.indexOf("\n");
      if (end >= 0) {
        const line = rest.slice(0, end).replace(/\r$/, "");
        rest = rest.slice(end + 1);
        return line;
      }
      if (over) return undefined;
      const { done, value } = await unlessAborted(reader.read(), signal);
      if (done) over = true;
      else rest += decoder.decode(value, { stream: true });
    }
  };
}
