// `subscriptions/listen`: a request whose answer is a stream of changes, until somebody ends it.
// A method of the modern era; the transport gives it a stream and tells it when to end.
// spec: basic/patterns/subscriptions

import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import { isJsonObject, type JsonObject, kindOf } from "../jsonrpc/message.ts";
import type { Change, Core, Outcome } from "../protocol/call.ts";
import { MetaKey } from "../protocol/revisions.ts";
import type { Edge } from "./edge.ts";
import type { EraCall } from "./era_call.ts";

/** URIs that one subscription may name. */
const MAX_URIS = 1_000;

/** What a client asked to hear of, as far as the server can tell it. */
interface Filter {
  readonly toolsListChanged?: true;
  readonly promptsListChanged?: true;
  readonly resourcesListChanged?: true;
  readonly resourceSubscriptions?: readonly string[];
}

/** Answers `subscriptions/listen`: acknowledges, tells of changes, and ends gracefully. */
export async function listen(call: EraCall, core: Core, edge: Edge): Promise<Outcome> {
  const wanted = call.params.notifications;
  if (!isJsonObject(wanted)) {
    throw invalid(`"notifications" must be an object: got ${kindOf(wanted)}`);
  }
  const filter = readFilter(wanted, core);
  const feeds = await core.feeds(call, wanted);
  const agreed: JsonObject = Object.assign({}, filter, ...feeds.map((feed) => feed.agreed));
  const _meta = { [MetaKey.subscriptionId]: call.id };
  const notify = (method: string, params: JsonObject) =>
    edge.send({ jsonrpc: "2.0", method, params: { ...params, _meta } });
  edge.linger();
  return await new Promise((resolve) => {
    notify("notifications/subscriptions/acknowledged", { notifications: agreed });
    const uris = new Set(filter.resourceSubscriptions);
    const stops = [
      core.onChange((change) => {
        const told = tell(change, filter, uris);
        if (told !== undefined) notify(told.method, told.params);
      }),
      ...feeds.map((feed) => feed.open(notify)),
    ];
    edge.scope.onCancel = (reason) => {
      stops.forEach((stop) => stop());
      if (reason === "shutdown") {
        edge.send({
          jsonrpc: "2.0",
          method: "notifications/cancelled",
          params: { requestId: call.id, reason: "The server is ending" },
        });
      }
      resolve({ kind: "complete", result: { _meta } });
    };
    if (edge.scope.reason !== undefined) edge.scope.onCancel(edge.scope.reason);
  });
}

function tell(
  change: Change,
  filter: Filter,
  uris: ReadonlySet<string>,
): { readonly method: string; readonly params: JsonObject } | undefined {
  if (change.kind === "resource") {
    return uris.has(change.uri)
      ? { method: "notifications/resources/updated", params: { uri: change.uri } }
      : undefined;
  }
  return filter[`${change.kind}ListChanged`] === true
    ? { method: `notifications/${change.kind}/list_changed`, params: {} }
    : undefined;
}

/** @throws {RpcError} -32602 when the filter is not one. */
function readFilter(value: JsonObject, core: Core): Filter {
  const able = core.facts.capabilities();
  const filter: { -readonly [K in keyof Filter]: Filter[K] } = {};
  for (const list of ["tools", "prompts", "resources"] as const) {
    const wanted = value[`${list}ListChanged`];
    if (wanted !== undefined && typeof wanted !== "boolean") {
      throw invalid(`"${list}ListChanged" must be a boolean: got ${kindOf(wanted)}`);
    }
    if (wanted === true && able[list]?.listChanged === true) filter[`${list}ListChanged`] = true;
  }
  const uris = value.resourceSubscriptions;
  if (uris === undefined) return filter;
  if (!Array.isArray(uris) || uris.some((uri) => typeof uri !== "string")) {
    throw invalid('"resourceSubscriptions" must be a list of strings');
  }
  if (uris.length > MAX_URIS) {
    throw invalid(
      `"resourceSubscriptions" must name at most ${MAX_URIS} resources: got ${uris.length}`,
    );
  }
  if (able.resources?.subscribe === true) filter.resourceSubscriptions = uris;
  return filter;
}

function invalid(detail: string): RpcError {
  return new RpcError(ErrorCode.InvalidParams, `Invalid params: ${detail}`);
}
