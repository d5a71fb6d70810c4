// Reads what ssh prints: what comes before the script's first mark is the login's, what is between
// the marks is the answer, and the last mark tells the exit code. Used by `ssh_run.ts`.
// Holds a few kilobytes beside what `take` has not yet dealt with.

import { chunkReader } from "../../tools/chunk_reader.ts";
import { delay } from "../../tools/within.ts";
import type { Child } from "../runtime/runtime.ts";
import type { FramedScript } from "./ssh_script.ts";

/** What is kept of what ssh itself, or the login, says. */
const KEPT_CHARS = 4_000;
const CODE_BYTES = 8;
const TURN_BYTES = 256 * 1024;
const SMALL_CHUNK = 4 * 1024;

/** The output of one run of ssh. */
export class SshOutput {
  readonly #endMark: Uint8Array;
  readonly #beginMark: Uint8Array;
  readonly #take: (bytes: Uint8Array) => Promise<void>;
  readonly #cancels: (() => Promise<void>)[] = [];
  #held: Uint8Array = new Uint8Array();
  #before = "";
  #stderr = "";
  #begun = false;
  #code: number | undefined;
  #full = false;
  #failure: unknown;
  #onBegin = () => {};
  /** Resolves when the script has begun. */
  readonly begins: Promise<void> = new Promise((resolve) => this.#onBegin = resolve);
  /** Resolves at the last mark, or when ssh prints no more. */
  readonly done: Promise<void>;

  constructor(
    { stdout, stderr }: Pick<Child, "stdout" | "stderr">,
    script: FramedScript,
    take: (bytes: Uint8Array) => Promise<void>,
  ) {
    this.#beginMark = new TextEncoder().encode(script.begins);
    this.#endMark = new TextEncoder().encode(script.ends);
    this.#take = take;
    const said = this.#readStderr(stderr!);
    // When ssh is gone, its last words are told before its end is.
    this.done = this.#readStdout(stdout!).then(() => this.#code === undefined ? said : undefined);
  }

  /** Whether the script has begun. */
  get begun(): boolean {
    return this.#begun;
  }
  /** The exit code; undefined while the script has not ended, or did not get to. */
  get code(): number | undefined {
    return this.#code;
  }
  /** Whether there was no room for the input. */
  get full(): boolean {
    return this.#full;
  }
  /** What was printed before the script began. */
  get before(): string {
    return this.#before;
  }
  /** What ssh itself said. */
  get stderr(): string {
    return this.#stderr;
  }
  /** What `take` threw. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Reads no more. */
  async cancel(): Promise<void> {
    await Promise.all(this.#cancels.map((cancel) => cancel()));
  }

  async #readStderr(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    await this.#read(stream, (bytes) => {
      const text = this.#stderr + decoder.decode(bytes, { stream: true });
      this.#stderr = text.slice(0, KEPT_CHARS / 2) +
        text.slice(KEPT_CHARS / 2).slice(-KEPT_CHARS / 2);
      return true;
    });
  }

  async #readStdout(stream: ReadableStream<Uint8Array>): Promise<void> {
    try {
      await this.#read(stream, (bytes) => this.#push(bytes));
    } catch (error) {
      this.#failure = error;
    }
  }

  async #read(
    stream: ReadableStream<Uint8Array>,
    push: (bytes: Uint8Array) => boolean | Promise<boolean>,
  ): Promise<void> {
    const reader = chunkReader(stream);
    this.#cancels.push(() => reader.cancel());
    let turn = 0;
    for (;;) {
      const bytes = await reader.read();
      if (bytes === undefined || !await push(bytes)) return;
      // A flood leaves the event loop a turn now and then.
      turn += Math.max(bytes.length, SMALL_CHUNK);
      if (turn < TURN_BYTES) continue;
      await delay(0);
      turn = 0;
    }
  }

  /** Gives whether there is more to come. */
  async #push(bytes: Uint8Array): Promise<boolean> {
    let rest = joined(this.#held, bytes);
    if (!this.#begun) {
      const at = indexOf(rest, this.#beginMark);
      if (at < 0) {
        this.#before = (this.#before + new TextDecoder().decode(bytes)).slice(-KEPT_CHARS);
        this.#held = rest.slice(Math.max(0, rest.length - this.#beginMark.length));
        return true;
      }
      this.#begun = true;
      this.#onBegin();
      rest = rest.subarray(at + this.#beginMark.length);
    }
    const at = indexOf(rest, this.#endMark);
    if (at < 0) {
      // What may be the start of the mark waits for what follows.
      const safe = Math.max(0, rest.length - this.#endMark.length);
      this.#held = rest.slice(safe);
      if (safe > 0) await this.#take(rest.subarray(0, safe));
      return true;
    }
    const code = rest.subarray(at + this.#endMark.length);
    if (code.indexOf(0x0a) < 0 && code.length < CODE_BYTES) {
      this.#held = rest.slice();
      return true;
    }
    if (at > 0) await this.#take(rest.subarray(0, at));
    const text = new TextDecoder().decode(code.subarray(0, code.indexOf(0x0a)));
    this.#full = text === "full";
    this.#code = /^\d+$/.test(text) ? Number(text) : undefined;
    return false;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function indexOf(bytes: Uint8Array, wanted: Uint8Array): number {
  const first = wanted[0]!;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let same = 1;
    while (same < wanted.length && bytes[at + same] === wanted[same]) same++;
    if (same === wanted.length) return at;
  }
  return -1;
}
