// Reads what ripgrep prints with `--json`, and keeps what a search needs of it.
// Used by `search_ripgrep.ts`. Holds little more than the matches that are wanted, however many
// come: the files come in any order, and those that sort last are let go.

import { compareBytes } from "./byte_order.ts";
import type { SearchedFile, SearchLine, SearchText } from "./search_query.ts";
import { shownLine } from "./shown_line.ts";

/** A message about a longer line than this is passed over. */
const MOST_CHARS = 64 * 1024 * 1024;

interface Bytes {
  readonly text?: string;
  /** Base64, of what is no UTF-8. */
  readonly bytes?: string;
}

type Message =
  | { readonly type: "begin"; readonly data: { readonly path: Bytes } }
  | {
    readonly type: "match" | "context";
    readonly data: { readonly lines: Bytes; readonly line_number: number };
  }
  | { readonly type: "end"; readonly data: { readonly binary_offset: number | null } }
  | { readonly type: "summary" };

/** What to keep. */
export interface RipgrepOutputOptions {
  readonly text: SearchText;
  /** Lines up to this number are left out. */
  readonly after: number;
  /** As many matches are enough. */
  readonly most: number;
}

/** The output of one run. */
export class RipgrepOutput {
  readonly #options: RipgrepOutputOptions;
  readonly #decoder = new TextDecoder();
  #pending = "";
  #passing = false;
  #path = "";
  #lines: SearchLine[] = [];
  #inFile = 0;
  #files: SearchedFile[] = [];
  #matches = 0;
  /** Whether something was passed over. */
  incomplete = false;

  constructor(options: RipgrepOutputOptions) {
    this.#options = options;
  }

  /** Whether the file that is being told of alone has enough matches. */
  get full(): boolean {
    return this.#inFile >= this.#options.most;
  }

  /** Takes the next bytes. */
  push(bytes: Uint8Array): void {
    const text = this.#decoder.decode(bytes, { stream: true });
    let from = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
      if (!this.#passing) this.#take(JSON.parse(this.#pending + text.slice(from, end)));
      this.#pending = "";
      this.#passing = false;
      from = end + 1;
    }
    if (!this.#passing) this.#pending += text.slice(from);
    if (this.#pending.length > MOST_CHARS) {
      this.#pending = "";
      this.#passing = true;
      this.incomplete = true;
    }
  }

  /** What came of the last file so far counts as all of it. */
  keepLast(): void {
    this.#keep();
  }

  /** The files with matches, in the order of their paths. */
  files(): readonly SearchedFile[] {
    return this.#files.sort((a, b) => compareBytes(a.path, b.path));
  }

  #take(message: Message): void {
    switch (message.type) {
      case "begin":
        this.#path = textOf(message.data.path).replace(/^\.\//, "");
        this.#lines = [];
        this.#inFile = 0;
        break;
      case "match":
      case "context":
        this.#add(textOf(message.data.lines), message.data.line_number, message.type === "match");
        break;
      case "end":
        // A place of a NUL: the file is binary.
        if (message.data.binary_offset === null) this.#keep();
        this.#inFile = 0;
        break;
    }
  }

  #add(raw: string, number: number, match: boolean): void {
    if (number <= this.#options.after || this.full) return;
    if (match) this.#inFile++;
    const line = raw.replace(/\r?\n?$/, "");
    const { automaton } = this.#options.text;
    const near = () => match ? automaton.scan(`${line}\n`, 0, line.length + 1).at : 0;
    this.#lines.push({ number, text: shownLine(line, near), match });
  }

  #keep(): void {
    const { most } = this.#options;
    this.#files.push({ path: this.#path, lines: this.#lines });
    this.#matches += matchesIn(this.#lines);
    if (this.#matches <= 4 * most) return;
    this.#matches = 0;
    const first = this.files().findIndex(({ lines }) =>
      (this.#matches += matchesIn(lines)) >= most
    );
    this.#files = this.#files.slice(0, first + 1);
  }
}

function matchesIn(lines: readonly SearchLine[]): number {
  return lines.reduce((count, line) => count + (line.match ? 1 : 0), 0);
}

function textOf({ text, bytes = "" }: Bytes): string {
  if (text !== undefined) return text;
  return new TextDecoder().decode(Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0)));
}
