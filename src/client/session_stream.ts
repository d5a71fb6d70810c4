// The stream of a session for what belongs to no request: opened by GET when somebody wants to hear of
// it, and opened again when it breaks, where it stood. Used by `session.ts`, over HTTP only.
// spec: 2025-11-25 basic/transports#listening-for-messages-from-the-server, #resumability-and-redelivery

import type { WireHeaders } from "./channel.ts";
import { wait, within } from "./wait.ts";
import { ClientError } from "./client_error.ts";
import { typeOf } from "./http_body.ts";
import type { HttpChannel } from "./http_channel.ts";
import type { Inbound } from "./inbound.ts";

/** Milliseconds before a broken stream is opened again, unless the server says: first, and at the most. */
const RETRY_MS = { first: 1_000, most: 30_000 };
/** Times in a row that opening may fail. */
const MAX_TRIES = 8;
/** Milliseconds that opening waits for: some servers say nothing before there is something to say. */
const OPEN_MS = 1_000;
const DONE = new ClientError("closed", "The stream was closed");

/** The GET stream of a session. */
export class SessionStream {
  readonly #channel: HttpChannel;
  readonly #headers: () => WireHeaders;
  readonly #inbound: Inbound;
  #over: AbortController | undefined;
  #opened: Promise<void> = Promise.resolve();
  /** Told when it was away and nothing could be replayed. */
  onGap: (() => void) | undefined;
  /** Told when the server has forgotten the session. */
  onLost: (() => void) | undefined;

  /** Opens nothing yet; `headers` are those of the session. */
  constructor(channel: HttpChannel, headers: () => WireHeaders, inbound: Inbound) {
    this.#channel = channel;
    this.#headers = headers;
    this.#inbound = inbound;
  }

  /** Opens it, if it is not open. Resolves when it is, when there is none, or after a moment. */
  open(): Promise<void> {
    if (this.#over === undefined) {
      const over = this.#over = new AbortController();
      this.#opened = new Promise<void>((opened) => {
        this.#run(over.signal, opened).then((lost) => {
          opened();
          if (this.#over === over) this.#over = undefined;
          if (lost) this.onLost?.();
        }, (error) => this.#inbound.report(error));
      });
    }
    return within(this.#opened, OPEN_MS).then(() => undefined);
  }

  /** Closes it. */
  close(): void {
    this.#over?.abort(DONE);
    this.#over = undefined;
  }

  /** Reads until it is closed, or cannot be opened; true when the session is gone. */
  async #run(signal: AbortSignal, opened: () => void): Promise<boolean> {
    let lastId = "";
    let tries = 0;
    for (let times = 0;; times++) {
      let retryMs = Math.min(RETRY_MS.first * 2 ** tries, RETRY_MS.most);
      try {
        const resumed = lastId !== "" ? { "last-event-id": lastId } : {};
        const headers = { ...this.#headers(), ...resumed, accept: "text/event-stream" };
        const response = await this.#channel.fetch({ method: "GET", headers, signal });
        opened();
        if (typeOf(response) !== "text/event-stream") {
          await response.body?.cancel();
          return false;
        }
        if (times > 0 && lastId === "") this.onGap?.();
        tries++;
        const end = await this.#channel.read(response, undefined, signal, (event) => {
          lastId = event.lastId;
          tries = 0;
        });
        retryMs = end.retryMs ?? retryMs;
      } catch (error) {
        if (signal.aborted) return false;
        const status = error instanceof ClientError ? error.status : undefined;
        if (status === 404) return true;
        // Not every server has such a stream.
        if (status !== undefined && status < 500) return false;
        this.#inbound.report(error);
        if (++tries >= MAX_TRIES) return false;
      }
      if (signal.aborted) return false;
      await wait(retryMs, signal).catch(() => undefined); // Closed meanwhile: seen at once.
      if (signal.aborted) return false;
    }
  }
}
