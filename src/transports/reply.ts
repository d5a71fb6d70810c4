// The answer to one POST: a JSON text if nothing had to be streamed before it, else a stream.
// Called by `http_modern.ts` and `http_session.ts`; knows neither eras nor sessions.

import type { RpcNotification, RpcResponse } from "../jsonrpc/message.ts";
import { sseEvent } from "../wire/sse.ts";
import type { Beat } from "./beat.ts";
import { EventStream, STREAM_HEADERS } from "./event_stream.ts";
import type { Limits } from "./limits.ts";

/** What a reply is made with. */
export interface ReplyOptions {
  /** Whether the client takes a stream, and whether it takes plain JSON. */
  readonly accepts: { readonly stream: boolean; readonly json: boolean };
  readonly limits: Limits;
  readonly slow: Beat;
  readonly keepAlive: Beat;
  /** Headers of every answer. */
  readonly headers: { readonly [name: string]: string };
  /** Told when the reader of the stream went away before the end. */
  onGone(): void;
  /** Told how many notifications a slow reader cost. */
  onDropped(count: number): void;
}

/** What is answered in the end; without a body, the stream or response just ends. */
export interface Final {
  readonly status: number;
  readonly body: RpcResponse | readonly RpcResponse[] | undefined;
}

/**
 * Runs `work` and gives the response, as soon as there is anything to send.
 *
 * `work` gets the function that sends a notification ahead of the answer, and must not reject.
 */
export function reply(
  options: ReplyOptions,
  work: (notify: (message: RpcNotification) => void) => Promise<Final>,
): Promise<Response> {
  return new Promise((resolve) => {
    let stream: EventStream | undefined;
    let over = false;
    const open = (): EventStream => {
      if (stream !== undefined) return stream;
      stream = new EventStream({
        limits: options.limits,
        beat: options.keepAlive,
        onOver: (gone) => {
          if (gone && !over) options.onGone();
        },
      });
      resolve(new Response(stream.body, { headers: { ...options.headers, ...STREAM_HEADERS } }));
      return stream;
    };
    const slow = () => void open();
    if (options.accepts.stream) options.slow.add(slow);
    const notify = (message: RpcNotification) => {
      if (over || !options.accepts.stream) return;
      options.slow.delete(slow);
      open().notify(sseEvent(JSON.stringify(message)));
    };
    work(notify).then((final) => {
      over = true;
      options.slow.delete(slow);
      if (stream === undefined && !options.accepts.json) open();
      if (stream === undefined) {
        resolve(plain(final, options.headers));
        return;
      }
      stream.end(final.body === undefined ? undefined : sseEvents(final.body));
      if (stream.dropped > 0) options.onDropped(stream.dropped);
    });
  });
}

function sseEvents(body: RpcResponse | readonly RpcResponse[]): string {
  const list = Array.isArray(body) ? body as readonly RpcResponse[] : [body as RpcResponse];
  return list.map((message) => sseEvent(JSON.stringify(message))).join("");
}

function plain({ status, body }: Final, headers: { readonly [name: string]: string }): Response {
  if (body === undefined) return new Response(null, { status, headers });
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...headers, "content-type": "application/json" },
  });
}
