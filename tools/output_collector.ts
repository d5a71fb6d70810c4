// Keeps the head and the tail of a text of any length, for a model: the middle is left out, and
// said to be. Used by the tools that run programs. Never holds more than twice its limit.

/** Room that is left for the line about the cut, besides the path it names. */
const NOTE_ROOM = 160;

/** The head and the tail of a text. */
export class OutputCollector {
  readonly #limit: number;
  readonly #headLimit: number;
  #head = "";
  #tail = "";
  #total = 0;

  /** `limit`: characters (UTF-16 units) that `render` gives at the most. */
  constructor(limit: number) {
    this.#limit = limit;
    this.#headLimit = Math.floor(limit / 2);
  }

  /** Whether something had to be left out. */
  get cut(): boolean {
    return this.#total > this.#limit;
  }

  /** Takes the next part of the text. */
  push(text: string): void {
    this.#total += text.length;
    const room = this.#headLimit - this.#head.length;
    if (room > 0) this.#head += text.slice(0, room);
    if (text.length <= room) return;
    this.#tail += room > 0 ? text.slice(room) : text;
    if (this.#tail.length > 2 * this.#limit) this.#tail = this.#tail.slice(-this.#limit);
  }

  /** The text; where it was cut, with a line in the middle that says so and where the whole is. */
  render(whole: string): string {
    if (!this.cut) return this.#head + this.#tail;
    const room = Math.max(0, this.#limit - NOTE_ROOM - whole.length);
    const head = headOf(this.#head, Math.floor(room / 2));
    const tail = tailOf(this.#tail, Math.ceil(room / 2));
    const left = (this.#total - head.length - tail.length).toLocaleString("en-US");
    const newline = head === "" || head.endsWith("\n") ? "" : "\n";
    return `${head}${newline}[... ${left} characters left out here; ${whole} ...]\n${tail}`;
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
