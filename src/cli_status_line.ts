// A line on a terminal that says how far a command is, over and over in the same place; nothing
// elsewhere. Used by the commands that take a while. No timer: what comes decides when it is drawn.

import type { Runtime } from "./runtime/runtime.ts";

/** Takes back the line above, where the next one is to stand. */
const LINE_AGAIN = "\x1b[1A\x1b[2K";
/** A line that is wider than the terminal must not become two: what does not fit is not drawn. */
const WRAP = { off: "\x1b[?7l", on: "\x1b[?7h" };

/** The line. */
export interface StatusLine {
  /** Whether there is a terminal to show it on. */
  readonly visible: boolean;
  show(line: string): void;
  /** Makes room for what else is written. */
  clear(): void;
}

/** Opens it on standard error. */
export function openStatusLine(runtime: Runtime): StatusLine {
  const visible = runtime.stdio().stderrIsTerminal && runtime.env("TERM") !== "dumb";
  let shown = false;
  return {
    visible,
    show(line) {
      if (!visible) return;
      runtime.stderr(`${shown ? LINE_AGAIN : ""}${WRAP.off}${line}${WRAP.on}`);
      shown = true;
    },
    clear() {
      // The line end that follows takes the cursor to where the line was.
      if (shown) runtime.stderr(`${LINE_AGAIN}\x1b[1A`);
      shown = false;
    },
  };
}
