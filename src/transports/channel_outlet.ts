// An answer that went onto a channel of its session: a connection may break, and another carry on.
// Opened by `session_answer.ts`.

import type { Channel } from "./channel.ts";
import type { Outlet } from "./outlet.ts";
import type { KeptSession } from "./session_store.ts";

/** An outlet on a channel. */
export class ChannelOutlet implements Outlet {
  readonly response: Response;
  readonly #kept: KeptSession;
  readonly #channel: Channel;

  /** `response` carries the channel for now. */
  constructor(kept: KeptSession, channel: Channel, response: Response) {
    this.#kept = kept;
    this.#channel = channel;
    this.response = response;
  }

  get dropped(): number {
    return this.#channel.dropped;
  }
  notify(json: string): void {
    this.#channel.notify(json);
  }
  send(json: string): void {
    this.#channel.send(json);
  }
  pause(retryMs: number): void {
    this.#channel.pause(retryMs);
  }
  end(json: readonly string[]): void {
    for (const one of json) this.#channel.send(one);
    this.#kept.closeChannel(this.#channel);
  }
}
