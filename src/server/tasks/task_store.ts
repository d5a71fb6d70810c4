// What is kept of a task, and where: in memory unless the author has a better place.
// Written by `task_list.ts` at every change; read at every `tasks/get`.
// spec: SEP-2663, Tasks

import type { JsonObject } from "../../jsonrpc/message.ts";

/** Where a task stands. The last three are final. */
export type TaskStatus = "working" | "input_required" | "completed" | "failed" | "cancelled";

/** A task, as it is kept; all of it but its owner is what clients see. */
export interface TaskRecord {
  /** Its id: random, and hard to guess. */
  readonly taskId: string;
  /** The name of the token that the task belongs to; empty where no token is asked for. */
  readonly owner: string;
  /** Where it stands. */
  readonly status: TaskStatus;
  /** For people: how far it is, or why it ended so. */
  readonly statusMessage?: string;
  /** When it was made, in ISO 8601. */
  readonly createdAt: string;
  /** When it changed last, in ISO 8601. */
  readonly lastUpdatedAt: string;
  /** Milliseconds from its creation after which it is forgotten. */
  readonly ttlMs: number;
  /** Milliseconds that clients are asked to wait between two looks. */
  readonly pollIntervalMs: number;
  /** What it waits to be told, by keys; only while it is `input_required`. */
  readonly inputRequests?: JsonObject;
  /** What the call gave; only when it is `completed`. */
  readonly result?: JsonObject;
  /** The protocol error that ended it; only when it is `failed`. */
  readonly error?: JsonObject;
}

/**
 * Keeps tasks. A store that answers later must keep the order in which it was called: the last
 * `save` of a task counts.
 */
export interface TaskStore {
  /** Keeps a task in place of what was kept of it. A client gets its new task only after this. */
  save(record: TaskRecord): void | Promise<void>;
  /** What was kept of a task; undefined when there is none of that id. */
  load(taskId: string): TaskRecord | undefined | Promise<TaskRecord | undefined>;
  /** Forgets a task: its time is over. */
  remove(taskId: string): void | Promise<void>;
  /**
   * The server ends: nothing is removed any more. A store that outlives it has to forget by itself
   * what is past its time.
   */
  end(): void | Promise<void>;
}

/**
 * A store in memory: gone when the process ends.
 *
 * @example
 * ```ts
 * import { createTasks, memoryTaskStore } from "@lmcp/lmcp/tasks";
 *
 * const tasks = createTasks({ store: memoryTaskStore() });
 * if (!tasks.id.endsWith("/tasks")) throw new Error("unexpected extension");
 * ```
 */
export function memoryTaskStore(): TaskStore {
  const records = new Map<string, TaskRecord>();
  return {
    save: (record) => void records.set(record.taskId, record),
    load: (taskId) => records.get(taskId),
    remove: (taskId) => void records.delete(taskId),
    end: () => records.clear(),
  };
}

/** Whether a status is one that a task never leaves. */
export function isFinal(status: TaskStatus): boolean {
  return status === "completed" || status === "failed" || status === "cancelled";
}
