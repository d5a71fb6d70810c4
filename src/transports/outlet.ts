// Where the messages ahead of an answer go, and the answer itself once they went: an outlet.
// The plain one is a stream that ends with its reader; a session's is in `channel.ts`.

import { sseEvent } from "../wire/sse.ts";
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
export function openOutlet(
  options: EventStreamOptions,
  headers: { readonly [name: string]: string },
): Outlet {
  const stream = new EventStream(options);
  return {
    response: new Response(stream.body, { headers: { ...headers, ...STREAM_HEADERS } }),
    get dropped() {
      return stream.dropped;
    },
    notify: (json) => stream.notify(sseEvent(json), json),
    send: (json) => stream.send(sseEvent(json)),
    pause() {}, // Nobody could come back.
    end(json) {
      for (const one of json) stream.send(sseEvent(one));
      stream.end();
    },
  };
}
