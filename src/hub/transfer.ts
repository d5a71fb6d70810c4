// What a running script prints, read when it is wanted: text up to a byte, or bytes into a buffer.
// The script waits meanwhile. Used for the files and lists that come over ssh.

/** Runs something that gives its output to `onOutput`, until the signal is aborted. */
export type RunTransfer = (
  onOutput: (bytes: Uint8Array) => Promise<void>,
  signal: AbortSignal,
) => Promise<unknown>;

const MOST_TEXT = 64 * 1024;

/** The output of one run. */
export class Transfer {
  readonly #enough = new AbortController();
  readonly #ended: Promise<void>;
  #ready = new Uint8Array();
  #waiting: (() => void) | undefined;
  #taken: (() => void) | undefined;
  #over = false;
  #failure: unknown;

  constructor(run: RunTransfer, signal: AbortSignal) {
    const both = AbortSignal.any([signal, this.#enough.signal]);
    this.#ended = run((bytes) => this.#offer(bytes), both).then(
      () => this.#end(undefined),
      (error) => this.#end(error),
    );
  }

  /** Fills a buffer as far as there is something; 0 at the end. @throws what the run threw. */
  async read(into: Uint8Array): Promise<number> {
    let filled = 0;
    while (filled < into.length && await this.#some()) {
      const part = this.#ready.subarray(0, into.length - filled);
      into.set(part, filled);
      filled += part.length;
      this.#consume(part.length);
    }
    return filled;
  }

  /** The text before the next `byte`, which is passed over; the rest when there is none. */
  async until(byte: number): Promise<string> {
    const decoder = new TextDecoder();
    let text = "";
    while (text.length < MOST_TEXT && await this.#some()) {
      const at = this.#ready.indexOf(byte);
      text += decoder.decode(this.#ready.subarray(0, at < 0 ? undefined : at), { stream: at < 0 });
      this.#consume(at < 0 ? this.#ready.length : at + 1);
      if (at >= 0) break;
    }
    return text;
  }

  /** Whether there is more. @throws what the run threw. */
  async more(): Promise<boolean> {
    return await this.#some();
  }

  /** Ends the run, and waits for that. */
  async close(): Promise<void> {
    this.#enough.abort(new Error("Enough was read"));
    this.#taken?.();
    await this.#ended;
  }

  async #some(): Promise<boolean> {
    while (this.#ready.length === 0 && !this.#over) {
      await new Promise<void>((resolve) => this.#waiting = resolve);
    }
    if (this.#ready.length > 0) return true;
    if (this.#failure !== undefined) throw this.#failure;
    return false;
  }

  #consume(count: number): void {
    this.#ready = this.#ready.subarray(count);
    if (this.#ready.length === 0) this.#taken?.();
  }

  // The bytes are good until this resolves, so they are not copied.
  #offer(bytes: Uint8Array): Promise<void> {
    if (this.#enough.signal.aborted || bytes.length === 0) return Promise.resolve();
    this.#ready = bytes as Uint8Array<ArrayBuffer>;
    this.#waiting?.();
    return new Promise((resolve) => this.#taken = resolve);
  }

  #end(failure: unknown): void {
    this.#over = true;
    this.#failure = failure;
    this.#waiting?.();
  }
}
