// Sends what a program prints as progress, at most ten messages a second; in silence a beat every
// 15 s, so that a client that waits for news does not give up. Used by `shell.ts` where the client
// asked for progress. The number is the milliseconds since the start, so it always grows.

import type { Context } from "../src/server/define.ts";
import { foldLines } from "./line_folder.ts";

const EVERY_MS = 100;
const BEAT_MS = 15_000;
const MESSAGE_LIMIT = 2_000;

/** The progress of one call. */
export class ProgressStream {
  readonly #ctx: Pick<Context, "progress">;
  readonly #start = performance.now();
  #text = "";
  #last = 0;
  #sentAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ctx: Pick<Context, "progress">) {
    this.#ctx = ctx;
    this.#wait(BEAT_MS);
  }

  /** Takes new output; of more than 2,000 characters between two messages the last are sent. */
  push(text: string): void {
    if (text === "") return;
    const first = this.#text === "";
    this.#text = (this.#text + text).slice(-MESSAGE_LIMIT);
    if (!first) return;
    const due = this.#sentAt + EVERY_MS - performance.now();
    if (due <= 0) this.#send();
    else this.#wait(due);
  }

  /** Sends what is left and ends. */
  stop(): void {
    if (this.#text !== "") this.#send();
    clearTimeout(this.#timer);
  }

  #send(): void {
    const now = performance.now();
    const message = foldLines(this.#text).replace(/^[\uDC00-\uDFFF]/, "");
    this.#text = "";
    this.#sentAt = now;
    this.#last = Math.max(this.#last + 1, Math.round(now - this.#start));
    this.#ctx.progress(this.#last, undefined, message === "" ? undefined : message);
    this.#wait(BEAT_MS);
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#send(), ms);
  }
}
