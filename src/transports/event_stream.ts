// One Server-Sent Events body: an outbox that a slow reader can neither block nor fill.
// Made by `reply.ts` for an answer and by `http_session.ts` for a GET stream.

import { SSE_COMMENT } from "../wire/sse.ts";
import type { Beat } from "./beat.ts";
import type { Limits } from "./limits.ts";

const encoder = new TextEncoder();

interface Frame {
  readonly bytes: Uint8Array;
  /** A notification may be dropped when too many wait; an answer may not. */
  readonly droppable: boolean;
}

/** How a stream is made. */
export interface EventStreamOptions {
  readonly limits: Limits;
  /** Comments on this beat keep the stream alive. */
  readonly beat: Beat;
  /** Told once when the stream is over: the reader is `gone` (or was cut for not reading), or all was sent. */
  onOver(gone: boolean): void;
}

/** An open stream of events. */
export class EventStream {
  /** The body of the response. */
  readonly body: ReadableStream<Uint8Array>;
  /** Notifications that were dropped because too many waited. */
  dropped = 0;
  readonly #options: EventStreamOptions;
  readonly #keepAlive: () => void;
  #frames: Frame[] = [];
  #bytes = 0;
  #notifications = 0;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #hungry = false;
  #state: "open" | "ending" | "over" = "open";

  /** Opens the stream with a comment, so that headers and a first byte leave at once. */
  constructor(options: EventStreamOptions) {
    this.#options = options;
    this.body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => {
        this.#hungry = true;
        this.#flush();
      },
      cancel: () => this.#leave(true),
    }, { highWaterMark: 0 });
    this.#keepAlive = () => {
      if (this.#frames.length === 0) this.#push(SSE_COMMENT, false);
      if (this.#state === "open") options.beat.add(this.#keepAlive);
    };
    this.#push(SSE_COMMENT, false);
    options.beat.add(this.#keepAlive);
  }

  /** Whether more can be sent. */
  get open(): boolean {
    return this.#state === "open";
  }

  /** Sends a frame that may be dropped when the reader is too slow. */
  notify(frame: string): void {
    this.#push(frame, true);
  }

  /** Sends a frame that must not be dropped. */
  send(frame: string): void {
    this.#push(frame, false);
  }

  /** Ends the stream, after what waits and the last frame, if there is one. */
  end(frame?: string): void {
    if (this.#state !== "open") return;
    if (frame !== undefined) this.#push(frame, false);
    if (this.#state !== "open") return;
    this.#state = "ending";
    this.#options.beat.delete(this.#keepAlive);
    this.#flush();
  }

  #push(frame: string, droppable: boolean): void {
    if (this.#state !== "open") return;
    const bytes = encoder.encode(frame);
    this.#frames.push({ bytes, droppable });
    this.#bytes += bytes.length;
    if (droppable && ++this.#notifications > this.#options.limits.notifications) this.#dropOldest();
    this.#flush();
    // A single frame may be larger than the bound (an answer is what it is); a heap of them not.
    if (this.#frames.length > 1 && this.#bytes > this.#options.limits.streamBytes) {
      if (!droppable) return;
      this.#leave(true);
      this.#controller.close();
    }
  }

  #dropOldest(): void {
    const at = this.#frames.findIndex((frame) => frame.droppable);
    const [frame] = this.#frames.splice(at, 1);
    this.#bytes -= frame?.bytes.length ?? 0;
    this.#notifications--;
    this.dropped++;
  }

  #flush(): void {
    if (this.#state === "over") return;
    if (this.#hungry && this.#frames.length > 0) {
      this.#hungry = false;
      const bytes = this.#frames.length === 1 ? this.#frames[0]!.bytes : this.#joined();
      this.#frames = [];
      this.#bytes = 0;
      this.#notifications = 0;
      this.#controller.enqueue(bytes);
    }
    if (this.#state === "ending" && this.#frames.length === 0) {
      this.#leave(false);
      this.#controller.close();
    }
  }

  #joined(): Uint8Array {
    const whole = new Uint8Array(this.#bytes);
    let at = 0;
    for (const { bytes } of this.#frames) {
      whole.set(bytes, at);
      at += bytes.length;
    }
    return whole;
  }

  #leave(gone: boolean): void {
    if (this.#state === "over") return;
    this.#state = "over";
    this.#frames = [];
    this.#options.beat.delete(this.#keepAlive);
    this.#options.onOver(gone);
  }
}

/** The headers of a stream. */
export const STREAM_HEADERS: { readonly [name: string]: string } = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
};
