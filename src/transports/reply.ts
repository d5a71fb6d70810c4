// The answer to one POST: a JSON text if nothing had to be sent before it, else a stream.
// Called by `http_modern.ts` and `http_session.ts`; knows neither eras nor sessions.

import {
  encodeResponse,
  type RpcNotification,
  type RpcRequest,
  type RpcResponse,
} from "../jsonrpc/message.ts";
import type { Beat } from "../protocol/beat.ts";
import type { Outlet } from "./outlet.ts";
import { respond } from "./respond.ts";

/** What a reply is made with. */
export interface ReplyOptions {
  readonly request: Request;
  /** Whether the client takes a stream, and whether it takes plain JSON. */
  readonly accepts: { readonly stream: boolean; readonly json: boolean };
  /** Opens the stream of an answer that is long in coming. */
  readonly slow: Beat;
  /** Headers of a plain answer. */
  readonly headers: { readonly [name: string]: string };
  /** Opens the stream; undefined when there may be no more streams. */
  open(): Outlet | undefined;
  /** Told how many notifications a slow reader cost. */
  onDropped(count: number): void;
}

/** What is answered in the end. */
export interface Final {
  readonly status: number;
  readonly body: RpcResponse | readonly RpcResponse[];
}

/** What may be said before the answer. */
export interface Ahead {
  /** Sends a notification, where the client takes a stream. */
  notify(message: RpcNotification): void;
  /** Sends a request; false where the client takes no stream. */
  request(message: RpcRequest): boolean;
  /** Closes the stream for now, where the client can come back for the rest. */
  pause(retryMs: number): void;
}

/**
 * Runs `work` and gives the response, as soon as there is anything to send. `work` must not reject.
 */
export function reply(
  options: ReplyOptions,
  work: (ahead: Ahead) => Promise<Final>,
): Promise<Response> {
  return new Promise((resolve) => {
    let outlet: Outlet | undefined;
    let over = false;
    const slow = () => void open();

    function open(): Outlet | undefined {
      if (outlet !== undefined || !options.accepts.stream) return outlet;
      options.slow.delete(slow);
      outlet = options.open();
      if (outlet !== undefined) resolve(outlet.response);
      return outlet;
    }

    if (options.accepts.stream) options.slow.add(slow);
    work({
      notify: (message) => {
        if (!over) open()?.notify(JSON.stringify(message));
      },
      request(message) {
        const opened = over ? undefined : open();
        opened?.send(JSON.stringify(message));
        return opened !== undefined;
      },
      pause: (retryMs) => {
        if (!over) open()?.pause(retryMs);
      },
    }).then((final) => {
      over = true;
      options.slow.delete(slow);
      // A status other than 200 says more than the form that a client prefers.
      if (!options.accepts.json && final.status === 200) open();
      if (outlet === undefined) {
        resolve(plain(final, options));
        return;
      }
      const list = isList(final.body) ? final.body : [final.body];
      outlet.end(list.map(encodeResponse));
      if (outlet.dropped > 0) options.onDropped(outlet.dropped);
    });
  });
}

function isList(body: Final["body"]): body is readonly RpcResponse[] {
  return Array.isArray(body);
}

function plain({ status, body }: Final, { request, headers }: ReplyOptions): Response {
  const text = isList(body) ? `[${body.map(encodeResponse).join(",")}]` : encodeResponse(body);
  return respond(request, text, {
    status,
    headers: { ...headers, "content-type": "application/json" },
  });
}
