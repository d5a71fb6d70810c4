// Makes text for a model out of what a program printed, chunk by chunk: valid UTF-8, no terminal
// codes, no control characters other than tab, newline, and the `\r` and `\b` that redraw a line
// (`line_folder.ts` plays those). Used by whatever shows output. Never holds back more than a
// character or a terminal code that has not ended yet.

// A code is CSI (ESC [ ... letter), a string (OSC, DCS, SOS, PM, APC: up to BEL or ST, at the most
// to the end of the line, so that a stray one in binary output swallows no more) or ESC and a byte.
const STRING_BODY = "[\\]PX^_][^\\x07\\x18\\x1a\\x1b\\n]*";
const CSI_START = "\\[[0-?]*[ -/]*";
const CODES = new RegExp(
  `\\x1b(?:${CSI_START}[@-~]|${STRING_BODY}(?:\\x07|\\x1b\\\\|(?=[\\x18\\x1a\\x1b\\n]))|[ -/]*[0-~])` +
    "|[\\x00-\\x07\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]",
  "g",
);
const UNFINISHED = new RegExp(`\\x1b(?:${CSI_START}|${STRING_BODY}\\x1b?|[ -/]*)$`);
const HOME_OF_LINE = "\x1b[G";
const HOLD_LIMIT = 256;

/** The text in a stream of bytes. */
export class PlainText {
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #held = "";

  /** Takes the next bytes and answers the text that is certain by now. */
  push(bytes: Uint8Array): string {
    return this.#clean(this.#decoder.decode(bytes, { stream: true }));
  }

  /** Ends the stream and answers the rest: a character that was cut short is shown as U+FFFD. */
  end(): string {
    const text = this.#clean(this.#decoder.decode());
    this.#held = "";
    return text;
  }

  #clean(decoded: string): string {
    let text = this.#held + decoded;
    this.#held = "";
    if (text.includes("\x1b")) {
      const at = text.search(UNFINISHED);
      if (at >= 0) {
        this.#held = shortened(text.slice(at));
        text = text.slice(0, at);
      }
    }
    return text.replace(CODES, (code) => code === HOME_OF_LINE || code === "\x1b[1G" ? "\r" : "");
  }
}

// Only how a code begins and ends decides when it is over: its middle need not be kept.
function shortened(code: string): string {
  if (code.length <= HOLD_LIMIT) return code;
  return code.slice(0, 2) + (code.endsWith("\x1b") ? "\x1b" : "");
}
