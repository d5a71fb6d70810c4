// Sends what a program prints as progress, at most ten messages a second; in silence a beat every
// 15 s, so that a client that waits for news does not give up. Used by `shell` and `job_wait`
// where the client asked for progress. The number is the milliseconds since the start, so it always
// grows.

import type { Context } from "../src/server/define.ts";
import { foldLines } from "./line_folder.ts";
import { PlainText } from "./plain_text.ts";
import { fromLineStart, TailBytes } from "./tail_bytes.ts";

const EVERY_MS = 100;
const BEAT_MS = 15_000;
/** Of what comes between two messages, the last 2,000 to 4,000 bytes are sent. */
const KEPT_BYTES = 2_000;

/** The progress of one call. */
export class ProgressStream {
  readonly #ctx: Pick<Context, "progress">;
  readonly #beatMs: number;
  readonly #start = performance.now();
  readonly #new = new TailBytes(KEPT_BYTES);
  #plain = new PlainText();
  #last = 0;
  #sentAt = -Infinity;
  #stopped = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `beatMs`: how long silence lasts before a message without text is sent. */
  constructor(ctx: Pick<Context, "progress">, beatMs: number = BEAT_MS) {
    this.#ctx = ctx;
    this.#beatMs = beatMs;
    this.#wait(beatMs);
  }

  /** Takes new output. */
  push(bytes: Uint8Array): void {
    const first = this.#new.empty;
    this.#new.push(bytes);
    if (!first) return;
    const due = this.#sentAt + EVERY_MS - performance.now();
    if (due <= 0) this.#send();
    else this.#wait(due);
  }

  /** Sends what is left and ends. */
  stop(): void {
    if (!this.#new.empty) this.#send();
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #send(): void {
    const { bytes, cut } = this.#new.take();
    if (cut) this.#plain = new PlainText();
    const message = foldLines(this.#plain.push(cut ? fromLineStart(bytes) : bytes));
    this.#sentAt = performance.now();
    this.#last = Math.max(this.#last + 1, Math.round(this.#sentAt - this.#start));
    this.#ctx.progress(this.#last, undefined, message === "" ? undefined : message);
    this.#wait(this.#beatMs);
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#stopped) this.#timer = setTimeout(() => this.#send(), ms);
  }
}
