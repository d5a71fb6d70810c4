// Changes heard of by `subscriptions/listen`: a request whose answer is a stream. A stream that breaks
// is opened again, ever more slowly; what was missed meanwhile is told of as a gap. Used by `modern.ts`.
// spec: basic/patterns/subscriptions

import { RpcError } from "../jsonrpc/errors.ts";
import { isJsonObject, type JsonObject } from "../jsonrpc/message.ts";
import { ClientError } from "./client_error.ts";
import { Deadline } from "./deadline.ts";
import { wait } from "./wait.ts";
import type { Inbound } from "./inbound.ts";
import type { Outgoing } from "./link.ts";
import type { ListenFilter, ServerChange, Subscription } from "./options.ts";

/** What a subscription is made of. */
export interface SubscriptionOptions {
  readonly filter: ListenFilter;
  readonly onChange: (change: ServerChange) => void;
  readonly signal: AbortSignal | undefined;
  readonly inbound: Inbound;
  readonly request: (outgoing: Outgoing) => Promise<JsonObject>;
}

/** Milliseconds before a broken stream is opened again: at first, and at the most. */
const RETRY_MS = { first: 500, most: 30_000 };
/** Times in a row that opening may fail. */
const MAX_TRIES = 8;
/** Milliseconds that the server may take to say that it listens. */
const ACK_MS = 30_000;
const WHAT = "subscriptions/listen";
const DONE = new ClientError("closed", "The subscription was closed");

/** Opens a subscription; resolves when the server has acknowledged it. */
export async function openSubscription(options: SubscriptionOptions): Promise<Subscription> {
  const over = new AbortController();
  const stop = () => over.abort(DONE);
  const first = await openOnce(options, over.signal);
  if (options.signal?.aborted === true) stop();
  options.signal?.addEventListener("abort", stop, { once: true });
  let agreed = first.agreed;

  async function run(): Promise<void> {
    let stream = first;
    for (;;) {
      // Closed, broken or ended by the server: unless it was ours, it is opened again.
      await stream.ended.catch((error) => {
        if (!over.signal.aborted) options.inbound.report(error);
      });
      if (over.signal.aborted) return;
      const again = await reopen(options, over.signal);
      if (again === undefined) return;
      stream = again;
      agreed = again.agreed;
      options.inbound.guard(() => options.onChange({ kind: "gap" }));
    }
  }

  const ended = run().finally(() => options.signal?.removeEventListener("abort", stop));
  ended.catch(() => undefined); // Who cares for it awaits it.
  return {
    get agreed() {
      return agreed;
    },
    ended,
    async close() {
      stop();
      await ended.catch(() => undefined); // It is over either way.
    },
  };
}

interface OpenStream {
  readonly agreed: ListenFilter;
  readonly ended: Promise<unknown>;
}

/** Opens the stream again; undefined when it was closed meanwhile. */
async function reopen(
  options: SubscriptionOptions,
  signal: AbortSignal,
): Promise<OpenStream | undefined> {
  for (let tries = 1, ms = RETRY_MS.first;; tries++, ms = Math.min(2 * ms, RETRY_MS.most)) {
    try {
      await wait(ms, signal);
      return await openOnce(options, signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      // A server that answers with an error will not think better of it.
      if (error instanceof RpcError || tries === MAX_TRIES) throw error;
      options.inbound.report(error);
    }
  }
}

function openOnce(options: SubscriptionOptions, signal: AbortSignal): Promise<OpenStream> {
  const { filter, onChange, request } = options;
  // Its time is only that until the acknowledgement: afterwards it lasts.
  const deadline = new Deadline({ what: WHAT, timeoutMs: ACK_MS, signal: options.signal });
  const abort = () => deadline.abort(DONE);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  return new Promise((resolve, reject) => {
    const ended = request({
      method: WHAT,
      params: { notifications: toWire(filter) },
      headerParams: [],
      deadline,
      options: {
        onNotification(method, params) {
          if (method === "notifications/subscriptions/acknowledged") {
            deadline.hold();
            resolve({ agreed: fromWire(params.notifications), ended });
          } else {
            const change = readChange(method, params);
            if (change !== undefined) onChange(change);
          }
        },
      },
    }).finally(() => {
      deadline.end();
      signal.removeEventListener("abort", abort);
    });
    const early = () =>
      reject(new ClientError("protocol", `The server ended ${WHAT} without acknowledging it`));
    ended.then(early, reject);
  });
}

function toWire(filter: ListenFilter): JsonObject {
  return {
    ...(filter.tools === true ? { toolsListChanged: true } : {}),
    ...(filter.prompts === true ? { promptsListChanged: true } : {}),
    ...(filter.resources === true ? { resourcesListChanged: true } : {}),
    ...(filter.uris === undefined ? {} : { resourceSubscriptions: filter.uris }),
    ...(filter.tasks === undefined ? {} : { taskIds: filter.tasks }),
  };
}

function fromWire(agreed: unknown): ListenFilter {
  if (!isJsonObject(agreed)) return {};
  return {
    ...(agreed.toolsListChanged === true ? { tools: true } : {}),
    ...(agreed.promptsListChanged === true ? { prompts: true } : {}),
    ...(agreed.resourcesListChanged === true ? { resources: true } : {}),
    ...(Array.isArray(agreed.resourceSubscriptions) ? { uris: agreed.resourceSubscriptions } : {}),
    ...(Array.isArray(agreed.taskIds) ? { tasks: agreed.taskIds } : {}),
  };
}

/** What a notification says that changed; undefined when it says nothing of that. */
export function readChange(method: string, params: JsonObject): ServerChange | undefined {
  const list = /^notifications\/(tools|prompts|resources)\/list_changed$/.exec(method)?.[1];
  if (list !== undefined) return { kind: list as "tools" | "prompts" | "resources" };
  if (method === "notifications/resources/updated" && typeof params.uri === "string") {
    return { kind: "resource", uri: params.uri };
  }
  if (method !== "notifications/tasks") return undefined;
  const { _meta, ...task } = params;
  return { kind: "task", task };
}
