// A handler, or a server elsewhere, with every message that it sends held to the official schemas.
// Used by the tests in which clients of others, or the scenarios, hold the wire.

import { type WireCheck, wireCheck } from "./wire_check.ts";

type Handle = (request: Request) => Response | Promise<Response>;

/** A handler that is looked at. */
export interface Checked {
  readonly handler: (request: Request) => Promise<Response>;
  /** What was wrong with what it sent, so far. */
  readonly problems: readonly string[];
  /** How many messages were looked at. */
  seen(): number;
}

/** Looks at what passes through a handler; passes all of it on, as it comes. */
export function checkedHandler(handle: Handle): Checked {
  const problems: string[] = [];
  const revisions = new Map<string, string>();
  let seen = 0;

  function finish(check: WireCheck, session: string | null): void {
    problems.push(...check.problems);
    seen += check.seen;
    if (session !== null) revisions.set(session, check.revision);
  }

  return {
    problems,
    seen: () => seen,
    async handler(request) {
      const session = request.headers.get("mcp-session-id");
      const named = request.headers.get("mcp-protocol-version") ?? undefined;
      const check = wireCheck(revisions.get(session ?? "") ?? "2025-03-26");
      const asked = request.body === null ? undefined : request.clone().text();
      const response = await handle(request);
      if (asked !== undefined) check.asked(await asked, named);
      const made = response.headers.get("mcp-session-id") ?? session;
      const type = response.headers.get("content-type") ?? "";
      if (type.startsWith("application/json")) {
        const text = await response.text();
        if (text !== "") check.sent(text);
        finish(check, made);
        return new Response(text, response);
      }
      if (!type.startsWith("text/event-stream") || response.body === null) return response;
      return new Response(
        response.body.pipeThrough(watched(check, () => finish(check, made))),
        response,
      );
    },
  };
}

/** The same for a server at an address; `url` is where clients are to go. */
export function checkedProxy(
  target: string,
): Omit<Checked, "handler"> & AsyncDisposable & { readonly url: string } {
  const { handler, ...checked } = checkedHandler(async (request) => {
    const { method, headers, signal } = request;
    const body = request.body === null ? null : await request.text();
    try {
      return await fetch(target, { method, headers: passed(headers), body, signal });
    } catch (error) {
      // Nobody is there to read it.
      if (signal.aborted) return new Response(null, { status: 502 });
      throw error;
    }
  });
  const http = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handler);
  const url = `http://127.0.0.1:${http.addr.port}${new URL(target).pathname}`;
  return { ...checked, url, [Symbol.asyncDispose]: () => http[Symbol.asyncDispose]() };
}

/** Headers as they were, without those of the connection. */
function passed(headers: Headers): Headers {
  const own = new Headers(headers);
  for (const name of ["host", "connection", "content-length", "transfer-encoding"]) {
    own.delete(name);
  }
  return own;
}

/** Passes a stream of events on, and shows its messages. */
function watched(check: WireCheck, end: () => void): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  let held = "";
  let ended = false;
  const finish = () => {
    if (!ended) end();
    ended = true;
  };
  return new TransformStream({
    transform(bytes, controller) {
      held += decoder.decode(bytes, { stream: true });
      const events = held.split("\n\n");
      held = events.pop() ?? "";
      for (const event of events) {
        const data = event.split("\n").filter((line) => line.startsWith("data:"))
          .map((line) => line.slice("data:".length).trim()).join("\n");
        if (data !== "") check.sent(data);
      }
      controller.enqueue(bytes);
    },
    flush: finish,
    cancel: finish,
  });
}
