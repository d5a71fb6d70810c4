// The body of an HTTP answer, within its bound: text at once, or the messages of a stream as they
// come. Called by `http_channel.ts`. What is no JSON-RPC is an error, never a silent nothing.

import {
  type Incoming,
  isJsonObject,
  parseMessage,
  type RequestId,
  type RpcResponse,
  show,
} from "../jsonrpc/message.ts";
import { whenAborted } from "../protocol/cancel.ts";
import { readSse, type SseEvent, SseTooLarge } from "../wire/sse_reader.ts";
import { answeredId } from "./answer_shape.ts";
import type { Receive } from "./channel.ts";
import { ClientError } from "./client_error.ts";

/** Milliseconds that a stream may stay open after its answer. */
const LINGER_MS = 1_000;

/** Where a stream stood when it ended. */
export interface StreamEnd {
  /** The answer that was waited for, if it came. */
  readonly response: RpcResponse | undefined;
  /** The id to come back with; empty: there is no coming back. */
  readonly lastId: string;
  readonly retryMs: number | undefined;
}

/** How a stream is read. */
export interface StreamReading {
  /** The request whose answer ends the reading; undefined for a stream of none. */
  readonly id: RequestId | undefined;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  readonly receive: Receive;
  readonly onError: (error: unknown) => void;
  /** Told of where the stream stands. */
  readonly onEvent?: (event: SseEvent) => void;
}

/** The whole text of a body. @throws {ClientError} `too_large` when it passes its bound. */
export async function readText(response: Response, maxBytes: number): Promise<string> {
  const length = response.headers.get("content-length");
  const plain = response.headers.get("content-encoding") === null;
  if (length !== null && plain && Number(length) <= maxBytes) return await response.text();
  if (response.body === null) return "";
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const reader = response.body.getReader();
  let text = "";
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.length;
    if (size > maxBytes) {
      await reader.cancel().catch(() => undefined); // It is given up whatever it says.
      throw tooLarge(maxBytes);
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** The answer in a body of JSON. */
export function readAnswer(text: string, id: RequestId): RpcResponse {
  const value = parse(text);
  const found = (Array.isArray(value) ? value : [value]).map(toMessage);
  for (const incoming of found) {
    if (incoming.kind !== "response") continue;
    const { message } = incoming;
    if (message.id === id) return message;
    // An error may have no id where the server could not read ours.
    if ("error" in message && (message.id === undefined || message.id === null)) return message;
  }
  throw new ClientError(
    "protocol",
    `The answer must have the id ${show(id)}: got ${show(isJsonObject(value) ? value.id : value)}`,
  );
}

/** Reads a stream until the answer, or its end; hands on every other message. */
export async function readStream(response: Response, reading: StreamReading): Promise<StreamEnd> {
  const { id, maxBytes, signal, receive, onError, onEvent } = reading;
  const body = response.body;
  let lastId = "";
  let retryMs: number | undefined;
  if (body === null) return { response: undefined, lastId, retryMs };
  const over = new AbortController();
  whenAborted(signal, () => over.abort());
  const events = readSse(body, maxBytes, over.signal);
  try {
    for (let next = await events.next(); !next.done; next = await events.next()) {
      const event = next.value;
      lastId = event.lastId;
      retryMs = event.retryMs ?? retryMs;
      onEvent?.(event);
      if (event.event !== "message" || event.data === undefined || event.data === "") continue;
      for (const incoming of readMessages(event.data, id, onError)) {
        if (incoming.kind !== "response") receive(incoming.message, id);
        else if (id !== undefined && incoming.message.id === id) {
          finish(events, over);
          return { response: incoming.message, lastId, retryMs };
        } else onError(strayResponse(incoming.message));
      }
    }
  } catch (error) {
    if (error instanceof SseTooLarge) throw tooLarge(maxBytes);
    if (error instanceof ClientError) throw error;
    if (signal.aborted) throw signal.reason;
    onError(error); // A stream that breaks ends like another; who reads decides what that means.
  }
  if (signal.aborted) throw signal.reason;
  return { response: undefined, lastId, retryMs };
}

/** Reads to the end, so that the connection can be used again; not for long. */
function finish(events: AsyncGenerator<SseEvent>, over: AbortController): void {
  const timer = setTimeout(() => over.abort(), LINGER_MS);
  const rest = async () => {
    for (let next = await events.next(); !next.done; next = await events.next());
  };
  // The answer is there already: how its stream ends changes nothing.
  rest().catch(() => undefined).finally(() => clearTimeout(timer));
}

/**
 * The messages of an event. A malformed one must not end a stream that more may come on, unless it is
 * the very answer that is waited for: there will be no other. @throws {ClientError} for that one.
 */
function readMessages(
  data: string,
  id: RequestId | undefined,
  onError: (error: unknown) => void,
): readonly Incoming[] {
  let value: unknown;
  try {
    value = parse(data);
    return (Array.isArray(value) ? value : [value]).map(toMessage);
  } catch (error) {
    const answers = (Array.isArray(value) ? value : [value]).map(answeredId);
    if (id !== undefined && answers.includes(id)) throw error;
    onError(error);
    return [];
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ClientError("protocol", `The answer must be JSON: got ${show(text.slice(0, 200))}`);
  }
}

function toMessage(value: unknown): Incoming {
  try {
    return parseMessage(value);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ClientError("protocol", `The answer must be a message of JSON-RPC: ${reason}`);
  }
}

function strayResponse({ id }: RpcResponse): ClientError {
  return new ClientError("protocol", `Nobody waits for the answer with the id ${show(id)}`);
}

function tooLarge(maxBytes: number): ClientError {
  return new ClientError(
    "too_large",
    `The answer passes ${maxBytes} bytes; give the client a greater maxResponseBytes`,
  );
}

/** The media type of a response, without its parameters. */
export function typeOf(response: Response): string {
  return (response.headers.get("content-type") ?? "").split(";")[0]!.trim().toLowerCase();
}
