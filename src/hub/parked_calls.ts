// Calls of hosts with sessions that wait for an answer of a caller without one: the host waits in its
// call, the caller has to come back with a new request. Meanwhile the call is here, for five minutes.
// Used by `questions_through.ts`. Lost when the hub ends, which the caller is told.

import type { JsonObject } from "../jsonrpc/message.ts";
import type { Clock } from "./clock.ts";
import type { Routed } from "./call_host.ts";
import type { HostQuestion } from "./link.ts";

const KEPT_MS = 5 * 60_000;
const MOST_PARKED = 1_000;

/** What happens next in a call: it is over, or its host asks. */
export type ParkedEvent =
  | { readonly kind: "over"; readonly routed: Routed }
  | { readonly kind: "question"; readonly number: number; readonly question: HostQuestion };

interface Open {
  readonly number: number;
  readonly question: HostQuestion;
  readonly resolve: (answer: JsonObject) => void;
  readonly reject: (error: unknown) => void;
}

/** A call that can wait for its caller. */
export class ParkedCall {
  readonly #own = new AbortController();
  readonly #open: Open[] = [];
  readonly #outcome: Promise<Routed>;
  #asked = 0;
  #wake: (() => void) | undefined;

  constructor(
    start: (
      signal: AbortSignal,
      onQuestion: (question: HostQuestion) => Promise<JsonObject>,
    ) => Promise<Routed>,
  ) {
    this.#outcome = start(this.#own.signal, (question) => this.#ask(question));
    // Whoever waits hears of it; while nobody does, it is no unhandled failure.
    this.#outcome.catch(() => undefined);
  }

  /** Ends the call. */
  abort(reason: unknown): void {
    this.#own.abort(reason);
  }

  /** The call ends when `signal` does, until the answer is called. */
  follow(signal: AbortSignal): () => void {
    const onAbort = () => this.abort(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort);
    return () => signal.removeEventListener("abort", onAbort);
  }

  /** What happens next; a question that is not answered yet comes again. @throws as the call did. */
  async next(): Promise<ParkedEvent> {
    for (;;) {
      const [open] = this.#open;
      if (open !== undefined) return { kind: "question", ...open };
      const asked = new Promise<undefined>((resolve) => this.#wake = () => resolve(undefined));
      const routed = await Promise.race([this.#outcome, asked]);
      if (routed !== undefined) return { kind: "over", routed };
    }
  }

  /** Answers a question. */
  answer(number: number, answer: JsonObject): void {
    this.#close(number)?.resolve(answer);
  }

  /** Refuses a question. */
  refuse(number: number, error: unknown): void {
    this.#close(number)?.reject(error);
  }

  #ask(question: HostQuestion): Promise<JsonObject> {
    return new Promise((resolve, reject) => {
      const number = ++this.#asked;
      this.#open.push({ number, question, resolve, reject });
      question.signal.addEventListener("abort", () => this.refuse(number, question.signal.reason));
      this.#wake?.();
    });
  }

  #close(number: number): Open | undefined {
    const at = this.#open.findIndex((open) => open.number === number);
    return at < 0 ? undefined : this.#open.splice(at, 1)[0];
  }
}

/** The calls that wait. */
export class ParkedCalls {
  readonly #clock: Clock;
  readonly #calls = new Map<string, { readonly call: ParkedCall; readonly stop: () => void }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins a call that can wait. */
  begin(...args: ConstructorParameters<typeof ParkedCall>): ParkedCall {
    return new ParkedCall(...args);
  }

  /** Keeps a call until its caller comes back, or too late. */
  park(id: string, call: ParkedCall): void {
    const stop = this.#clock.after(KEPT_MS, () => this.#end(id));
    this.#calls.set(id, { call, stop });
    if (this.#calls.size > MOST_PARKED) {
      for (const [oldest] of this.#calls) {
        this.#end(oldest);
        break;
      }
    }
  }

  /** The call with this id; it is kept no more. */
  take(id: string): ParkedCall | undefined {
    const found = this.#calls.get(id);
    this.#calls.delete(id);
    found?.stop();
    return found?.call;
  }

  /** Ends all. */
  close(): void {
    for (const id of [...this.#calls.keys()]) this.#end(id);
  }

  #end(id: string): void {
    this.take(id)?.abort(new Error("nobody answered what the host asked"));
  }
}
