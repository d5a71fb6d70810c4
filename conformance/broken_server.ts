// Ways to break a server from outside: what it says or hears is changed on its way. `tests/scenario_mutants_test.ts`
// puts them before the everything server, to see that scenarios find what is wrong.

/** What a server is over HTTP. */
export type Handle = (request: Request) => Promise<Response>;
/** A message of either side. */
// deno-lint-ignore no-explicit-any -- messages of any kind, looked into freely
export type Message = any;

/** Changes each message that a server says, in a JSON answer or a stream. */
export function saying(
  next: Handle,
  change: (message: Message, request: Request) => Message,
): Handle {
  return async (request) => {
    const response = await next(request);
    const type = response.headers.get("content-type") ?? "";
    const { status, headers } = response;
    if (type.startsWith("application/json")) {
      const value = await response.json();
      const changed = Array.isArray(value)
        ? value.map((one) => change(one, request))
        : change(value, request);
      return new Response(JSON.stringify(changed), { status, headers });
    }
    if (!type.startsWith("text/event-stream") || response.body === null) return response;
    const events = response.body.pipeThrough(changingEvents((one) => change(one, request)));
    return new Response(events, { status, headers });
  };
}

/** Changes each message that a server hears, and its headers. */
export function hearing(
  next: Handle,
  change: (message: Message, headers: Headers) => Message,
): Handle {
  return async (request) => {
    const headers = new Headers(request.headers);
    const { method, url, signal } = request;
    if (method !== "POST") {
      change(undefined, headers);
      return await next(new Request(url, { method, headers, signal }));
    }
    const text = await request.text();
    let body = text;
    try {
      const message = JSON.parse(text);
      body = Array.isArray(message) ? text : JSON.stringify(change(message, headers));
    } catch {
      body = text; // What is not JSON is heard as it is.
    }
    headers.delete("content-length");
    return await next(new Request(url, { method, headers, body, signal }));
  };
}

/** Changes lines of a pipe: each becomes the lines that are given for it. */
export function changingLines(
  change: (line: string) => readonly string[],
): TransformStream<Uint8Array, Uint8Array> {
  return changingBlocks("\n", (line) => change(line).map((one) => `${one}\n`).join(""));
}

function changingEvents(
  change: (message: Message) => Message,
): TransformStream<Uint8Array, Uint8Array> {
  return changingBlocks("\n\n", (block) => {
    const data = /^data: ?(\S.*)$/m.exec(block)?.[1];
    if (data === undefined) return `${block}\n\n`;
    const changed = JSON.stringify(change(JSON.parse(data)));
    return `${block.replace(/^data:.*$/m, () => `data: ${changed}`)}\n\n`;
  });
}

function changingBlocks(
  end: string,
  change: (block: string) => string,
): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let waiting = "";
  return new TransformStream({
    transform(chunk, controller) {
      waiting += decoder.decode(chunk, { stream: true });
      const blocks = waiting.split(end);
      waiting = blocks.pop() ?? "";
      for (const block of blocks) controller.enqueue(encoder.encode(change(block)));
    },
  });
}
