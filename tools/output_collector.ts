// Makes the text that a model is shown of an output of any length: all of it, or its head and its
// tail with a line between them that says so. Used by `call_output.ts`. Holds a few times its
// limit at the most, and does not even decode what is left out.

import { LineFolder } from "./line_folder.ts";
import { PlainText } from "./plain_text.ts";
import { fromLineStart, TailBytes } from "./tail_bytes.ts";

/** Room that is left for the line about the cut, besides what it says of the whole. */
const NOTE_ROOM = 160;
/** Bytes of the tail that are kept for each character of it: as many as one can have. */
const BYTES_PER_CHAR = 4;

/** The head and the tail of an output. */
export class OutputCollector {
  readonly #limit: number;
  readonly #half: number;
  readonly #plain = new PlainText();
  readonly #folder = new LineFolder();
  readonly #tail: TailBytes;
  #text = "";
  #bytes = 0;

  /** `limit`: characters (UTF-16 units) that `render` gives at the most. */
  constructor(limit: number) {
    this.#limit = limit;
    this.#half = Math.floor(limit / 2);
    this.#tail = new TailBytes(this.#half * BYTES_PER_CHAR);
  }

  /** Whether something had to be left out. */
  get cut(): boolean {
    return this.#text.length > this.#limit;
  }

  /** Takes the next bytes. */
  push(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    if (!this.cut) this.#text += this.#folder.push(this.#plain.push(bytes));
    // Nothing of the tail is ever among the first half of the limit.
    const length = this.#text.length + this.#folder.held;
    if (length >= this.#half || !this.#tail.empty) this.#tail.push(bytes);
  }

  /** Says that nothing comes any more. */
  end(): void {
    this.#text += this.#folder.push(this.#plain.end()) + this.#folder.end();
  }

  /** The text; where it was cut, with a line in the middle that says so and where the whole is. */
  render(whole: string): string {
    if (!this.cut) return this.#text;
    const room = Math.max(0, this.#limit - NOTE_ROOM - whole.length);
    const head = headOf(this.#text, Math.floor(room / 2));
    const tail = tailOf(this.#tailText(), Math.ceil(room / 2));
    const newline = head === "" || head.endsWith("\n") ? "" : "\n";
    const bytes = this.#bytes.toLocaleString("en-US");
    return `${head}${newline}[... the middle of ${bytes} bytes is left out; ${whole} ...]\n${tail}`;
  }

  #tailText(): string {
    const { bytes, cut } = this.#tail.take();
    const plain = new PlainText();
    const folder = new LineFolder();
    const text = plain.push(cut ? fromLineStart(bytes) : bytes) + plain.end();
    return folder.push(text) + folder.end();
  }
}

// Cuts are made at the end of a line where one is near, and never inside a character.
function headOf(text: string, length: number): string {
  const head = text.slice(0, length);
  const line = head.lastIndexOf("\n") + 1;
  if (line > length / 2) return head.slice(0, line);
  return /[\uD800-\uDBFF]$/.test(head) ? head.slice(0, -1) : head;
}

function tailOf(text: string, length: number): string {
  const tail = length === 0 ? "" : text.slice(-length);
  const line = tail.indexOf("\n") + 1;
  if (line > 0 && line < length / 2) return tail.slice(line);
  return /^[\uDC00-\uDFFF]/.test(tail) ? tail.slice(1) : tail;
}
