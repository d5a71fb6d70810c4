// Breaks the everything server on purpose, in one way at a time, and sees that the scenarios that are
// about it fail and their neighbours do not: a scenario that cannot fail says nothing.

import { assert, assertEquals } from "@std/assert";
import { createHandler } from "../mod.ts";
import { openRuntime } from "../src/runtime/open_runtime.ts";
import {
  changingLines,
  type Handle,
  hearing,
  type Message,
  saying,
} from "../conformance/broken_server.ts";
import { everythingServer } from "../conformance/everything_server.ts";
import { FIXTURES } from "../conformance/fixtures/mod.ts";
import { pipedRuntime, type Pipes } from "../conformance/piped_runtime.ts";
import { runAll, type Target } from "../conformance/scenarios/run_all.ts";

/** A server that is wrong in one way. */
interface Mutant {
  /** What it does wrongly. */
  readonly does: string;
  readonly revision: string;
  /** The scenarios that are run: those whose ids hold one of these. */
  readonly among: readonly string[];
  /** Those that fail, and no other. */
  readonly fails: readonly string[];
  /** How it is broken over HTTP. */
  readonly http?: (next: Handle) => Handle;
  /** How it is broken over stdio. */
  readonly stdio?: () => Pipes;
}

const NEWEST = "2025-11-25";
const MODERN = "2026-07-28";

const MUTANTS: readonly Mutant[] = [
  {
    does: "counts progress down",
    revision: NEWEST,
    among: ["progress-"],
    fails: ["progress-grows"],
    http: (next) =>
      saying(next, (message) => {
        const { params } = message;
        if (message.method !== "notifications/progress") return message;
        return { ...message, params: { ...params, progress: 100 - params.progress } };
      }),
  },
  {
    does: "turns tokens of digits into numbers",
    revision: NEWEST,
    among: ["progress-"],
    fails: ["progress-token-digits"],
    http: (next) =>
      saying(next, (message) => {
        const token = message.params?.progressToken;
        if (!/^\d+$/.test(String(token))) return message;
        return { ...message, params: { ...message.params, progressToken: Number(token) } };
      }),
  },
  {
    does: "answers a cancelled call",
    revision: NEWEST,
    among: ["cancel"],
    fails: ["cancelled-by-number", "cancelled-call-has-no-result", "cancelled-post-ends"],
    http: (next) =>
      saying(
        next,
        (message) =>
          message.error?.code === -32800
            ? { jsonrpc: "2.0", id: message.id, result: { content: [] } }
            : message,
      ),
  },
  {
    does: 'takes the cancellation of "1" for that of 1',
    revision: NEWEST,
    among: ["cancel"],
    fails: ["cancel-of-the-other-type"],
    http: (next) =>
      hearing(next, (message) => {
        if (message?.params?.requestId !== "1") return message;
        return { ...message, params: { requestId: 1 } };
      }),
  },
  {
    does: "lets every session cancel every call",
    revision: NEWEST,
    among: ["cancel"],
    fails: ["cancel-of-another-session"],
    http(next) {
      const sessions = new Set<string>();
      return async (request) => {
        const copy = request.clone();
        const response = await next(request);
        const id = response.headers.get("mcp-session-id");
        if (id !== null) sessions.add(id);
        const text = copy.method === "POST" ? await copy.text() : "";
        if (!text.includes("notifications/cancelled")) return response;
        for (const other of sessions) {
          const headers = new Headers(copy.headers);
          headers.set("mcp-session-id", other);
          headers.delete("content-length");
          const { method, url } = copy;
          await (await next(new Request(url, { method, headers, body: text }))).body?.cancel();
        }
        return response;
      };
    },
  },
  {
    does: "takes a disconnect for a cancellation",
    revision: NEWEST,
    among: ["disconnect", "late-return", "replay", "event-ids"],
    fails: [
      "disconnect-is-not-cancellation",
      "late-return-gets-the-answer",
      "replay-begins-after-the-event",
      "replay-keeps-to-its-stream",
    ],
    http: (next) => async (request) => {
      const copy = request.clone();
      request.signal.addEventListener("abort", async () => {
        const { id } = JSON.parse(await copy.text());
        const body = JSON.stringify({
          jsonrpc: "2.0",
          method: "notifications/cancelled",
          params: { requestId: id },
        });
        const headers = new Headers(copy.headers);
        headers.delete("content-length");
        await next(new Request(copy.url, { method: "POST", headers, body }));
      });
      return await next(request);
    },
  },
  {
    does: "replays a stream from its beginning",
    revision: NEWEST,
    among: ["disconnect", "late-return", "replay", "event-ids"],
    fails: ["replay-begins-after-the-event"],
    http: (next) =>
      hearing(next, (message, headers) => {
        const last = headers.get("last-event-id");
        if (last !== null) headers.set("last-event-id", last.replace(/_\d+$/, "_0"));
        return message;
      }),
  },
  {
    does: "does not look at the revision in the header",
    revision: NEWEST,
    among: ["version-header", "session"],
    fails: [
      "version-header-of-another-era",
      "version-header-unsupported-delete",
      "version-header-unsupported-get",
      "version-header-unsupported-post",
    ],
    http: (next) =>
      hearing(next, (message, headers) => {
        headers.delete("mcp-protocol-version");
        return message;
      }),
  },
  {
    does: "keeps a session that was ended",
    revision: NEWEST,
    among: ["session"],
    fails: ["deleted-session-delete", "deleted-session-get", "deleted-session-post"],
    http: (next) => (request) =>
      request.method === "DELETE" && known(request)
        ? Promise.resolve(new Response(null, { status: 204 }))
        : next(request),
  },
  {
    does: "opens the session that an unknown id asks for",
    revision: NEWEST,
    among: ["session"],
    fails: ["unknown-session-post"],
    http: (next) =>
      hearing(next, (message, headers) => {
        if (message !== undefined && !known({ headers })) headers.delete("mcp-session-id");
        return message;
      }),
  },
  {
    does: "makes every id a string",
    revision: NEWEST,
    among: ["id-", "number-and-digits"],
    fails: [
      "id-after-answer",
      "id-negative-comes-back",
      "id-number-comes-back",
      "id-zero-comes-back",
      "number-and-digits-differ",
    ],
    http: (next) =>
      saying(
        next,
        (message) => message.id === undefined ? message : { ...message, id: String(message.id) },
      ),
  },
  {
    does: "leaves streams open after the answer",
    revision: NEWEST,
    among: ["stream-ends", "stream-begins", "accept-"],
    fails: ["stream-ends-after-answer"],
    http: (next) => async (request) => {
      const response = await next(request);
      const { status, headers, body } = response;
      if (!headers.get("content-type")?.startsWith("text/event-stream")) return response;
      const open = new TransformStream({ flush: () => new Promise<void>(() => {}) });
      return new Response(body?.pipeThrough(open), { status, headers });
    },
  },
  {
    does: "sends structured content to a revision that has none",
    revision: "2025-03-26",
    among: ["structured", "link", "fields", "annotations"],
    fails: ["structured-content-is-not-sent"],
    http: (next) =>
      saying(next, (message) => {
        const { result } = message;
        if (result?.content === undefined) return message;
        return { ...message, result: { ...result, structuredContent: {} } };
      }),
  },
  {
    does: "takes a batch in a revision that has none",
    revision: NEWEST,
    among: ["batch", "not-json", "id-null"],
    fails: ["batch-is-refused"],
    http: (next) => async (request) => {
      const copy = request.clone();
      const text = request.method === "POST" ? await copy.text() : "";
      if (!text.startsWith("[")) return await next(request);
      const { url, method, headers } = request;
      const answers = [];
      for (const message of JSON.parse(text)) {
        const body = JSON.stringify(message);
        const own = new Headers(headers);
        own.delete("content-length");
        answers.push(await (await next(new Request(url, { method, headers: own, body }))).json());
      }
      return Response.json(answers);
    },
  },
  {
    does: "agrees to every revision",
    revision: NEWEST,
    among: ["initialize-"],
    fails: [
      "initialize-no-session-revision",
      "initialize-offers-newest",
      "initialize-unknown-revision",
    ],
    http: (next) => async (request) => {
      const copy = request.clone();
      const asked = copy.method === "POST"
        ? (await copy.json()).params?.protocolVersion
        : undefined;
      return await saying(
        next,
        (message) =>
          asked === undefined || message.result === undefined
            ? message
            : { ...message, result: { ...message.result, protocolVersion: asked } },
      )(request);
    },
  },
  {
    does: "asks what the client did not declare",
    revision: NEWEST,
    among: ["sampling", "roots", "elicitation", "undeclared"],
    fails: [
      "elicitation-of-another-mode",
      "elicitation-undeclared",
      "roots-undeclared",
      "sampling-undeclared",
      "undeclared-is-a-failed-result",
    ],
    http: (next) =>
      hearing(next, (message) => {
        if (message?.method !== "initialize") return message;
        const capabilities = { sampling: {}, roots: {}, elicitation: {} };
        return { ...message, params: { ...message.params, capabilities } };
      }),
  },
  {
    does: "sends log lines below the level that was set",
    revision: NEWEST,
    among: ["log-"],
    fails: ["log-level-is-the-sessions", "log-lines-below-are-kept"],
    http: (next) =>
      hearing(next, (message) => {
        if (message?.params?.level !== "error") return message;
        return { ...message, params: { level: "debug" } };
      }),
  },
  {
    does: "tells of a resource that nobody subscribed to",
    revision: NEWEST,
    among: ["resource-is", "subscri", "list-changed"],
    fails: ["resource-is-not-told-unasked-http", "subscription-is-the-sessions"],
    http: (next) => async (request) => {
      if (request.method === "GET") {
        const headers = new Headers(request.headers);
        headers.set("content-type", "application/json");
        const params = { uri: "test://watched-resource" };
        const body = JSON.stringify({
          jsonrpc: "2.0",
          id: "s",
          method: "resources/subscribe",
          params,
        });
        await (await next(new Request(request.url, { method: "POST", headers, body }))).text();
      }
      return await next(request);
    },
  },
  {
    does: "lets every page in",
    revision: NEWEST,
    among: ["origin", "accept", "content-type"],
    fails: ["foreign-origin"],
    http: (next) =>
      hearing(next, (message, headers) => {
        headers.delete("origin");
        return message;
      }),
  },
  {
    does: "takes whatever cursor comes for none",
    revision: NEWEST,
    among: ["cursor", "pages"],
    fails: [
      "cursor-of-another-type",
      "prompts-cursor-unknown",
      "resources-cursor-unknown",
      "templates-cursor-unknown",
      "tools-cursor-unknown",
    ],
    http: (next) =>
      hearing(next, (message) => {
        const cursor = message?.params?.cursor;
        return cursor === "no-such-cursor" || cursor === 5 ? { ...message, params: {} } : message;
      }),
  },
  {
    does: "takes state that was tampered with",
    revision: MODERN,
    among: ["input-"],
    fails: ["modern-input-answers-no-object", "modern-input-tampered-state"],
    http(next) {
      const issued: string[] = [];
      return hearing(
        saying(next, (message) => {
          const state = message.result?.requestState;
          if (typeof state === "string") issued.push(state);
          return message;
        }),
        (message) => {
          const state = message?.params?.requestState;
          if (state === undefined || issued.includes(state)) return message;
          return { ...message, params: { ...message.params, requestState: issued.at(-1) } };
        },
      );
    },
  },
  {
    does: "believes the body where the headers say something else",
    revision: MODERN,
    among: ["headers-other", "headers-no-", "version-header"],
    fails: [
      "modern-headers-no-method",
      "modern-headers-no-name",
      "modern-headers-other-method",
      "modern-headers-other-name",
    ],
    http: (next) =>
      hearing(next, (message, headers) => {
        const { method, params } = message ?? {};
        if (typeof method !== "string") return message;
        headers.set("mcp-method", method);
        const name = params?.name ?? params?.uri;
        if (typeof name === "string") headers.set("mcp-name", name);
        return message;
      }),
  },
  {
    does: "tells of changes that were not asked for",
    revision: MODERN,
    among: ["listen-"],
    fails: [
      "modern-listen-bad-filter",
      "modern-listen-filter-echo",
      "modern-listen-only-what-was-asked-for",
      "modern-listen-two-at-once",
    ],
    http: (next) =>
      hearing(next, (message) => {
        if (message?.method !== "subscriptions/listen") return message;
        const notifications = {
          ...message.params?.notifications,
          toolsListChanged: true,
          promptsListChanged: true,
        };
        return { ...message, params: { ...message.params, notifications } };
      }),
  },
  {
    does: "writes to standard output what is no message",
    revision: NEWEST,
    among: ["stdio-"],
    fails: ["stdio-messages-only", "stdio-no-newline-inside"],
    stdio: () => ({ output: changingLines((line) => ["listening", line]) }),
  },
  {
    does: "answers notifications",
    revision: NEWEST,
    among: ["notification-has", "cancel-", "stdio-"],
    fails: ["notification-has-no-answer"],
    stdio: () => ({
      input: changingLines((line) => {
        const unknown = line.includes('"notifications/unknown"');
        return unknown ? ['{"jsonrpc":"2.0","method":"x","id":null}'] : [line];
      }),
    }),
  },
  {
    does: "answers a cancelled call over stdio",
    revision: NEWEST,
    among: ["cancel"],
    fails: ["cancelled-call-is-silent"],
    stdio() {
      const cancelled: unknown[] = [];
      return {
        input: changingLines((line) => {
          const message: Message = JSON.parse(line);
          const id = message.params?.requestId;
          if (message.method === "notifications/cancelled" && id === "c") cancelled.push(id);
          return [line];
        }),
        output: changingLines((line) => [
          line,
          ...cancelled.splice(0).map((id) => JSON.stringify({ jsonrpc: "2.0", id, result: {} })),
        ]),
      };
    },
  },
];

function known({ headers }: { readonly headers: Headers }): boolean {
  const id = headers.get("mcp-session-id");
  return id !== null && id !== "00000000-0000-4000-8000-000000000000";
}

Deno.test("a server that is wrong in one way fails the scenarios that are about it, and no others", async () => {
  assert(MUTANTS.length >= 10);
  const found = await Promise.all(MUTANTS.map(async (mutant) => ({
    does: mutant.does,
    fails: await failuresOf(mutant),
  })));
  assertEquals(found, MUTANTS.map(({ does, fails }) => ({ does, fails: [...fails].sort() })));
});

async function failuresOf(mutant: Mutant): Promise<string[]> {
  if (mutant.stdio !== undefined) {
    const runtime = pipedRuntime(await openRuntime(), server, mutant.stdio);
    return await run({ kind: "stdio", runtime, command: ["broken"] }, mutant);
  }
  const handler = createHandler(server());
  const handle = mutant.http?.(handler) ?? handler;
  await using http = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handle);
  const url = `http://127.0.0.1:${http.addr.port}/mcp`;
  const failed = await run({ kind: "http", url, headers: {} }, mutant);
  await handler.close();
  return failed;
}

async function run(target: Target, { does, revision, among }: Mutant): Promise<string[]> {
  const failed: string[] = [];
  let passed = 0;
  for await (
    const { scenario, verdict } of runAll(target, FIXTURES, { revisions: [revision], only: among })
  ) {
    if (verdict.kind === "failed") failed.push(scenario.id);
    if (verdict.kind === "passed") passed++;
  }
  assert(passed > 0, `the server that ${does} must still do the rest: ${failed.join(", ")}`);
  return failed.sort();
}

function server() {
  return everythingServer({ onError: () => {} });
}
