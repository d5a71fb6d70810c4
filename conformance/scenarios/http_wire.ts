// The wire over HTTP: each message a POST, its answer JSON or a stream. Nothing is repaired.

import type { JsonMap } from "./scenario.ts";
import { Inbox, type SendOptions, type Wire } from "./wire.ts";

/** Makes a wire to an endpoint. `base` are headers of every request, such as a token. */
export function openHttpWire(url: string, base: { readonly [name: string]: string }): Wire {
  const open = new Set<AbortController>();

  function request(
    target: string,
    method: string,
    headers: { readonly [name: string]: string },
    body: BodyInit | undefined,
  ): Inbox {
    const stop = new AbortController();
    open.add(stop);
    const inbox = new Inbox(() => stop.abort());
    const init: RequestInit = { method, headers: { ...base, ...headers }, signal: stop.signal };
    if (body !== undefined) init.body = body;
    fetch(target, init).then(async (response) => {
      inbox.notice(() => {
        inbox.status = response.status;
        inbox.headers = response.headers;
      });
      await read(response, inbox);
    }).catch(() => {
      // A connection that breaks is an end like another; the steps say what must have come by then.
    }).finally(() => {
      open.delete(stop);
      inbox.notice(() => inbox.ended = true);
    });
    return inbox;
  }

  return {
    transport: "http",
    channel: undefined,
    send(pieces, { headers }: SendOptions) {
      return request(url, "POST", headers, new Blob([...pieces] as Uint8Array<ArrayBuffer>[]));
    },
    http(method, path, headers, body) {
      return request(path === undefined ? url : new URL(path, url).href, method, headers, body);
    },
    closeInput() {
      throw new Error("HTTP has no input to close: the scenario is for stdio only");
    },
    close() {
      for (const stop of open) stop.abort();
      return Promise.resolve();
    },
  };
}

async function read(response: Response, inbox: Inbox): Promise<void> {
  const type = response.headers.get("content-type") ?? "";
  if (!type.startsWith("text/event-stream") || response.body === null) {
    const text = await response.text();
    if (type.startsWith("application/json")) take(text, inbox);
    return;
  }
  let waiting = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body) {
    waiting += decoder.decode(chunk, { stream: true });
    const blocks = waiting.split(/\r?\n\r?\n/);
    waiting = blocks.pop() ?? "";
    for (const block of blocks) takeBlock(block, inbox);
  }
}

/** An event becomes a message, with its id beside it; one without data becomes `{ sse: ... }`. */
function takeBlock(block: string, inbox: Inbox): void {
  const fields: { [name: string]: string } = {};
  for (const line of block.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    const name = colon === 0 ? "comment" : colon < 0 ? line : line.slice(0, colon);
    const value = line.slice(colon + 1).replace(/^ /, "");
    fields[name] = fields[name] === undefined || name !== "data"
      ? value
      : `${fields[name]}\n${value}`;
  }
  if (fields.data !== undefined && fields.data !== "") take(fields.data, inbox, fields.id);
  else inbox.notice(() => inbox.messages.push({ sse: fields }));
}

function take(text: string, inbox: Inbox, eventId?: string): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = { notJson: text };
  }
  for (const one of Array.isArray(value) ? value : [value]) {
    const message: JsonMap = eventId === undefined ? one : { ...one, sseId: eventId };
    inbox.notice(() => inbox.messages.push(message));
  }
}
