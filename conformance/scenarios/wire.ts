// A connection to the server under test, whatever carries it. `http_wire.ts` and `stdio_wire.ts`
// make it; `run_scenario.ts` speaks through it.

import type { JsonMap } from "./scenario.ts";

/** What was sent, and all that came back for it. */
export interface Exchange {
  /** Messages in the order they came. */
  readonly messages: readonly JsonMap[];
  /** HTTP status; undefined over stdio, or while nothing came. */
  readonly status: number | undefined;
  readonly headers: Headers | undefined;
  /** Whether nothing more can come. */
  readonly ended: boolean;
  /** Resolves at the next message, status or end. */
  next(): Promise<void>;
  /** Goes away without reading on. */
  disconnect(): void;
}

/** How something is sent. */
export interface SendOptions {
  readonly headers: { readonly [name: string]: string };
}

/** A connection. */
export interface Wire {
  readonly transport: "http" | "stdio";
  /** Sends text: a POST, or a line. */
  send(pieces: readonly Uint8Array[], options: SendOptions): Exchange;
  /** Sends an HTTP request of any kind; not over stdio. */
  http(
    method: string,
    path: string | undefined,
    headers: { readonly [name: string]: string },
    body: string | undefined,
  ): Exchange;
  /** Closes the input of the server; only over stdio. */
  closeInput(): void;
  /** Everything that came over stdio, whatever for; over HTTP nothing. */
  readonly channel: Exchange | undefined;
  close(): Promise<void>;
}

/** Collects what comes for an exchange, and wakes who waits for it. */
export class Inbox implements Exchange {
  readonly messages: JsonMap[] = [];
  status: number | undefined;
  headers: Headers | undefined;
  ended = false;
  readonly #disconnect: () => void;
  #wake: (() => void)[] = [];

  /** `disconnect` is what going away means for this exchange. */
  constructor(disconnect: () => void) {
    this.#disconnect = disconnect;
  }

  /** Something came. */
  notice(change: () => void): void {
    change();
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }

  next(): Promise<void> {
    return this.ended ? Promise.resolve() : new Promise((resolve) => this.#wake.push(resolve));
  }

  disconnect(): void {
    this.#disconnect();
  }
}
