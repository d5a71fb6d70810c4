// The tasks of a server: made, bounded, kept until their time is over, and told of.
// Called by `create_tasks.ts`; the only one who writes to the store.

import type { JsonObject } from "../../jsonrpc/message.ts";
import { Beat, Due } from "../../protocol/beat.ts";
import { ToolError } from "../define.ts";
import { RunningTask } from "./running_task.ts";
import { isFinal, type TaskRecord, type TaskStore } from "./task_store.ts";

/** The bounds of a list, all of them known. */
export interface TaskBounds {
  readonly ttlMs: number;
  readonly pollIntervalMs: number;
  readonly maxRunning: number;
  readonly maxTasks: number;
}

/** Told what a task is, whenever that changes. */
export type TaskListener = (record: TaskRecord) => void;

/** Milliseconds that handlers have to return when the server ends. */
const END_GRACE_MS = 3_000;

interface Held {
  running: number;
  kept: number;
}

/** All tasks of one server. */
export class TaskList {
  readonly #store: TaskStore;
  readonly #bounds: TaskBounds;
  readonly #report: (error: unknown) => void;
  readonly #running = new Map<string, RunningTask>();
  readonly #handlers = new Set<Promise<void>>();
  /** What each owner has. */
  readonly #held = new Map<string, Held>();
  readonly #listeners = new Map<string, Set<TaskListener>>();
  readonly #beat: Beat;

  /** `report` is told when the store fails. */
  constructor(store: TaskStore, bounds: TaskBounds, report: (error: unknown) => void) {
    this.#store = store;
    this.#bounds = bounds;
    this.#report = report;
    // What is kept of tasks must not keep a program alive; a handler that runs does so by itself.
    this.#beat = new Beat(bounds.ttlMs, { holds: false });
  }

  /** Makes a task, and keeps it. @throws {ToolError} when its owner has as many as there may be. */
  async open(owner: string, controller: AbortController): Promise<RunningTask> {
    const { ttlMs, pollIntervalMs } = this.#bounds;
    const held = this.#take(owner);
    const taskId = crypto.randomUUID();
    const createdAt = new Date().toISOString();
    const record: TaskRecord = {
      taskId,
      owner,
      status: "working",
      createdAt,
      lastUpdatedAt: createdAt,
      ttlMs,
      pollIntervalMs,
    };
    try {
      await this.#store.save(record);
    } catch (error) {
      this.#release(owner, held, "running");
      this.#release(owner, held, "kept");
      throw error;
    }
    const task = new RunningTask(record, controller, (changed) => this.#changed(changed));
    this.#running.set(taskId, task);
    this.#beat.add(
      new Due(() => {
        task.cancel("deadline", "The time of the task is over");
        this.#guard(() => this.#store.remove(taskId));
        this.#release(owner, held, "kept");
      }),
    );
    return task;
  }

  /** Gives a task what its handler gives. */
  follow(task: RunningTask, work: Promise<{ readonly result: JsonObject }>): void {
    const { taskId, owner } = task.record;
    const handler = work
      .then(({ result }) => task.complete(result), (error) => task.fail(error))
      .then(() => {
        this.#handlers.delete(handler);
        this.#running.delete(taskId);
        const held = this.#held.get(owner);
        if (held !== undefined) this.#release(owner, held, "running");
      });
    this.#handlers.add(handler);
  }

  /** What is kept of a task; undefined when there is none of that id that belongs to the owner. */
  async find(taskId: unknown, owner: string): Promise<TaskRecord | undefined> {
    if (typeof taskId !== "string") return undefined;
    const record = await this.#store.load(taskId);
    return record?.owner === owner ? record : undefined;
  }

  /** The task of an id while its handler runs. */
  running(taskId: string): RunningTask | undefined {
    return this.#running.get(taskId);
  }

  /** Calls `listener` at every change of a task; the answer takes it back. */
  onChange(taskId: string, listener: TaskListener): () => void {
    let listeners = this.#listeners.get(taskId);
    if (listeners === undefined) this.#listeners.set(taskId, listeners = new Set());
    const own = listeners.add(listener);
    return () => {
      if (own.delete(listener) && own.size === 0) this.#listeners.delete(taskId);
    };
  }

  /** Cancels what runs, waits a little for the handlers to return, and ends the store. */
  async end(): Promise<void> {
    for (const task of [...this.#running.values()]) task.cancel("shutdown", "The server is ending");
    let timer: ReturnType<typeof setTimeout> | undefined;
    const grace = new Promise<void>((resolve) => timer = setTimeout(resolve, END_GRACE_MS));
    await Promise.race([Promise.all(this.#handlers), grace]);
    clearTimeout(timer);
    this.#beat.close();
    this.#held.clear();
    await this.#store.end();
  }

  /** Counts a new task. */
  #take(owner: string): Held {
    const { maxRunning, maxTasks } = this.#bounds;
    const held = this.#held.get(owner) ?? { running: 0, kept: 0 };
    if (held.running >= maxRunning) {
      throw new ToolError(
        `Too many tasks: ${maxRunning} run already, which is the most; wait for one to end, or cancel one`,
      );
    }
    if (held.kept >= maxTasks) {
      throw new ToolError(
        `Too many tasks: the results of ${maxTasks} are kept already, which is the most; they are forgotten ${this.#bounds.ttlMs} ms after their creation`,
      );
    }
    held.running++;
    held.kept++;
    this.#held.set(owner, held);
    return held;
  }

  #release(owner: string, held: Held, what: keyof Held): void {
    held[what]--;
    if (held.running === 0 && held.kept === 0) this.#held.delete(owner);
  }

  #changed(record: TaskRecord): void {
    this.#guard(() => this.#store.save(record));
    const listeners = this.#listeners.get(record.taskId);
    if (isFinal(record.status)) this.#listeners.delete(record.taskId);
    listeners?.forEach((listener) => listener(record));
  }

  /** A store that fails must not change what the task is. */
  #guard(work: () => void | Promise<void>): void {
    (async () => await work())().catch(this.#report);
  }
}
