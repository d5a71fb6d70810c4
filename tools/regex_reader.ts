// The text of a regular expression while it is read, and what every part of its reader needs.
// Used by `regex_dialect.ts` and `regex_class.ts` only.

import { ToolError } from "../src/server/define.ts";

/** The text of a regular expression, and how far it is read. */
export class RegexReader {
  readonly #source: string;
  readonly #chars: readonly string[];
  #at = 0;
  /** Whether a literal that is not lower case was read. */
  hasUpper = false;

  /** Starts at the first character. */
  constructor(source: string) {
    this.#source = source;
    this.#chars = Array.from(source);
  }

  /** Whether all is read. */
  get done(): boolean {
    return this.#at >= this.#chars.length;
  }

  /** The next character, `""` at the end. */
  get next(): string {
    return this.#chars[this.#at] ?? "";
  }

  /** What comes next. */
  sees(text: string): boolean {
    return this.rest(text.length) === text;
  }

  /** The next `count` characters, not read. */
  rest(count: number): string {
    return this.#chars.slice(this.#at, this.#at + count).join("");
  }

  /** Reads a character; refuses at the end. */
  take(missing: string): string {
    if (this.done) this.refuse(missing);
    return this.#chars[this.#at++]!;
  }

  /** Reads a text when it comes next. */
  takes(text: string): boolean {
    if (!this.sees(text)) return false;
    this.#at += text.length;
    return true;
  }

  /** Reads what a sticky-like expression matches from here on, when it does. */
  match(pattern: RegExp): RegExpExecArray | undefined {
    const found = pattern.exec(this.rest(64));
    if (found === null || found.index !== 0) return undefined;
    this.#at += Array.from(found[0]).length;
    return found;
  }

  /** Ends the reading, with the reason and what would do. */
  refuse(reason: string): never {
    throw new ToolError(`Cannot use content ${JSON.stringify(this.#source)}: ${reason}`);
  }
}
