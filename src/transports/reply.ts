// The answer to one POST: a JSON text if nothing had to be sent before it, else a stream.
// Made by `http_modern.ts` and `session_answer.ts`; knows neither eras nor sessions.

import {
  encodeResponse,
  type RpcNotification,
  type RpcRequest,
  type RpcResponse,
} from "../jsonrpc/message.ts";
import { type Beat, Due } from "../protocol/beat.ts";
import { type HeaderMap, NO_HEADERS } from "./cors.ts";
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
  readonly headers: HeaderMap;
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

/** The answer to one POST. Its messages before the end open the stream, where there may be one. */
export class Reply {
  readonly #options: ReplyOptions;
  #outlet: Outlet | undefined;
  #opened: ((response: Response) => void) | undefined;
  #over = false;

  /** Nothing is sent yet. */
  constructor(options: ReplyOptions) {
    this.#options = options;
  }

  /** Sends a notification, where the client takes a stream. */
  notify(message: RpcNotification): void {
    if (!this.#over) this.#open()?.notify(JSON.stringify(message));
  }

  /** Sends a request; false where the client takes no stream. */
  request(message: RpcRequest): boolean {
    const opened = this.#over ? undefined : this.#open();
    opened?.send(JSON.stringify(message));
    return opened !== undefined;
  }

  /** Closes the stream for now, where the client can come back for the rest. */
  pause(retryMs: number): void {
    if (!this.#over) this.#open()?.pause(retryMs);
  }

  /** The response, once there is anything to send. `final` must not reject. */
  of(final: Final | Promise<Final>): Response | Promise<Response> {
    return final instanceof Promise ? this.#later(final) : this.#end(final);
  }

  #later(final: Promise<Final>): Promise<Response> | Response {
    const { accepts, slow } = this.#options;
    const due = new Due(() => void this.#open());
    if (this.#outlet === undefined && accepts.stream) slow.add(due);
    const ended = final.then((known) => {
      slow.delete(due);
      return this.#end(known);
    });
    if (this.#outlet !== undefined) return this.#outlet.response;
    return new Promise((resolve) => {
      const opened = (response: Response) => {
        slow.delete(due);
        resolve(response);
      };
      this.#opened = opened;
      ended.then(resolve);
    });
  }

  #open(): Outlet | undefined {
    if (this.#outlet !== undefined || !this.#options.accepts.stream) return this.#outlet;
    this.#outlet = this.#options.open();
    if (this.#outlet !== undefined) this.#opened?.(this.#outlet.response);
    return this.#outlet;
  }

  #end(final: Final): Response {
    this.#over = true;
    // A status other than 200 says more than the form that a client prefers.
    if (!this.#options.accepts.json && final.status === 200) this.#open();
    const outlet = this.#outlet;
    if (outlet === undefined) return plain(final, this.#options);
    outlet.end(isList(final.body) ? final.body.map(encodeResponse) : [encodeResponse(final.body)]);
    if (outlet.dropped > 0) this.#options.onDropped(outlet.dropped);
    return outlet.response;
  }
}

function isList(body: Final["body"]): body is readonly RpcResponse[] {
  return Array.isArray(body);
}

/** What nearly every answer is made with. */
const JSON_ANSWER = { status: 200, headers: { "content-type": "application/json" } };

function plain({ status, body }: Final, { request, headers }: ReplyOptions): Response {
  const text = isList(body) ? `[${body.map(encodeResponse).join(",")}]` : encodeResponse(body);
  const init = status === 200 && headers === NO_HEADERS
    ? JSON_ANSWER
    : { status, headers: { ...headers, "content-type": "application/json" } };
  return respond(request, text, init);
}
