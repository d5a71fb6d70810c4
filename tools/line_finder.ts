// Finds the matching lines in the pieces of a text, with their numbers and the lines around them.
// Used by the search's own engine. Lets other work go on between, however long a text is.

import type { Automaton, State } from "./automaton.ts";
import type { Breather } from "./breather.ts";
import type { SearchLine, SearchText } from "./search_query.ts";
import { shownLine } from "./shown_line.ts";
import { NO_TEXT } from "./text_pieces.ts";

const SLICE = 64 * 1024;

/** How much to find. */
export interface LineFinderOptions {
  readonly text: SearchText;
  /** Lines up to this number are left out. */
  readonly after: number;
  /** As many matches are enough. */
  readonly most: number;
  readonly breather: Breather;
}

/** Finds lines in a text that comes in pieces. */
export class LineFinder {
  readonly #automaton: Automaton;
  readonly #context: number;
  readonly #options: LineFinderOptions;
  #found: SearchLine[] = [];
  #matches = 0;
  /** The number of the next line. */
  #number = 1;
  /** How many lines after a match are still to be shown. */
  #owed = 0;
  /** The last lines that were not shown, which a match may want before it. */
  #before: SearchLine[] = [];

  constructor(options: LineFinderOptions) {
    this.#options = options;
    this.#automaton = options.text.automaton;
    this.#context = options.text.context;
  }

  /** The lines that were found. */
  get lines(): readonly SearchLine[] {
    return this.#found;
  }

  /** Looks through a piece, which ends with `\n`; false when enough is found. */
  async take(piece: string): Promise<boolean> {
    for (let from = 0; from < piece.length;) {
      const at = await this.#next(piece, from);
      const start = at === undefined ? piece.length : lineStart(piece, at);
      this.#pass(piece, from, start);
      if (at === undefined) break;
      const end = piece.indexOf("\n", at);
      this.#match(piece.slice(start, end), at - start);
      if (this.#matches >= this.#options.most) return false;
      from = end + 1;
    }
    return true;
  }

  /** Where a line is known to match, from `from` on. */
  async #next(piece: string, from: number): Promise<number | undefined> {
    const { required } = this.#options.text;
    if (required === "") return await this.#scan(piece, from, piece.length);
    for (let at = piece.indexOf(required, from); at >= 0; at = piece.indexOf(required, at)) {
      const end = piece.indexOf("\n", at) + 1;
      const found = await this.#scan(piece, lineStart(piece, at), end);
      if (found !== undefined) return found;
      at = end;
    }
    return undefined;
  }

  async #scan(piece: string, from: number, to: number): Promise<number | undefined> {
    let state: State | undefined;
    for (let at = from; at < to;) {
      const scan = this.#automaton.scan(piece, at, Math.min(at + SLICE, to), state);
      if (scan.found) return scan.at;
      ({ at, state } = scan);
      const rest = this.#options.breather.breathe();
      if (rest !== undefined) await rest;
    }
    return undefined;
  }

  #match(line: string, near: number): void {
    if (this.#number > this.#options.after) {
      this.#found.push(...this.#before, this.#line(line, near, true));
      this.#matches++;
      this.#owed = this.#context;
    }
    this.#before = [];
    this.#number++;
  }

  // Goes past lines without a match.
  #pass(piece: string, from: number, to: number): void {
    for (let at = from; at < to; this.#number++) {
      const end = piece.indexOf("\n", at);
      if (this.#context > 0 && this.#number > this.#options.after) {
        const line = this.#line(piece.slice(at, end), 0, false);
        if (this.#owed > 0) {
          this.#found.push(line);
          this.#owed--;
        } else {
          this.#before.push(line);
          if (this.#before.length > this.#context) this.#before.shift();
        }
      }
      at = end + 1;
    }
  }

  #line(raw: string, near: number, match: boolean): SearchLine {
    const text = shownLine(raw.replace(/\r$/, ""), () => near).replaceAll(NO_TEXT, "\uFFFD");
    return { number: this.#number, text, match };
  }
}

function lineStart(piece: string, at: number): number {
  return at === 0 ? 0 : piece.lastIndexOf("\n", at - 1) + 1;
}
