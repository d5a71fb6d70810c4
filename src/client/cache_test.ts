import { assertEquals } from "@std/assert";
import { type CacheKey, ResponseCache } from "./cache.ts";

const KEY: CacheKey = { server: "s", method: "tools/list", params: {}, credential: "ada" };

Deno.test("ResponseCache keeps what a server allows, for as long as it does", async () => {
  const cache = new ResponseCache();
  cache.set(KEY, { tools: [], ttlMs: 60_000, cacheScope: "private" });
  assertEquals(cache.get(KEY)?.tools, []);
  assertEquals(cache.get({ ...KEY, params: { cursor: "x" } }), undefined);
  assertEquals(cache.get({ ...KEY, server: "t" }), undefined);
  for (const ttlMs of [0, -1, undefined, "5"]) {
    cache.set({ ...KEY, server: "u" }, { ttlMs, cacheScope: "public" });
    assertEquals(cache.get({ ...KEY, server: "u" }), undefined);
  }
  cache.set({ ...KEY, server: "v" }, { ttlMs: 1, cacheScope: "public" });
  await new Promise((resolve) => setTimeout(resolve, 5));
  assertEquals(cache.get({ ...KEY, server: "v" }), undefined);
});

Deno.test("ResponseCache gives what is private to the same credential only", () => {
  const cache = new ResponseCache();
  const bob = { ...KEY, credential: "bob" };
  cache.set(KEY, { ttlMs: 60_000, cacheScope: "private" });
  assertEquals(cache.get(bob), undefined);
  cache.set(KEY, { ttlMs: 60_000 });
  assertEquals(cache.get(bob), undefined);
  cache.set(KEY, { ttlMs: 60_000, cacheScope: "public" });
  assertEquals(cache.get(bob)?.ttlMs, 60_000);
});

Deno.test("ResponseCache keeps no calls, and not without end", () => {
  const cache = new ResponseCache(2);
  const keep = (server: string, method = "tools/list") =>
    cache.set({ ...KEY, server, method }, { ttlMs: 60_000 });
  keep("a", "tools/call");
  assertEquals(cache.get({ ...KEY, server: "a", method: "tools/call" }), undefined);
  ["a", "b", "c"].forEach((server) => keep(server));
  const kept = ["a", "b", "c"].filter((server) => cache.get({ ...KEY, server }) !== undefined);
  assertEquals(kept, ["b", "c"]);
});

Deno.test("ResponseCache forgets what a notification makes stale, of that server", () => {
  const cache = new ResponseCache();
  const keys = ["tools/list", "prompts/list", "resources/list", "resources/templates/list"]
    .map((method) => ({ ...KEY, method }));
  const [x, y] = ["x", "y"].map((uri) => ({ ...KEY, method: "resources/read", params: { uri } }));
  const all = [...keys, x!, y!, { ...KEY, server: "other" }];
  const left = (method: string, params = {}) => {
    for (const key of all) cache.set(key, { ttlMs: 60_000 });
    cache.invalidate("s", `notifications/${method}`, params);
    return all.flatMap((key, at) => cache.get(key) === undefined ? [] : [at]);
  };
  assertEquals(left("tools/list_changed"), [1, 2, 3, 4, 5, 6]);
  assertEquals(left("prompts/list_changed"), [0, 2, 3, 4, 5, 6]);
  assertEquals(left("resources/list_changed"), [0, 1, 4, 5, 6]);
  assertEquals(left("resources/updated", { uri: "x" }), [0, 1, 2, 3, 5, 6]);
  assertEquals(left("message"), [0, 1, 2, 3, 4, 5, 6]);
  cache.invalidateAll("s");
  assertEquals(all.filter((key) => cache.get(key) !== undefined).length, 1);
});
