// A call as both eras make it: the request, what the era read of it, and what it may do meanwhile.
// Lazy where it can be: a handler that neither asks nor looks at its signal pays for neither.

import type { JsonObject, RequestId, RpcRequest } from "../jsonrpc/message.ts";
import type { AuthInfo, Call, ClientFacts, Note } from "../protocol/call.ts";
import type { Questions } from "../protocol/questions.ts";
import type { Edge } from "./edge.ts";
import { noteToNotification } from "./notes.ts";

/**
 * What an era read of a request: a class of the era's, not an object literal with functions in it.
 * V8 takes such functions for lasting ones, and what one of them holds on to stays for long.
 */
export interface ReadCall {
  readonly params: JsonObject;
  readonly meta: JsonObject;
  readonly client: ClientFacts;
  readonly session: { readonly id: string } | undefined;
  readonly progressToken: RequestId | undefined;
  /** The index of the least severe level that is sent, at the moment of sending. */
  leastLevel(): number;
  /** A note as the era can carry it. */
  fit(note: Note): Note;
  /** The questions of the call, when they are first needed. */
  makeQuestions(): Questions;
}

/** A call of either era. */
export class EraCall implements Call {
  readonly id: RequestId;
  readonly method: string;
  readonly params: JsonObject;
  readonly meta: JsonObject;
  readonly client: ClientFacts;
  readonly session: { readonly id: string } | undefined;
  readonly #edge: Edge;
  readonly #read: ReadCall;
  #questions: Questions | undefined;
  #silent = false;

  /** Made by an era's `decode`. */
  constructor(request: RpcRequest, edge: Edge, read: ReadCall) {
    this.id = request.id;
    this.method = request.method;
    this.params = read.params;
    this.meta = read.meta;
    this.client = read.client;
    this.session = read.session;
    this.#edge = edge;
    this.#read = read;
  }

  get auth(): AuthInfo | undefined {
    return this.#edge.auth;
  }
  get signal(): AbortSignal {
    return this.#edge.scope.signal;
  }
  get questions(): Questions {
    return this.#questions ??= this.#read.makeQuestions();
  }
  get suspended(): boolean {
    return this.#questions?.pending !== undefined;
  }
  get wantsProgress(): boolean {
    return this.#read.progressToken !== undefined;
  }

  /** Sends no log lines from now on: the server does not log to clients. */
  silence(): void {
    this.#silent = true;
  }

  notify(note: Note): void {
    if (this.#silent && note.kind === "log") return;
    const read = this.#read;
    const message = noteToNotification(read.fit(note), read.progressToken, read.leastLevel());
    if (message !== undefined) this.#edge.send(message);
  }

  closeStream(retryMs: number): void {
    this.#edge.closeStream(retryMs);
  }
}
