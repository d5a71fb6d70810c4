// Where the messages ahead of an answer go, and the answer itself once they went: an outlet.
// The plain one is a stream that ends with its reader; a session's is in `channel.ts`.

import type { HeaderMap } from "./cors.ts";
import { sseEvent } from "../wire/sse.ts";
import { respond } from "./respond.ts";
import { EventStream, type EventStreamOptions, STREAM_HEADERS } from "./event_stream.ts";

/** An opened answer. */
export interface Outlet {
  readonly response: Response;
  /** Notifications that a slow reader cost. */
  readonly dropped: number;
  /** Sends a message that may be dropped. */
  notify(json: string): void;
  /** Sends a message that must not be dropped. */
  send(json: string): void;
  /** Closes the stream for now, where the client can come back for the rest. */
  pause(retryMs: number): void;
  /** Sends the last messages and closes. */
  end(json: readonly string[]): void;
}

/** An outlet that is one stream: when its reader is gone, so is what would have come. */
export class StreamOutlet implements Outlet {
  readonly response: Response;
  readonly #stream: EventStream;

  /** Opens the stream; `headers` are those of the response beside the stream's own. */
  constructor(request: Request, options: EventStreamOptions, headers: HeaderMap) {
    this.#stream = new EventStream(options);
    this.response = respond(request, this.#stream.body, {
      status: 200,
      headers: { ...headers, ...STREAM_HEADERS },
    });
  }

  get dropped(): number {
    return this.#stream.dropped;
  }
  notify(json: string): void {
    this.#stream.notify(sseEvent(json), json);
  }
  send(json: string): void {
    this.#stream.send(sseEvent(json));
  }
  pause(): void {} // Nobody could come back.
  end(json: readonly string[]): void {
    for (const one of json) this.#stream.send(sseEvent(one));
    this.#stream.end();
  }
}
