// Server-Sent Events from bytes, the reading half: any line end, comments, data of many lines, a mark
// at the start, chunks that fall anywhere; linear cost, and a bound on an event. Used by the client.
// spec: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation

import { chunksOf } from "./chunks.ts";

/** What was read. */
export interface SseEvent {
  /** `message` unless the event says otherwise. */
  readonly event: string;
  /** The data lines, joined; undefined where the event had none, as one that only says `retry`. */
  readonly data: string | undefined;
  /** The last id of the stream so far; empty when there was none. */
  readonly lastId: string;
  /** Milliseconds to wait before coming back, where this event said so. */
  readonly retryMs: number | undefined;
}

/** An event passed its bound. */
export class SseTooLarge extends Error {
  /** The name of the class, for logs. */
  override readonly name: string = "SseTooLarge";
}

/** Reads events from texts: feed it what comes, and take what is whole. */
export class SseParser {
  readonly #maxChars: number;
  #line = "";
  #afterReturn = false;
  #atStart = true;
  #event = "";
  #data: string[] = [];
  #size = 0;
  #lastId = "";
  #retryMs: number | undefined;
  #touched = false;

  /** `maxChars` bounds one event, and one line. */
  constructor(maxChars: number) {
    this.#maxChars = maxChars;
  }

  /**
   * The events that the text completes.
   *
   * @throws {SseTooLarge} when an event passes the bound; the parser is of no use then.
   */
  *take(text: string): Generator<SseEvent> {
    if (text === "") return;
    let at = 0;
    if (this.#atStart) {
      this.#atStart = false;
      if (text.charCodeAt(0) === 0xfeff) at = 1;
    }
    if (this.#afterReturn && text.charCodeAt(at) === 10) at++;
    this.#afterReturn = false;
    const returns = text.includes("\r");
    while (at < text.length) {
      const end = returns ? nextEnd(text, at) : text.indexOf("\n", at);
      if (end < 0) {
        this.#line += text.slice(at);
        this.#bound(this.#line.length);
        return;
      }
      const line = this.#line + text.slice(at, end);
      this.#line = "";
      at = end + 1;
      if (text.charCodeAt(end) === 13) {
        if (at === text.length) this.#afterReturn = true;
        else if (text.charCodeAt(at) === 10) at++;
      }
      if (line !== "") this.#field(line);
      else if (this.#touched) yield this.#finish();
    }
  }

  #field(line: string): void {
    const colon = line.indexOf(":");
    if (colon === 0) return; // A comment.
    const name = colon < 0 ? line : line.slice(0, colon);
    const from = line.charCodeAt(colon + 1) === 32 ? colon + 2 : colon + 1;
    const value = colon < 0 ? "" : line.slice(from);
    if (name === "data") {
      this.#bound(this.#size += value.length + 1);
      this.#data.push(value);
    } else if (name === "event") {
      this.#event = value;
    } else if (name === "id") {
      if (!value.includes("\0")) this.#lastId = value;
    } else if (name === "retry") {
      if (/^\d{1,10}$/.test(value)) this.#retryMs = Number(value);
    } else {
      return;
    }
    this.#touched = true;
  }

  #finish(): SseEvent {
    const event: SseEvent = {
      event: this.#event === "" ? "message" : this.#event,
      data: this.#data.length === 0 ? undefined : this.#data.join("\n"),
      lastId: this.#lastId,
      retryMs: this.#retryMs,
    };
    this.#event = "";
    this.#data = [];
    this.#size = 0;
    this.#retryMs = undefined;
    this.#touched = false;
    return event;
  }

  #bound(size: number): void {
    if (size > this.#maxChars) {
      throw new SseTooLarge(`An event must have at most ${this.#maxChars} characters`);
    }
  }
}

/**
 * Reads the events of a stream until it ends. Leaving the loop cancels the stream. An event that the
 * end cuts short is left out, as the standard says.
 *
 * @param maxChars the longest event; a longer one throws `SseTooLarge`.
 * @param signal ends the reading as the end of the stream does, whatever the source does then.
 */
export async function* readSse(
  stream: ReadableStream<Uint8Array>,
  maxChars: number,
  signal?: AbortSignal,
): AsyncGenerator<SseEvent> {
  const parser = new SseParser(maxChars);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  for await (const chunk of chunksOf(stream, signal)) {
    yield* parser.take(decoder.decode(chunk, { stream: true }));
  }
}

/** Where the next line ends: at a return or a newline. */
function nextEnd(text: string, from: number): number {
  const newline = text.indexOf("\n", from);
  const bound = newline < 0 ? text.length : newline;
  // Looking for a return only up to the newline keeps the cost linear.
  for (let at = from; at < bound; at++) if (text.charCodeAt(at) === 13) return at;
  return newline;
}
