// Changes heard of on a session: lists by themselves, resources after `resources/subscribe`. Several
// subscriptions share what the session has only once. Used by `session.ts`.
// spec: 2025-11-25 server/resources#subscriptions

import type { JsonObject } from "../jsonrpc/message.ts";
import type { ServerCapabilities } from "../protocol/types.ts";
import { Deadline } from "./deadline.ts";
import type { Inbound } from "./inbound.ts";
import type { Outgoing } from "./link.ts";
import { readChange } from "./modern_subscription.ts";
import type { ListenFilter, ServerChange, Subscription } from "./options.ts";

/** What subscriptions need of their session. */
export interface SubscribedSession {
  capabilities(): ServerCapabilities;
  request(outgoing: Outgoing): Promise<JsonObject>;
  /** Opens the stream that changes come on. */
  open(): Promise<void>;
}

/** Milliseconds that one of its requests may take. */
const REQUEST_MS = 30_000;

interface Entry {
  readonly agreed: ListenFilter;
  readonly onChange: (change: ServerChange) => void;
  readonly close: () => Promise<void>;
}

/** The subscriptions of one session. */
export class SessionSubscriptions {
  readonly #inbound: Inbound;
  readonly #session: SubscribedSession;
  readonly #entries = new Set<Entry>();
  /** How many want to hear of a resource. */
  readonly #uris = new Map<string, number>();

  /** None yet. */
  constructor(inbound: Inbound, session: SubscribedSession) {
    this.#inbound = inbound;
    this.#session = session;
  }

  /** How many there are. */
  get size(): number {
    return this.#entries.size;
  }

  /** Adds one; resolves when the server tells of all that it covers. */
  async add(
    filter: ListenFilter,
    onChange: (change: ServerChange) => void,
    signal: AbortSignal | undefined,
  ): Promise<Subscription> {
    const agreed = this.#agree(filter);
    const uris = new Set(agreed.uris);
    const stopListening = this.#inbound.onNotification((method, params) => {
      const change = readChange(method, params);
      if (change === undefined || change.kind === "task" || change.kind === "gap") return;
      const wanted = change.kind === "resource" ? uris.has(change.uri) : agreed[change.kind];
      if (wanted === true) onChange(change);
    });
    let finish = () => {};
    const ended = new Promise<void>((resolve) => finish = resolve);
    const close = async () => {
      if (!this.#entries.delete(entry)) return;
      stopListening();
      signal?.removeEventListener("abort", close);
      finish();
      await Promise.all([...uris].map((uri) => this.#leave(uri)))
        .catch((error) => this.#inbound.report(error));
    };
    const entry: Entry = { agreed, onChange, close };
    this.#entries.add(entry);
    try {
      await this.#session.open();
      await Promise.all([...uris].map((uri) => this.#enter(uri)));
    } catch (error) {
      await close();
      throw error;
    }
    if (signal?.aborted === true) await close();
    else signal?.addEventListener("abort", close, { once: true });
    return { agreed, ended, close };
  }

  /** Tells all that something may have been missed. */
  tellGap(): void {
    for (const { onChange } of this.#entries) this.#inbound.guard(() => onChange({ kind: "gap" }));
  }

  /** Asks for the same again, of a session that begins anew. */
  async renew(): Promise<void> {
    if (this.#entries.size === 0) return;
    await this.#session.open();
    await Promise.all([...this.#uris.keys()].map((uri) => this.#ask("resources/subscribe", uri)));
    this.tellGap();
  }

  /** Ends all, without a word to the server, whose session ends, too. */
  close(): void {
    this.#uris.clear();
    for (const { close } of this.#entries) close();
  }

  #agree({ tools, prompts, resources, uris }: ListenFilter): ListenFilter {
    const able = this.#session.capabilities();
    return {
      ...(tools === true && able.tools?.listChanged === true ? { tools } : {}),
      ...(prompts === true && able.prompts?.listChanged === true ? { prompts } : {}),
      ...(resources === true && able.resources?.listChanged === true ? { resources } : {}),
      ...(uris !== undefined && able.resources?.subscribe === true ? { uris } : {}),
    };
  }

  async #enter(uri: string): Promise<void> {
    const count = this.#uris.get(uri) ?? 0;
    this.#uris.set(uri, count + 1);
    if (count === 0) await this.#ask("resources/subscribe", uri);
  }

  async #leave(uri: string): Promise<void> {
    const count = this.#uris.get(uri);
    if (count === undefined) return;
    if (count > 1) return void this.#uris.set(uri, count - 1);
    this.#uris.delete(uri);
    await this.#ask("resources/unsubscribe", uri);
  }

  async #ask(method: string, uri: string): Promise<void> {
    const deadline = new Deadline({ what: method, timeoutMs: REQUEST_MS, signal: undefined });
    try {
      const params = { uri };
      await this.#session.request({ method, params, options: {}, deadline, headerParams: [] });
    } finally {
      deadline.end();
    }
  }
}
