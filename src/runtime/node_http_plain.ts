// A `Response` that is a text, for Node, where a real one costs as much as all the rest of a small
// answer. A request offers it by a symbol to handlers that know of it; it is made real when anybody
// looks into it. Used by `node_http_request.ts` and `node_http_response.ts`.

import { standIn } from "./node_stand_in.ts";

/** What a plain answer is made with. */
export interface PlainInit {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
}

/** A response while nobody has looked into it. */
export interface Plain {
  readonly text: string;
  readonly init: PlainInit;
}

/** The member of a request that makes the cheapest `Response` of a text that there is. */
export const RESPOND = Symbol.for("lmcp.respond");

/** A response of a text and plain headers. */
export class PlainResponse {
  readonly #text: string;
  readonly #init: PlainInit;
  #whole: Response | undefined;

  constructor(text: string, init: PlainInit) {
    this.#text = text;
    this.#init = init;
  }

  /** What to send, as long as nobody had the real one. */
  get plain(): Plain | undefined {
    return this.#whole === undefined ? { text: this.#text, init: this.#init } : undefined;
  }

  get status(): number {
    return this.#init.status;
  }

  /** A real response that says the same. */
  whole(): Response {
    return this.#whole ??= new Response(this.#text, this.#init);
  }
}

standIn(PlainResponse.prototype, Response.prototype);
