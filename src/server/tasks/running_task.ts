// A task while its handler runs: what becomes of it, step by step, until a status that is final.
// Made by `task_list.ts`, which keeps and tells what `onChange` gives.
// spec: SEP-2663, Task Status

import { ErrorCode, RpcError } from "../../jsonrpc/errors.ts";
import type { JsonObject } from "../../jsonrpc/message.ts";
import type { Note } from "../../protocol/call.ts";
import { abortError, type CancelReason } from "../../protocol/cancel.ts";
import { TaskQuestions } from "./task_questions.ts";
import { isFinal, type TaskRecord } from "./task_store.ts";

/** Characters of a status message, at the most. */
const MAX_MESSAGE = 2_000;

/** A task whose handler runs. */
export class RunningTask {
  /** What the handler asks of the client. */
  readonly questions: TaskQuestions;
  readonly #controller: AbortController;
  readonly #onChange: (record: TaskRecord) => void;
  #record: TaskRecord;

  /** `controller` aborts the handler; `onChange` is told of every change. */
  constructor(
    record: TaskRecord,
    controller: AbortController,
    onChange: (record: TaskRecord) => void,
  ) {
    this.#record = record;
    this.#controller = controller;
    this.#onChange = onChange;
    this.questions = new TaskQuestions(() => this.#showQuestions());
  }

  /** What it is now. */
  get record(): TaskRecord {
    return this.#record;
  }

  /** Takes a report of progress as the status message. Log lines belong to no task, and are dropped. */
  note(note: Note): void {
    if (note.kind !== "progress") return;
    const {
      progress,
      total,
      message = total === undefined ? `${progress}` : `${progress}/${total}`,
    } = note;
    this.#become({ statusMessage: message.slice(0, MAX_MESSAGE) });
  }

  /** The call gave a result. */
  complete(result: JsonObject): void {
    this.#end({ status: "completed", result });
  }

  /** The call failed with an error of the protocol; of any other, no detail is shown. */
  fail(error: unknown): void {
    const { code, message, data } = error instanceof RpcError
      ? error
      : new RpcError(ErrorCode.InternalError, "Internal error: the task failed");
    const shown = data === undefined ? { code, message } : { code, message, data };
    this.#end({ status: "failed", statusMessage: message.slice(0, MAX_MESSAGE), error: shown });
  }

  /** Cancels it. It is over at once; its handler is told by its signal, and what it gives is lost. */
  cancel(reason: CancelReason, statusMessage: string): void {
    this.#end({ status: "cancelled", statusMessage });
    const error = abortError(reason);
    this.#controller.abort(error);
    this.questions.close(error);
  }

  #showQuestions(): void {
    const { inputRequests: _before, ...rest } = this.#record;
    const inputRequests = this.questions.requests();
    this.#record = rest;
    this.#become(
      inputRequests === undefined
        ? { status: "working" }
        : { status: "input_required", inputRequests },
    );
  }

  #end(change: Partial<TaskRecord>): void {
    if (isFinal(this.#record.status)) return;
    const { inputRequests: _open, statusMessage: _said, ...rest } = this.#record;
    this.#record = rest;
    this.#become(change);
  }

  #become(change: Partial<TaskRecord>): void {
    if (isFinal(this.#record.status)) return;
    this.#record = { ...this.#record, ...change, lastUpdatedAt: new Date().toISOString() };
    this.#onChange(this.#record);
  }
}
