// Reads what a process prints and hands it on, one chunk after the other: while a chunk is being
// dealt with nothing more is read, so a flood makes the program wait and not our memory grow.
// Used by `run_process.ts`. Gives the event loop a turn every 256 KiB.

import { type ChunkReader, chunkReader } from "./chunk_reader.ts";
import { delay, within } from "./within.ts";

const TURN_BYTES = 256 * 1024;
/** A chunk counts for this much at the least: many small ones take time too. */
const SMALL_CHUNK = 4 * 1024;
const QUIET_MS = 100;
const LOOK_MS = 20;
const SETTLE_MS = 500;
/** No pipe holds more, so what was printed before `settle` is among so much. */
const SETTLE_BYTES = 1024 * 1024;

/** The reading of one stream, from its start. */
export class OutputPump {
  readonly #reader: ChunkReader;
  readonly #take: (bytes: Uint8Array) => Promise<void>;
  #readAt = performance.now();
  #size = 0;
  #busy = false;
  #ended = false;
  #failure: unknown;
  /** Resolves when the stream has ended or was cancelled, and its last chunk is dealt with. */
  readonly done: Promise<void>;

  constructor(stream: ReadableStream<Uint8Array>, take: (bytes: Uint8Array) => Promise<void>) {
    this.#reader = chunkReader(stream);
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

  /**
   * Resolves when all that was printed before has been read: at the end of the stream, or when
   * nothing came for 100 ms, or when so much came after that this must be a program that goes on.
   */
  async settle(): Promise<void> {
    const start = performance.now();
    const enough = this.#size + SETTLE_BYTES;
    for (let now = start; !this.#ended && now < start + SETTLE_MS; now = performance.now()) {
      const quiet = this.#busy ? 0 : now - Math.max(start, this.#readAt);
      if (quiet >= QUIET_MS || this.#size >= enough) return;
      await within(Math.min(LOOK_MS, QUIET_MS - quiet), this.done);
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
      await this.#reader.cancel();
    } finally {
      this.#ended = true;
    }
  }

  async #read(): Promise<void> {
    let turn = 0;
    for (;;) {
      const bytes = await this.#reader.read();
      if (bytes === undefined) return;
      this.#busy = true;
      await this.#take(bytes);
      this.#busy = false;
      this.#readAt = performance.now();
      this.#size += bytes.length;
      turn += Math.max(bytes.length, SMALL_CHUNK);
      if (turn < TURN_BYTES) continue;
      await delay(0);
      turn = 0;
    }
  }
}
