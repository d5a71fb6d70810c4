// A session's stream, apart from the connection that carries it just now: what is sent gets an id
// and is kept a while, so that a client whose connection broke comes back for the rest.
// Kept by `session_store.ts`. spec: 2025-11-25 basic/transports#resumability-and-redelivery

import { sseEvent, ssePrimer, sseRetry } from "../wire/sse.ts";
import type { EventStream } from "./event_stream.ts";

/** Characters and messages that are kept for a client to come back for. */
const MAX_KEPT_SIZE = 1024 * 1024;
const MAX_KEPT = 256;

interface Kept {
  readonly seq: number;
  readonly frame: string;
}

/** One stream of a session. */
export class Channel {
  /** The number of the channel within its session; 0 is the one that GET opens. */
  readonly number: number;
  /** Notifications that slow readers cost. */
  dropped = 0;
  readonly #primed: boolean;
  #stream: EventStream | undefined;
  #kept: Kept[] = [];
  #size = 0;
  #seq = 0;
  #done = false;

  /** `primed` channels say their place before the first message, for clients that know of it. */
  constructor(number: number, primed: boolean) {
    this.number = number;
    this.#primed = primed;
  }

  /** Whether a connection carries it now. */
  get attached(): boolean {
    return this.#stream?.open === true;
  }

  /** Carries the channel on a connection from now on, beginning with what came after `after`. */
  attach(stream: EventStream, after = this.#seq): void {
    this.#detach();
    this.#stream = stream;
    if (this.#primed && this.#seq === 0) stream.send(ssePrimer(this.#idOf(0)));
    for (const { seq, frame } of this.#kept) if (seq > after) stream.send(frame);
    if (this.#done) this.#detach();
  }

  /** Sends a message that a slow reader may miss. */
  notify(json: string): void {
    if (this.#stream?.waits(json)) return;
    const frame = this.#keep(json);
    this.#stream?.notify(frame, json);
  }

  /** Sends a message that must arrive. */
  send(json: string): void {
    const frame = this.#keep(json);
    this.#stream?.send(frame);
  }

  /** Closes the connection; the client is told when to come back. */
  pause(retryMs: number): void {
    this.#stream?.send(sseRetry(retryMs));
    this.#detach();
  }

  /** Ends the channel: nothing more will be sent, though a client may still come for what was. */
  end(): void {
    this.#done = true;
    this.#detach();
  }

  #keep(json: string): string {
    const seq = ++this.#seq;
    const frame = sseEvent(json, this.#idOf(seq));
    this.#kept.push({ seq, frame });
    this.#size += frame.length;
    while (this.#kept.length > 1 && (this.#size > MAX_KEPT_SIZE || this.#kept.length > MAX_KEPT)) {
      this.#size -= this.#kept.shift()?.frame.length ?? 0;
    }
    return frame;
  }

  #detach(): void {
    this.dropped += this.#stream?.dropped ?? 0;
    this.#stream?.end();
    this.#stream = undefined;
  }

  #idOf(seq: number): string {
    return `${this.number}_${seq}`;
  }
}

/** Reads an event id; undefined when it is none of ours. */
export function readEventId(id: string | null): { channel: number; seq: number } | undefined {
  const match = /^(\d{1,15})_(\d{1,15})$/.exec(id ?? "");
  return match === null ? undefined : { channel: Number(match[1]), seq: Number(match[2]) };
}
