// What the status page hears: the hosts as they are, at once and after each change. A reader that is
// slow misses steps between, never the last state, and makes the hub hold one message at the most.

import { SSE_COMMENT } from "../wire/sse.ts";
import type { Fleet } from "./fleet.ts";

/** Changes that come together are told together. */
const GATHER_MS = 200;
/** How soon a reader that had no room is tried again. */
const AGAIN_MS = 1_000;
const COMMENT_MS = 25_000;

const encoder = new TextEncoder();

/** The open streams of one status page. */
export class StatusStreams {
  readonly #fleet: Fleet;
  readonly #state: () => Promise<string>;
  readonly #open = new Set<StatusStream>();

  /** `state` gives what is told, on one line; what was told before is not told again. */
  constructor(fleet: Fleet, state: () => Promise<string>) {
    this.#fleet = fleet;
    this.#state = state;
  }

  /** How many are open. */
  get size(): number {
    return this.#open.size;
  }

  /** Opens a stream; `allowed` is asked before each message, and ends it where it says no. */
  open(allowed: () => boolean): ReadableStream<Uint8Array> {
    let stream: StatusStream | undefined;
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        const opened = new StatusStream(this.#fleet, controller, this.#state, allowed, () => {
          this.#open.delete(opened);
        });
        stream = opened;
        this.#open.add(opened);
        return opened.send();
      },
      cancel: () => stream?.stop(),
    }, { highWaterMark: 1 });
  }

  /** Ends all of them. */
  close(): void {
    for (const stream of [...this.#open]) stream.end();
  }
}

class StatusStream {
  readonly #controller: ReadableStreamDefaultController<Uint8Array>;
  readonly #fleet: Fleet;
  readonly #state: () => Promise<string>;
  readonly #allowed: () => boolean;
  readonly #onStop: () => void;
  readonly #stopWatching: () => void;
  readonly #stopHearing: () => void;
  #stopTimer: () => void = () => {};
  #due = Infinity;
  #told = "";
  #stopped = false;

  constructor(
    fleet: Fleet,
    controller: ReadableStreamDefaultController<Uint8Array>,
    state: () => Promise<string>,
    allowed: () => boolean,
    onStop: () => void,
  ) {
    this.#fleet = fleet;
    this.#controller = controller;
    this.#state = state;
    this.#allowed = allowed;
    this.#onStop = onStop;
    this.#stopWatching = fleet.watch();
    this.#stopHearing = fleet.onChange(() => this.#wait(GATHER_MS));
  }

  /** Sends what is new, or a sign of life. Never rejects. */
  async send(): Promise<void> {
    if (!this.#allowed()) return this.end();
    let state: string;
    try {
      state = await this.#state();
    } catch (error) {
      if (this.#stopped) return;
      this.stop();
      this.#controller.error(error);
      return;
    }
    if (this.#stopped) return;
    const hasRoom = (this.#controller.desiredSize ?? 0) > 0;
    if (hasRoom) {
      const text = state === this.#told ? SSE_COMMENT : `data: ${state}\n\n`;
      this.#told = state;
      this.#controller.enqueue(encoder.encode(text));
    }
    this.#wait(hasRoom ? COMMENT_MS : AGAIN_MS);
  }

  /** Lets go of everything; its reader has gone. */
  stop(): void {
    this.#stopped = true;
    this.#stopTimer();
    this.#stopHearing();
    this.#stopWatching();
    this.#onStop();
  }

  /** Says that there is nothing more to hear, and ends. */
  end(): void {
    if (this.#stopped) return;
    this.stop();
    this.#controller.enqueue(encoder.encode("event: ended\ndata: \n\n"));
    this.#controller.close();
  }

  #wait(ms: number): void {
    const { clock } = this.#fleet;
    const at = clock.now() + ms;
    if (at >= this.#due) return;
    this.#stopTimer();
    this.#due = at;
    this.#stopTimer = clock.after(ms, () => {
      this.#due = Infinity;
      void this.send();
    });
  }
}
