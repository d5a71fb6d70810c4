// Streams of a session: events have ids, and a client whose connection broke comes back for the rest.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { defineTool } from "../mod.ts";
import { openSession, type TestSession } from "./support/http_client.ts";
import { quietServer, serveHttp } from "./support/http_server.ts";
import { readSse, type SseItem } from "./support/sse.ts";

const ACCEPT = "application/json, text/event-stream";

function open(session: TestSession, body: unknown, signal?: AbortSignal): Promise<Response> {
  return fetch(session.url, {
    method: "POST",
    headers: { ...session.headers, "content-type": "application/json", accept: ACCEPT },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
}

function comeBack(session: TestSession, lastEventId: string): Promise<Response> {
  const headers = { ...session.headers, accept: "text/event-stream", "last-event-id": lastEventId };
  return fetch(session.url, { headers });
}

async function events(response: Response): Promise<SseItem[]> {
  const list: SseItem[] = [];
  for await (const item of readSse(response.body!)) if (!item.comment) list.push(item);
  return list;
}

/** A tool that reports three steps, each when it is let. */
function stepper() {
  const { server } = quietServer();
  const lets: (() => void)[] = [];
  const steps = [0, 1, 2].map((at) => new Promise<void>((resolve) => lets[at] = resolve));
  let aborted = false;
  server.tool(defineTool({
    name: "stepper",
    async run(_input, ctx) {
      ctx.signal.addEventListener("abort", () => aborted = true);
      for (const [at, step] of steps.entries()) {
        await step;
        ctx.progress(at + 1, 3, `step ${at + 1}`);
      }
      return "all steps";
    },
  }));
  return { server, next: (at: number) => lets[at]!(), wasAborted: () => aborted };
}

const CALL = {
  jsonrpc: "2.0",
  id: 1,
  method: "tools/call",
  params: { name: "stepper", _meta: { progressToken: "p" } },
};

Deno.test("a session's call goes on when its connection breaks, and the rest is had by coming back", async () => {
  const { server, next, wasAborted } = stepper();
  await using http = serveHttp(server);
  const session = await openSession(http.url, "2025-11-25");
  const broken = new AbortController();
  next(0);
  const response = await open(session, CALL, broken.signal);
  let last = "";
  for await (const item of readSse(response.body!)) {
    if (item.id !== undefined) last = item.id;
    if (item.data?.includes("step 1")) break;
  }
  broken.abort();
  next(1);
  next(2);
  const rest = await events(await comeBack(session, last));
  assertEquals(rest.length, 3);
  assertMatch(rest[0]!.data!, /step 2/);
  assertMatch(rest[2]!.data!, /all steps/);
  assertEquals(wasAborted(), false);
  // What was had once can be had again, for a while.
  assertEquals((await events(await comeBack(session, last))).length, 3);
});

Deno.test("a stream of the newest session revision says its place before its first message", async () => {
  for (const [revision, primed] of [["2025-11-25", true], ["2025-06-18", false]] as const) {
    const { server, next } = stepper();
    await using http = serveHttp(server);
    const session = await openSession(http.url, revision);
    for (const at of [0, 1, 2]) next(at);
    const [first] = await events(await open(session, CALL));
    assertEquals(first!.data === "", primed, revision);
    assert(first!.id !== undefined);
  }
});

Deno.test("ctx.closeStream() ends the connection, and the answer waits for the client to come back", async () => {
  const { server } = quietServer();
  let go = () => {};
  const gone = new Promise<void>((resolve) => go = resolve);
  server.tool(defineTool({
    name: "poller",
    async run(_input, ctx) {
      ctx.closeStream(50);
      await gone;
      return "worth the wait";
    },
  }));
  await using http = serveHttp(server);
  const session = await openSession(http.url, "2025-11-25");
  const call = { jsonrpc: "2.0", id: 9, method: "tools/call", params: { name: "poller" } };
  const text = await (await open(session, call)).text();
  assertMatch(text, /^retry: 50$/m);
  const [, id] = /^id: (.*)$/m.exec(text)!;
  const later = comeBack(session, id!);
  go();
  const [answer] = await events(await later);
  assertMatch(answer!.data!, /worth the wait/);
});

Deno.test("another session's events are not had by naming them", async () => {
  const { server, next } = stepper();
  await using http = serveHttp(server);
  const mine = await openSession(http.url, "2025-11-25");
  for (const at of [0, 1, 2]) next(at);
  const [first] = await events(await open(mine, CALL));
  const other = await openSession(http.url, "2025-11-25");
  const response = await comeBack(other, first!.id!);
  assertEquals(response.status, 200);
  await other.end();
  assertEquals(await events(response).then((list) => list.filter(({ data }) => data !== "")), []);
});
