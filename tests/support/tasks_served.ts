// A server with tasks, on a handler, for the tests of tasks.

import { createHandler, type Handler, type HandlerOptions } from "../../src/transports/http.ts";
import type { Server } from "../../src/server/server.ts";
import { createTasks, type TaskOptions } from "../../src/server/tasks/create_tasks.ts";
import {
  type ExtensionClient,
  extensionClient,
  type ExtensionClientOptions,
} from "./extension_client.ts";
import { quietServer } from "./http_server.ts";
import type { Sent } from "./schema_check.ts";

/** The identifier of the extension. */
export const TASKS = "io.modelcontextprotocol/tasks";

/** A server with tasks. */
export interface TasksServed extends AsyncDisposable {
  readonly server: Server;
  readonly handler: Handler;
  readonly reported: unknown[];
  /** A client that knows of tasks, and can be asked with forms. */
  client(options?: ExtensionClientOptions): ExtensionClient;
}

/** Serves tasks. */
export function serveTasks(options: TaskOptions = {}, http: HandlerOptions = {}): TasksServed {
  const { server, reported } = quietServer();
  server.use(createTasks(options));
  const handler = createHandler(server, http);
  return {
    server,
    handler,
    reported,
    client: (more = {}) =>
      extensionClient(handler, {
        extensions: [TASKS],
        capabilities: { elicitation: {} },
        ...more,
      }),
    async [Symbol.asyncDispose]() {
      await handler.close({ drainMs: 1 });
    },
  };
}

/** Calls a tool and gives the task that it became. */
export async function start(client: ExtensionClient, name: string, args = {}): Promise<Sent> {
  const { result } = await client.request("tools/call", { name, arguments: args });
  return result;
}

/** What a task is when it reaches one of some statuses, by listening. Default: the final ones. */
export async function reach(
  client: ExtensionClient,
  taskId: string,
  statuses: readonly string[] = ["completed", "failed", "cancelled"],
): Promise<Sent> {
  const notifications = { taskIds: [taskId] };
  for await (const { method, params } of client.stream("subscriptions/listen", { notifications })) {
    if (method === "notifications/tasks" && statuses.includes(params.status)) return params;
  }
  throw new Error(`The task ${taskId} never became ${statuses.join(" or ")}`);
}
