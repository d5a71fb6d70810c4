// Plays what redraws a line, `\r` and `\b`, so that a progress bar is left as its last state.
// Used on the text that `plain_text.ts` makes. Holds back the line that has not ended yet, and no
// more than 8,192 characters of it.

const LINE_LIMIT = 8_192;

/** The lines of a text as a terminal would leave them. */
export class LineFolder {
  #line = "";

  /** Characters of the line that has not ended yet. */
  get held(): number {
    return this.#line.length;
  }

  /** Takes more text and answers the lines that are finished by now. */
  push(text: string): string {
    const whole = this.#line + text;
    const end = whole.lastIndexOf("\n") + 1;
    const done = foldLines(whole.slice(0, end));
    this.#line = foldOpenLine(whole.slice(end));
    if (this.#line.length <= LINE_LIMIT) return done;
    const long = this.#line;
    this.#line = "";
    return done + foldLine(long);
  }

  /** Ends the text and answers the last line, where it had no newline. */
  end(): string {
    const line = foldLine(this.#line);
    this.#line = "";
    return line;
  }
}

/** Folds every line of a text. */
export function foldLines(text: string): string {
  if (!text.includes("\r") && !text.includes("\b")) return text;
  return text.split("\n").map(foldLine).join("\n");
}

// A `\r` at the end may be half of a line's end, so what stands before it is kept until more comes.
function foldOpenLine(line: string): string {
  return line.endsWith("\r") ? `${foldLine(line)}\r` : foldLine(line);
}

function foldLine(line: string): string {
  if (!line.includes("\r") && !line.includes("\b")) return line;
  let end = line.length;
  while (line[end - 1] === "\r") end--;
  const last = line.slice(line.lastIndexOf("\r", end - 1) + 1, end);
  return last.includes("\b") ? foldBackspaces(last) : last;
}

function foldBackspaces(line: string): string {
  const shown: string[] = [];
  for (const char of line) {
    if (char === "\b") shown.pop();
    else shown.push(char);
  }
  return shown.join("");
}
