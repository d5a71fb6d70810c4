// Tasks, as an extension: calls of tools that go on after their request was answered, and the
// methods by which a client asks for them. Made by library users, for `server.use`.
// spec: SEP-2663; extensions/tasks/overview

import { ErrorCode, RpcError } from "../../jsonrpc/errors.ts";
import { isJsonObject, type JsonObject, kindOf, show } from "../../jsonrpc/message.ts";
import type { Call, Feed, Outcome } from "../../protocol/call.ts";
import { missingCapability } from "../../protocol/revisions.ts";
import { failure, type Tool, ToolError } from "../define.ts";
import { declares, type Extension, type Next, requirementOf } from "../extension.ts";
import { TaskCall } from "./task_call.ts";
import { type TaskBounds, TaskList } from "./task_list.ts";
import { memoryTaskStore, type TaskRecord, type TaskStore } from "./task_store.ts";

export { memoryTaskStore, type TaskRecord, type TaskStatus, type TaskStore } from "./task_store.ts";

/** How tasks are kept. */
export interface TaskOptions {
  /** Milliseconds from its creation that a task is kept; one that still runs is cancelled then. Default 1 hour. */
  readonly ttlMs?: number;
  /** Milliseconds that clients are advised to leave between two looks. Default 1,000. */
  readonly pollIntervalMs?: number;
  /** Tasks of one token that run at once. Default 64. */
  readonly maxRunning?: number;
  /** Tasks of one token that are kept at once, running or over. Default 1,000. */
  readonly maxTasks?: number;
  /** Where tasks are kept. Default: in memory. */
  readonly store?: TaskStore;
}

const ID = "io.modelcontextprotocol/tasks";
const DEFAULTS: TaskBounds = {
  ttlMs: 3_600_000,
  pollIntervalMs: 1_000,
  maxRunning: 64,
  maxTasks: 1_000,
};
/** Milliseconds that a timer can count. */
const MAX_MS = 2 ** 31 - 1;
/** Tasks that one subscription may name. */
const MAX_SUBSCRIBED = 1_000;
const DONE: Outcome = { kind: "complete", result: {} };

/**
 * Makes the tasks extension. Tools opt in by `task: "optional"` or `"required"`; their handlers
 * need not know of it. Within a task `ctx.progress` sets the status message, questions wait for
 * `tasks/update`, and `ctx.signal` is aborted by `tasks/cancel`, never by a disconnect.
 *
 * @throws {TypeError} when an option is not what it must be.
 *
 * @example
 * ```ts
 * import { createServer } from "@lmcp/lmcp";
 * import { createTasks } from "@lmcp/lmcp/tasks";
 *
 * const server = createServer({ name: "builder", version: "1.0.0" });
 * server.use(createTasks({ ttlMs: 600_000 }));
 * server.tool({ name: "build", task: "optional", run: () => "Built." });
 * const { extensions = {} } = server.facts.capabilities();
 * if (!("io.modelcontextprotocol/tasks" in extensions)) throw new Error("not declared");
 * ```
 */
export function createTasks(options: TaskOptions = {}): Extension {
  const { store = memoryTaskStore(), ...bounds } = options;
  let report: (error: unknown) => void = () => {};
  const list = new TaskList(store, checkBounds({ ...DEFAULTS, ...bounds }), (e) => report(e));

  async function find(call: Call): Promise<TaskRecord> {
    const { taskId } = call.params;
    const record = await list.find(taskId, ownerOf(call));
    if (record !== undefined) return record;
    throw new RpcError(
      ErrorCode.InvalidParams,
      `Unknown task: got ${show(taskId)}; a task is forgotten when its "ttlMs" is over`,
    );
  }

  async function around(call: Call, tool: Tool, next: Next): Promise<Outcome> {
    const { task: wish = "forbidden", taskStarts = "before" } = tool;
    if (wish === "forbidden") return await next(call);
    if (!declares(extension, call)) {
      if (wish === "required") throw missingCapability(requirementOf(ID));
      return await next(call);
    }
    const owner = ownerOf(call); // The task must not hold on to its request.
    const own = new TaskCall(call, (controller) => list.open(owner, controller));
    if (taskStarts === "before") {
      try {
        await own.startTask();
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
        return { kind: "complete", result: { ...failure(error.message) } };
      }
    }
    const work = next(own);
    await Promise.race([own.started, work.then(() => {}, () => {})]);
    const task = await own.task();
    if (task === undefined) return await work;
    const { record } = task;
    list.follow(task, work);
    return { kind: "complete", result: { resultType: "task", ...shown(record) } };
  }

  async function feed(call: Call, filter: JsonObject): Promise<Feed | undefined> {
    const { taskIds } = filter;
    if (taskIds === undefined) return undefined;
    if (!declares(extension, call)) throw missingCapability(requirementOf(ID));
    const owner = ownerOf(call);
    const found = await Promise.all(checkIds(taskIds).map((id) => list.find(id, owner)));
    const agreed = found.flatMap((record) => record === undefined ? [] : [record.taskId]);
    return { agreed: { taskIds: agreed }, open: (notify) => follow(agreed, owner, notify) };
  }

  /** Tells first what each task is now, so that a client misses nothing of the time before. */
  function follow(ids: readonly string[], owner: string, notify: Parameters<Feed["open"]>[0]) {
    const told = new Set<string>();
    const tell = (record: TaskRecord) => {
      told.add(record.taskId);
      notify("notifications/tasks", shown(record));
    };
    // What was found is told only where no change, which is newer, was told before.
    const tellFound = (record: TaskRecord | undefined) => {
      if (record !== undefined && !ended && !told.has(record.taskId)) tell(record);
    };
    let ended = false;
    const stops = ids.map((id) => list.onChange(id, tell));
    for (const id of ids) list.find(id, owner).then(tellFound, (error) => report(error));
    return () => {
      ended = true;
      stops.forEach((stop) => stop());
    };
  }

  const extension: Extension = {
    id: ID,
    methods: new Map([
      ["tasks/get", async (call: Call): Promise<Outcome> => ({
        kind: "complete",
        result: shown(await find(call)),
      })],
      ["tasks/update", async (call: Call): Promise<Outcome> => {
        const { inputResponses } = call.params;
        const { taskId } = await find(call);
        if (!isJsonObject(inputResponses)) {
          throw new RpcError(
            ErrorCode.InvalidParams,
            `"inputResponses" must be an object: got ${kindOf(inputResponses)}`,
          );
        }
        list.running(taskId)?.questions.answer(inputResponses);
        return DONE;
      }],
      ["tasks/cancel", async (call: Call): Promise<Outcome> => {
        const { taskId } = await find(call);
        list.running(taskId)?.cancel("client", "The client cancelled the task");
        return DONE;
      }],
    ]),
    around,
    feed,
    attach: (to) => report = to,
    end: () => list.end(),
  };
  return extension;
}

/** A task as clients see it. */
function shown(record: TaskRecord): JsonObject {
  const { owner: _owner, ...rest } = record;
  return rest;
}

function ownerOf(call: Call): string {
  return call.auth?.name ?? "";
}

function checkBounds(bounds: TaskBounds): TaskBounds {
  for (const [name, value] of Object.entries(bounds)) {
    if (!Number.isSafeInteger(value) || value < 1 || value > MAX_MS) {
      throw new TypeError(
        `Cannot make tasks: ${name} must be an integer of 1 to ${MAX_MS}: got ${show(value)}`,
      );
    }
  }
  return bounds;
}

/** @throws {RpcError} -32602 when it is no list of ids, or too long a one. */
function checkIds(ids: unknown): readonly string[] {
  if (!Array.isArray(ids) || ids.some((id) => typeof id !== "string")) {
    throw new RpcError(ErrorCode.InvalidParams, '"taskIds" must be a list of strings');
  }
  if (ids.length > MAX_SUBSCRIBED) {
    throw new RpcError(
      ErrorCode.InvalidParams,
      `"taskIds" must name at most ${MAX_SUBSCRIBED} tasks: got ${ids.length}`,
    );
  }
  return [...new Set(ids)];
}
