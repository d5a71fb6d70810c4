// The sessions of one HTTP handler: who owns each, what runs in it, and when it ends.
// Kept by `http_session.ts`. Time is counted by shared timers, none while there is no session; they
// only tidy up, so none of them keeps a program alive.

import type { Session } from "../eras/session.ts";
import type { RequestId } from "../jsonrpc/message.ts";
import { PendingRequests } from "../jsonrpc/pending.ts";
import type { CancelScope } from "../protocol/cancel.ts";
import { Beat, Due } from "../protocol/beat.ts";
import { Channel } from "./channel.ts";
import type { Limits } from "./limits.ts";

/** A session as the transport keeps it. */
export class KeptSession {
  readonly era: Session;
  /** The name of the token that made it; empty where none is asked for. */
  readonly owner: string;
  /** The requests that run, by id: `1` and `"1"` are different keys. */
  readonly running = new Map<RequestId, CancelScope>();
  /** Our requests to the client. */
  readonly asked = new PendingRequests();
  /** The channel that GET opens, and those of answers, by number. */
  readonly channels = new Map<number, Channel>();
  /** Connections that carry a channel now. */
  streams = 0;
  readonly #store: SessionStore;
  /** Falls due where the client never says that it is ready. */
  readonly #unopened: Due;
  readonly #expire: Due;
  readonly #orphan: Due;
  #attached = 0;
  #lastChannel = 0;

  /** Made by the store. */
  constructor(store: SessionStore, era: Session, owner: string) {
    this.#store = store;
    this.era = era;
    this.owner = owner;
    this.#unopened = new Due(() => store.delete(this));
    this.#expire = new Due(() => store.delete(this));
    this.#orphan = new Due(() => {
      this.cancelAll("disconnect");
      store.idle.add(this.#expire); // A handler that never returns must not keep it for ever.
    });
    store.opening.add(this.#unopened);
    this.channels.set(0, new Channel(0, era.resumes));
  }

  /** The channel of GET: what belongs to no request travels there. */
  get main(): Channel {
    return this.channels.get(0)!;
  }

  /** Opens a channel for an answer. */
  openChannel(): Channel {
    const channel = new Channel(++this.#lastChannel, this.era.resumes);
    this.channels.set(channel.number, channel);
    return channel;
  }

  /** Ends a channel; what it sent is kept a while, for a client whose connection broke. */
  closeChannel(channel: Channel): void {
    channel.end();
    const forget = () => void this.channels.delete(channel.number);
    if (this.#store.has(this)) this.#store.resumable.add(new Due(forget));
    else forget();
  }

  /** The client said that it is ready: from now on the session may idle. */
  ready(): void {
    this.#store.opening.delete(this.#unopened);
    this.#rest();
  }

  /** A request or a stream of the client's is open. */
  attach(): void {
    this.#attached++;
    this.#store.idle.delete(this.#expire);
    this.#store.orphans.delete(this.#orphan);
  }

  /** A request or a stream of the client's is over. */
  detach(): void {
    this.#attached--;
    this.#rest();
  }

  /** A connection began to carry one of its channels. */
  connect(): void {
    this.streams++;
    this.attach();
  }

  /** A connection is over. */
  disconnect(): void {
    this.streams--;
    this.detach();
  }

  /** A request stopped running. */
  done(id: RequestId): void {
    this.running.delete(id);
    this.#rest();
  }

  /** Cancels everything that runs. */
  cancelAll(reason: "disconnect" | "session"): void {
    for (const scope of this.running.values()) scope.cancel(reason);
  }

  /** Stops every clock. */
  forget(): void {
    this.#store.opening.delete(this.#unopened);
    this.#store.idle.delete(this.#expire);
    this.#store.orphans.delete(this.#orphan);
  }

  #rest(): void {
    if (this.#attached > 0 || !this.#store.has(this)) return;
    if (this.running.size > 0) this.#store.orphans.add(this.#orphan);
    else {
      this.#store.orphans.delete(this.#orphan);
      this.#store.idle.add(this.#expire);
    }
  }
}

/** All sessions of a handler. */
export class SessionStore {
  readonly opening: Beat;
  readonly idle: Beat;
  readonly orphans: Beat;
  readonly resumable: Beat;
  readonly #sessions = new Map<string, KeptSession>();
  readonly #most: number;

  /** Bounds come from the limits of the handler. */
  constructor(limits: Limits) {
    this.#most = limits.sessions;
    this.opening = new Beat(limits.sessionOpenMs, { holds: false });
    this.idle = new Beat(limits.sessionIdleMs, { holds: false });
    this.orphans = new Beat(limits.orphanMs, { holds: false });
    this.resumable = new Beat(limits.orphanMs, { holds: false });
  }

  /** Whether there is no room for another session. */
  get full(): boolean {
    return this.#sessions.size >= this.#most;
  }

  /** Keeps a new session. */
  add(era: Session, owner: string): KeptSession {
    const kept = new KeptSession(this, era, owner);
    this.#sessions.set(era.id, kept);
    return kept;
  }

  /** A session of this owner; another's is not found. */
  get(id: string, owner: string): KeptSession | undefined {
    const kept = this.#sessions.get(id);
    return kept?.owner === owner ? kept : undefined;
  }

  /** Whether a session is still kept. */
  has(kept: KeptSession): boolean {
    return this.#sessions.get(kept.era.id) === kept;
  }

  /** All that are kept. */
  all(): Iterable<KeptSession> {
    return this.#sessions.values();
  }

  /** Ends a session: what runs is cancelled, its stream ends. */
  delete(kept: KeptSession): void {
    this.#sessions.delete(kept.era.id);
    kept.forget();
    kept.cancelAll("session");
    kept.asked.rejectAll(new Error("The session ended"));
    kept.main.end(); // The others end with their answers, which the cancelled calls give now.
  }

  /** Ends all of them, and every clock. */
  close(): void {
    for (const kept of [...this.#sessions.values()]) this.delete(kept);
    for (const beat of [this.opening, this.idle, this.orphans, this.resumable]) beat.close();
  }
}
