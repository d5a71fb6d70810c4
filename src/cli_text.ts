// Text of others for a terminal: what it could be told to do is taken out, and what is long is cut.
// Used by the commands that print what a server said. Text only; prints nothing itself.

import type { Runtime } from "./runtime/runtime.ts";

/** The control characters that a terminal acts on, all but tab and line end. */
// deno-lint-ignore no-control-regex -- they are what this is about
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;

/** Of a text that becomes one line, no more is looked at. */
const MOST_LOOKED_AT = 10_000;

/** Shows control characters as what they are, so that a server cannot move the cursor or hide text. */
export function printable(text: string): string {
  return text.replace(/\r\n/g, "\n").replace(
    CONTROLS,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** JSON for a terminal as well: what it could be told to do is escaped, and means the same. */
export function jsonLine(value: unknown): string {
  return `${printable(JSON.stringify(value))}\n`;
}

/** A text, or whatever came in its place, as one line of at most so many characters. */
export function oneLine(said: unknown, most: number): string {
  const text = typeof said === "string" ? said : JSON.stringify(said) ?? "";
  const line = printable(text.slice(0, MOST_LOOKED_AT).replace(/\s+/g, " ").trim());
  const chars = [...line];
  return chars.length <= most ? line : `${chars.slice(0, most - 1).join("")}…`;
}

/** The first sentence of a text, on one line. */
export function firstSentence(said: unknown, most: number): string {
  const text = typeof said === "string" ? said.slice(0, MOST_LOOKED_AT) : said;
  if (typeof text !== "string") return oneLine(text, most);
  return oneLine(/^(.*?[.!?])(?:\s|$)/s.exec(text.trim())?.[1] ?? text, most);
}

/** How words stand out. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
}

/** Colours where somebody sees and wants them: on a terminal, without `NO_COLOR`. */
export function styleFor(runtime: Runtime): Style {
  const shown = runtime.stdio().stdoutIsTerminal && runtime.env("NO_COLOR") === undefined &&
    runtime.env("TERM") !== "dumb";
  const styled = (code: string) => (text: string) => shown ? `\x1b[${code}m${text}\x1b[0m` : text;
  return { bold: styled("1"), dim: styled("2") };
}
