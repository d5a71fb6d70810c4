// Answers that a server allowed to be kept for a while: `ttlMs` says how long, `cacheScope` by whom.
// Asked by `connected_client.ts` before it asks the server. Never keeps what questions led to.
// spec: server/utilities/caching

import { isJsonObject, type JsonObject } from "../jsonrpc/message.ts";

/** Methods whose answers may be kept. */
const CACHEABLE = new Set([
  "tools/list",
  "prompts/list",
  "resources/list",
  "resources/templates/list",
  "resources/read",
]);

/** Answers that are kept, the newest. */
const DEFAULT_ENTRIES = 1_000;

interface Kept {
  readonly result: JsonObject;
  readonly until: number;
}

/** What a request is kept under. */
export interface CacheKey {
  /** The server: its address. */
  readonly server: string;
  /** The method, such as `tools/list`. */
  readonly method: string;
  /** The parameters, without `_meta`. */
  readonly params: JsonObject;
  /** Who asks: the token. */
  readonly credential: string;
}

/**
 * Answers of servers, for as long as they allow. One may be shared by many clients: what a server
 * calls private is only given to the same credential again.
 *
 * @example
 * ```ts
 * import { ResponseCache } from "@lmcp/lmcp/client";
 *
 * const cache = new ResponseCache(100);
 * const key = { server: "http://a.test/mcp", method: "tools/list", params: {}, credential: "" };
 * cache.set(key, { tools: [], ttlMs: 60_000, cacheScope: "public" });
 * if (cache.get(key) === undefined) throw new Error("not kept");
 * ```
 */
export class ResponseCache {
  readonly #entries = new Map<string, Kept>();
  readonly #max: number;

  /** `maxEntries` are kept, the newest; default 1,000. */
  constructor(maxEntries: number = DEFAULT_ENTRIES) {
    this.#max = maxEntries;
  }

  /** Whether answers to a method may be kept at all. */
  static keeps(method: string): boolean {
    return CACHEABLE.has(method);
  }

  /** An answer that is still fresh. */
  get(key: CacheKey): JsonObject | undefined {
    if (this.#entries.size === 0 || !CACHEABLE.has(key.method)) return undefined;
    return this.#fresh(nameOf(key, "private")) ?? this.#fresh(nameOf(key, "public"));
  }

  /** Keeps an answer, as far as it says that it may be kept. */
  set(key: CacheKey, result: JsonObject): void {
    const { ttlMs, cacheScope } = result;
    if (!CACHEABLE.has(key.method)) return;
    if (typeof ttlMs !== "number" || !(ttlMs > 0)) return;
    const name = nameOf(key, cacheScope === "public" ? "public" : "private");
    this.#entries.delete(name);
    this.#entries.set(name, { result, until: Date.now() + ttlMs });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#max) break;
      this.#entries.delete(oldest);
    }
  }

  /** Forgets what a notification of a server makes stale. */
  invalidate(server: string, method: string, params: JsonObject): void {
    if (this.#entries.size === 0) return;
    const stale = staleBy(method, params);
    if (stale === undefined) return;
    this.#forget(server, stale);
  }

  /** Forgets all of a server. */
  invalidateAll(server: string): void {
    this.#forget(server, () => true);
  }

  /** Forgets all. */
  clear(): void {
    this.#entries.clear();
  }

  #forget(server: string, stale: (asked: string, told: unknown) => boolean): void {
    for (const name of this.#entries.keys()) {
      const [, of, asked, told] = JSON.parse(name) as [string, string, string, unknown];
      if (of === server && stale(asked, told)) this.#entries.delete(name);
    }
  }

  #fresh(name: string): JsonObject | undefined {
    const kept = this.#entries.get(name);
    if (kept === undefined) return undefined;
    if (Date.now() < kept.until) return kept.result;
    this.#entries.delete(name);
    return undefined;
  }
}

function nameOf(key: CacheKey, scope: "public" | "private"): string {
  const who = scope === "public" ? null : key.credential;
  return JSON.stringify([who, key.server, key.method, key.params]);
}

/** Which requests have a new answer after a notification. */
function staleBy(
  method: string,
  params: JsonObject,
): ((asked: string, told: unknown) => boolean) | undefined {
  if (method === "notifications/tools/list_changed") return (asked) => asked === "tools/list";
  if (method === "notifications/prompts/list_changed") return (asked) => asked === "prompts/list";
  if (method === "notifications/resources/list_changed") {
    return (asked) => asked === "resources/list" || asked === "resources/templates/list";
  }
  if (method === "notifications/resources/updated") {
    return (asked, told) =>
      asked === "resources/read" && isJsonObject(told) && told.uri === params.uri;
  }
  return undefined;
}
