// A call that can go on as a task: it is its request's until the task starts, and then its own.
// Made by `create_tasks.ts` for each call that may become a task; handed to the tool in its place.

import type { JsonObject, RequestId } from "../../jsonrpc/message.ts";
import type { AuthInfo, Call, ClientFacts, Note } from "../../protocol/call.ts";
import { whenAborted } from "../../protocol/cancel.ts";
import type { Questions } from "../../protocol/questions.ts";
import type { RunningTask } from "./running_task.ts";

/** A call that can go on as a task. */
export class TaskCall implements Call {
  readonly id: RequestId;
  readonly method: string;
  readonly params: JsonObject;
  readonly meta: JsonObject;
  readonly client: ClientFacts;
  readonly auth: AuthInfo | undefined;
  readonly session = undefined;
  /** Resolves when the task has started. */
  readonly started: Promise<void>;
  readonly #controller = new AbortController();
  readonly #open: (controller: AbortController) => Promise<RunningTask>;
  #request: Call | undefined;
  #task: RunningTask | undefined;
  #starting: Promise<RunningTask> | undefined;
  #onStarted: () => void = () => {};
  #linked = false;
  #unlink: () => void = () => {};

  /** `open` makes the task, which can abort its handler by the controller. */
  constructor(request: Call, open: (controller: AbortController) => Promise<RunningTask>) {
    this.id = request.id;
    this.method = request.method;
    this.params = request.params;
    this.meta = request.meta;
    this.client = request.client;
    this.auth = request.auth;
    this.#request = request;
    this.#open = open;
    this.started = new Promise((resolve) => this.#onStarted = resolve);
  }

  get signal(): AbortSignal {
    if (this.#request !== undefined && !this.#linked) this.#link(this.#request.signal);
    return this.#controller.signal;
  }
  get questions(): Questions {
    return this.#task?.questions ?? this.#own.questions;
  }
  get suspended(): boolean {
    return this.#task === undefined && this.#own.suspended;
  }
  get wantsProgress(): boolean {
    return this.#task !== undefined || this.#own.wantsProgress;
  }

  notify(note: Note): void {
    if (this.#task === undefined) this.#own.notify(note);
    else this.#task.note(note);
  }

  closeStream(retryMs: number): void {
    this.#request?.closeStream(retryMs);
  }

  async startTask(): Promise<void> {
    await (this.#starting ??= this.#start());
  }

  /** The task, once it has started; undefined when it was never asked for, or could not start. */
  async task(): Promise<RunningTask | undefined> {
    try {
      return await this.#starting;
    } catch {
      return undefined; // Whoever asked for it was told.
    }
  }

  async #start(): Promise<RunningTask> {
    // A call that is suspended goes on throwing here, and is left.
    if (this.#own.suspended) await this.#own.questions.ask({});
    const task = await this.#open(this.#controller);
    // From here on nothing ties the work to its request.
    this.#unlink();
    this.#task = task;
    this.#request = undefined;
    this.#onStarted();
    return task;
  }

  get #own(): Call {
    if (this.#request === undefined) throw new Error("The call is a task, and has no request");
    return this.#request;
  }

  /** Until the task starts, the work ends with its request. */
  #link(signal: AbortSignal): void {
    this.#linked = true;
    const onAbort = () => this.#controller.abort(signal.reason);
    this.#unlink = () => signal.removeEventListener("abort", onAbort);
    whenAborted(signal, onAbort);
  }
}
