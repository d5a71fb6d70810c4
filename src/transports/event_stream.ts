// One Server-Sent Events body: an outbox that a slow reader can neither block nor fill.
// Made by `outlet.ts` for an answer of the modern era and by `channel.ts` for a session.

import { SSE_COMMENT } from "../wire/sse.ts";
import { type Beat, Due } from "../protocol/beat.ts";
import type { Limits } from "./limits.ts";

const encoder = new TextEncoder();

interface Frame {
  readonly text: string;
  /** What a notification says; it may be dropped when too many wait, an answer may not. */
  readonly says: string | undefined;
}

/** How a stream is made. */
export interface EventStreamOptions {
  readonly limits: Limits;
  /** Comments on this beat keep the stream alive. */
  readonly keepAlive: Beat;
  /** Told once when the stream is over: the reader is `gone` (or was cut), or all was sent. */
  onOver(gone: boolean): void;
}

/** An open stream of events. */
export class EventStream {
  /** The body of the response. */
  readonly body: ReadableStream<Uint8Array>;
  /** Notifications that were dropped because too many waited. */
  dropped = 0;
  readonly #options: EventStreamOptions;
  readonly #comment: Due;
  #frames: Frame[] = [];
  #size = 0;
  #notifications = 0;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #hungry = false;
  #state: "open" | "ending" | "over" = "open";

  /** Opens the stream with a comment, so that headers and a first byte leave at once. */
  constructor(options: EventStreamOptions) {
    this.#options = options;
    // Named first, as V8 takes a function for a lasting one where it is made for a property.
    const start = (controller: ReadableStreamDefaultController<Uint8Array>) => {
      this.#controller = controller;
    };
    const pull = () => {
      this.#hungry = true;
      this.#flush();
    };
    const cancel = () => this.#leave(true);
    this.body = new ReadableStream<Uint8Array>({ start, pull, cancel }, { highWaterMark: 0 });
    this.#comment = new Due(() => {
      if (this.#frames.length === 0) this.#push(SSE_COMMENT);
      if (this.#state === "open") options.keepAlive.add(this.#comment);
    });
    this.#push(SSE_COMMENT);
    options.keepAlive.add(this.#comment);
  }

  /** Whether more can be sent. */
  get open(): boolean {
    return this.#state === "open";
  }

  /** Whether a notification that says the same waits to be read: then a second is too much. */
  waits(says: string): boolean {
    return this.#notifications > 0 && this.#frames.some((frame) => frame.says === says);
  }

  /** Sends a frame that may be dropped when the reader is too slow. */
  notify(frame: string, says: string): void {
    if (!this.waits(says)) this.#push(frame, says);
  }

  /** Sends a frame that must not be dropped. */
  send(frame: string): void {
    this.#push(frame);
  }

  /** Ends the stream, after what waits. */
  end(): void {
    if (this.#state !== "open") return;
    this.#state = "ending";
    this.#options.keepAlive.delete(this.#comment);
    this.#flush();
  }

  #push(text: string, says?: string): void {
    if (this.#state !== "open") return;
    const droppable = says !== undefined;
    this.#frames.push({ text, says });
    this.#size += text.length;
    if (droppable && ++this.#notifications > this.#options.limits.notifications) this.#dropOldest();
    this.#flush();
    // An answer is as large as it is; a heap of notifications is not let grow.
    if (droppable && this.#frames.length > 1 && this.#size > this.#options.limits.streamBytes) {
      this.#leave(true);
      this.#controller.close();
    }
  }

  #dropOldest(): void {
    const at = this.#frames.findIndex((frame) => frame.says !== undefined);
    const [frame] = this.#frames.splice(at, 1);
    this.#size -= frame?.text.length ?? 0;
    this.#notifications--;
    this.dropped++;
  }

  #flush(): void {
    if (this.#state === "over") return;
    if (this.#hungry && this.#frames.length > 0) {
      this.#hungry = false;
      const text = this.#frames.map((frame) => frame.text).join("");
      this.#frames = [];
      this.#size = 0;
      this.#notifications = 0;
      this.#controller.enqueue(encoder.encode(text));
    }
    if (this.#state === "ending" && this.#frames.length === 0) {
      this.#leave(false);
      this.#controller.close();
    }
  }

  #leave(gone: boolean): void {
    if (this.#state === "over") return;
    this.#state = "over";
    this.#frames = [];
    this.#options.keepAlive.delete(this.#comment);
    this.#options.onOver(gone);
  }
}

/** The headers of a stream. */
export const STREAM_HEADERS: { readonly [name: string]: string } = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
};
