// Keeps the last bytes of a stream, by copying them: nothing of what came is held on to.
// Used where the end of a long output is to be shown. A flood costs it no more than the copy.

/** The last bytes of a stream. */
export class TailBytes {
  readonly #limit: number;
  #buffer = new Uint8Array();
  #length = 0;
  #cut = false;

  /** `limit`: bytes that are kept at the least, once so many have come. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether nothing has come since the last `take`. */
  get empty(): boolean {
    return this.#length === 0;
  }

  /** Takes the next bytes. */
  push(bytes: Uint8Array): void {
    const kept = bytes.subarray(-this.#limit);
    if (kept.length < bytes.length) this.#drop(this.#length);
    if (this.#length + kept.length > 2 * this.#limit) this.#drop(this.#length - this.#limit);
    this.#grow(this.#length + kept.length);
    this.#buffer.set(kept, this.#length);
    this.#length += kept.length;
  }

  /** Gives the bytes away and starts anew; `cut` when what came before them was dropped. */
  take(): { readonly bytes: Uint8Array; readonly cut: boolean } {
    const taken = { bytes: this.#buffer.subarray(0, this.#length), cut: this.#cut };
    this.#buffer = new Uint8Array();
    this.#length = 0;
    this.#cut = false;
    return taken;
  }

  #drop(count: number): void {
    this.#buffer.copyWithin(0, count, this.#length);
    this.#length -= count;
    this.#cut = true;
  }

  #grow(needed: number): void {
    if (needed <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.min(2 * this.#limit, Math.max(1_024, 2 * needed)));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }
}

/**
 * The part of cut bytes that can be read as text: from the first line that is whole, where one
 * begins in the first half, else from the first whole character.
 */
export function fromLineStart(bytes: Uint8Array): Uint8Array {
  const line = bytes.indexOf(0x0a) + 1;
  if (line > 0 && line <= bytes.length / 2) return bytes.subarray(line);
  const first = bytes.findIndex((byte) => (byte & 0xc0) !== 0x80);
  return first < 0 ? bytes : bytes.subarray(first);
}
