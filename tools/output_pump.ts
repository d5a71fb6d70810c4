// Reads what a process prints and hands it on, one chunk after the other: while a chunk is being
// dealt with nothing more is read, so a flood makes the program wait and not our memory grow.
// Used by `run_process.ts`. Gives the event loop a turn every few milliseconds.

import { delay, within } from "./within.ts";

const TURN_MS = 4;
const QUIET_MS = 100;
const SETTLE_MS = 1_000;

/** The reading of one stream, from its start. */
export class OutputPump {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #take: (bytes: Uint8Array) => Promise<void>;
  #readAt = performance.now();
  #busy = false;
  #ended = false;
  #failure: unknown;
  /** Resolves when the stream has ended or was cancelled, and its last chunk is dealt with. */
  readonly done: Promise<void>;

  constructor(stream: ReadableStream<Uint8Array>, take: (bytes: Uint8Array) => Promise<void>) {
    this.#reader = stream.getReader();
    this.#take = take;
    this.done = this.#run();
  }

  /** Whether the stream has ended. */
  get ended(): boolean {
    return this.#ended;
  }

  /** What taking a chunk or reading threw: nothing is read any more. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Resolves at the end of the stream, or when nothing has come for 100 ms; in a second at last. */
  async settle(): Promise<void> {
    const start = performance.now();
    for (let now = start; !this.#ended && now < start + SETTLE_MS; now = performance.now()) {
      const quiet = this.#busy ? 0 : now - Math.max(start, this.#readAt);
      if (quiet >= QUIET_MS) return;
      await within(QUIET_MS - quiet, this.done);
    }
  }

  /** Closes the stream, whoever still writes to it, and resolves when nothing is being dealt with. */
  async cancel(): Promise<void> {
    await this.#reader.cancel();
    await this.done;
  }

  async #run(): Promise<void> {
    try {
      await this.#read();
    } catch (error) {
      this.#failure = error;
      await this.#reader.cancel(error);
    } finally {
      this.#ended = true;
    }
  }

  async #read(): Promise<void> {
    let turn = performance.now();
    for (;;) {
      const { value } = await this.#reader.read();
      if (value === undefined) return;
      this.#busy = true;
      await this.#take(value);
      this.#busy = false;
      this.#readAt = performance.now();
      if (this.#readAt - turn < TURN_MS) continue;
      await delay(0);
      turn = performance.now();
    }
  }
}
