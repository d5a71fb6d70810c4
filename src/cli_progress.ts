// How far a call is, on standard error: one line that changes on a terminal (a bar when there is a
// total), plain lines elsewhere, at most one a second. Used by `cli_call.ts`. No timer: what comes
// decides when it is drawn.

import { openStatusLine } from "./cli_status_line.ts";
import { oneLine } from "./cli_text.ts";
import type { Progress } from "./client/mod.ts";
import type { Runtime } from "./runtime/runtime.ts";

const BAR_CHARS = 20;
const WIDTH = 78;
/** A terminal is drawn on at most so often; a pipe is written to at most so often. */
const DRAW_MS = 50;
const LINE_MS = 1_000;
/** Where progress is shown. */
export interface ProgressLine {
  show(progress: Progress): void;
  /** Makes room for what else is written. */
  clear(): void;
}

/** Opens it. */
export function openProgressLine(runtime: Runtime): ProgressLine {
  const line = openStatusLine(runtime);
  let last = -Infinity;
  return {
    clear: line.clear,
    show(progress) {
      const now = performance.now();
      const done = progress.total !== undefined && progress.progress >= progress.total;
      if (!done && now - last < (line.visible ? DRAW_MS : LINE_MS)) return;
      last = now;
      const text = progressText(progress, line.visible);
      if (line.visible) line.show(text);
      else runtime.stderr(text);
    },
  };
}

/** Progress as a line: `[########------------]  40% (4 of 10) message`. */
export function progressText({ progress, total, message = "" }: Progress, bar: boolean): string {
  const said = oneLine(message, WIDTH);
  if (total === undefined || !(total > 0)) {
    // Without a total, the number alone says little where there are words.
    return said === "" ? `${round(progress)} done` : said;
  }
  const share = Math.min(1, Math.max(0, progress / total));
  const counts = `${Math.floor(share * 100)}% (${round(progress)} of ${round(total)})`;
  const full = Math.round(share * BAR_CHARS);
  const drawn = bar ? `[${"#".repeat(full)}${"-".repeat(BAR_CHARS - full)}] ` : "";
  return oneLine(`${drawn}${counts}${said === "" ? "" : ` ${said}`}`, WIDTH);
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}
