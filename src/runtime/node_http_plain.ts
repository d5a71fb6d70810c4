// A `Response` of a text or a stream, for Node, where a real one costs as much as all the rest of a
// small answer, and KiB for each stream that is open. A request offers it by a symbol to handlers that know of it; it is made real when anybody
// looks into it. Used by `node_http_request.ts` and `node_http_response.ts`.

import { standIn } from "./node_stand_in.ts";

/** What it is made of. */
export type PlainBody = string | ReadableStream<Uint8Array>;

/** What goes with it. */
export interface PlainInit {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
}

/** A response while nobody has looked into it. */
export interface Plain {
  readonly body: PlainBody;
  readonly init: PlainInit;
}

/** The member of a request that makes the cheapest `Response` that there is. */
export const RESPOND = Symbol.for("lmcp.respond");

/** A response of plain headers and what follows them. */
export class PlainResponse {
  readonly #body: PlainBody;
  readonly #init: PlainInit;
  #whole: Response | undefined;

  constructor(body: PlainBody, init: PlainInit) {
    this.#body = body;
    this.#init = init;
  }

  /** What to send, as long as nobody had the real one. */
  get plain(): Plain | undefined {
    return this.#whole === undefined ? { body: this.#body, init: this.#init } : undefined;
  }

  get status(): number {
    return this.#init.status;
  }

  /** A real response that says the same. */
  whole(): Response {
    return this.#whole ??= new Response(this.#body, this.#init);
  }
}

standIn(PlainResponse.prototype, Response.prototype);
