// What the status page refuses, keeps and lets go, asked as a browser asks; how it looks and feels is
// tests/e2e/status_page_test.ts.

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { openRuntime } from "../runtime/open_runtime.ts";
import { openHost } from "../../tools/mod.ts";
import { bearerTokens } from "../transports/tokens.ts";
import { createHub } from "./create_hub.ts";
import { fixedRegistry } from "./fixed_registry.ts";
import { createStatusPage, type StatusPage } from "./status_page.ts";

const HOME = "http://127.0.0.1:8080";

async function withPage(
  body: (ask: (path: string, init?: RequestInit) => Promise<Response>, page: StatusPage) => unknown,
): Promise<void> {
  const host = await openHost(await openRuntime());
  const hub = createHub({ registry: fixedRegistry("mac - ssh=me@mac.invalid"), host });
  const auth = bearerTokens([{ name: "a", token: "right" }]);
  const page = createStatusPage({ fleet: hub.fleet, name: "<hub>", allowedHosts: [], auth });
  try {
    await body((path, init) => {
      const route = page.routes.get(path);
      if (route === undefined) throw new Error(`${path} is no route`);
      return route(new Request(`${HOME}${path}`, init));
    }, page);
  } finally {
    page.close();
    await hub.close();
    await host.close();
  }
}

function form(token: string, headers: { [name: string]: string } = {}): RequestInit {
  const type = { "content-type": "application/x-www-form-urlencoded" };
  const body = new URLSearchParams({ token }).toString();
  return { method: "POST", body, headers: { ...type, ...headers } };
}

async function cookieOf(response: Response): Promise<string> {
  await response.body?.cancel();
  return (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
}

Deno.test("createStatusPage() lets in whoever has a token, and tells scripts and other sites nothing", () =>
  withPage(async (ask) => {
    const opened = await ask("/login", form("right", { origin: HOME }));
    assertEquals([opened.status, opened.headers.get("location")], [303, "./"]);
    const set = opened.headers.get("set-cookie") ?? "";
    assertMatch(set, /^lmcp_status=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
    const cookie = await cookieOf(opened);
    const page = await ask("/", { headers: { cookie } });
    const policy = page.headers.get("content-security-policy") ?? "";
    assertMatch(policy, /default-src 'none'.*frame-ancestors 'none'/);
    const text = await page.text();
    assert(text.includes("&#60;hub&#62;") && !text.includes("<hub>"));
    assert(text.includes(/'nonce-([\w-]+)'/.exec(policy)?.[1] ?? "no nonce"));
    const left = await ask("/logout", { method: "POST", headers: { cookie } });
    assertMatch(left.headers.get("set-cookie") ?? "", /^lmcp_status=; Max-Age=0/);
    assertEquals((await ask("/status/events", { headers: { cookie } })).status, 401);
  }));

Deno.test("createStatusPage() refuses other sites, other hosts, other methods and what is no form", () =>
  withPage(async (ask) => {
    const foreign = form("right", { origin: "https://evil.test" });
    const cases: [string, RequestInit, number][] = [
      ["/login", foreign, 403],
      ["/login", form("right", { host: "evil.test" }), 403],
      ["/login", { method: "GET" }, 405],
      ["/login", { method: "POST", body: "{}" }, 415],
      ["/login", form("x".repeat(9_000)), 413],
      ["/login", form("wrong"), 401],
      ["/login", form(""), 401],
      ["/", { method: "POST" }, 405],
      ["/status/events", { headers: { cookie: "lmcp_status=guess" } }, 401],
      ["/status/events", { headers: { authorization: "Bearer right" } }, 401],
    ];
    for (const [path, init, status] of cases) {
      const response = await ask(path, init);
      assertEquals([path, init, response.status], [path, init, status]);
      assertEquals(response.headers.get("set-cookie"), null);
      await response.body?.cancel();
    }
  }));

Deno.test("createStatusPage() looks at no token for a while after many wrong ones", () =>
  withPage(async (ask) => {
    for (let count = 0; count < 20; count++) await (await ask("/login", form("no"))).text();
    const refused = await ask("/login", form("right"));
    assertEquals(refused.status, 429);
    assert(Number(refused.headers.get("retry-after")) > 30);
    assertMatch(await refused.text(), /Too many tries: wait \d+ s/);
  }));

Deno.test("createStatusPage() tells the hosts at once, and says goodbye when the hub ends", () =>
  withPage(async (ask, page) => {
    const cookie = await cookieOf(await ask("/login", form("right")));
    const response = await ask("/status/events", { headers: { cookie } });
    assertEquals(response.headers.get("content-type"), "text/event-stream");
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    const { value = "" } = await reader.read();
    const [host] = JSON.parse(value.slice("data: ".length)).hosts;
    assertEquals([host.name, host.state], ["mac", "ssh_only"]);
    page.close();
    assertEquals(await reader.read(), { done: false, value: "event: ended\ndata: \n\n" });
    assertEquals((await reader.read()).done, true);
  }));

Deno.test("createStatusPage() opens so many streams at once, and none for a look at the head", () =>
  withPage(async (ask) => {
    const cookie = await cookieOf(await ask("/login", form("right")));
    const hear = (method = "GET") => ask("/status/events", { method, headers: { cookie } });
    assertEquals((await hear("HEAD")).body, null);
    const opened = await Promise.all(Array.from({ length: 64 }, () => hear()));
    assertEquals((await hear()).status, 503);
    await opened[0]?.body?.cancel();
    assertEquals((await hear()).status, 200);
  }));

Deno.test("createStatusPage() ends a stream when the hosts cannot be looked at", async () => {
  const host = await openHost(await openRuntime());
  const registry = fixedRegistry("mac - ssh=me@mac.invalid");
  const failing = { ...registry, backends: () => Promise.reject(new Error("the disk is gone")) };
  const hub = createHub({ registry: failing, host });
  const page = createStatusPage({ fleet: hub.fleet, name: "hub", allowedHosts: [] });
  const response = await page.routes.get("/status/events")!(new Request(`${HOME}/status/events`));
  await assertRejects(() => response.text(), Error, "the disk is gone");
  page.close();
  await hub.close();
  await host.close();
});
