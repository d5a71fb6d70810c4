// The headers of a request of Node's HTTP server as Web `Headers`, without copying them.
// Used by `node_http_request.ts`. Read only, as the headers of a received request are. Node has
// put their names in lower case, and joined those that came twice (`joinDuplicateHeaders`).

import { standIn } from "./node_stand_in.ts";

/** How Node asks an object what to print for it. */
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** What Node says the headers of a request are. */
export interface NodeHeaderFields {
  readonly [name: string]: string | readonly string[] | undefined;
}

/** Headers that were received. */
export class NodeHttpHeaders {
  readonly #fields: NodeHeaderFields;

  /** Reads from the headers of a request. */
  constructor(fields: NodeHeaderFields) {
    this.#fields = fields;
  }

  /** The value of a header, or null. */
  get(name: string): string | null {
    // Most ask in lower case, and a name that is there needs no second look.
    return joined(this.#fields[name]) ?? joined(this.#fields[String(name).toLowerCase()]) ?? null;
  }

  /** Whether a header is there. */
  has(name: string): boolean {
    return this.get(name) !== null;
  }

  /** No request sets a cookie. */
  getSetCookie(): string[] {
    return [];
  }

  /** Names and values, by name. */
  *entries(): IterableIterator<[string, string]> {
    for (const name of this.#names()) yield [name, joined(this.#fields[name])!];
  }

  /** Names, in order. */
  *keys(): IterableIterator<string> {
    yield* this.#names();
  }

  /** Values, by name. */
  *values(): IterableIterator<string> {
    for (const name of this.#names()) yield joined(this.#fields[name])!;
  }

  /** The same as `entries()`. */
  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }

  /** Calls `fn` with each. */
  forEach(fn: (value: string, name: string, headers: this) => void, self?: unknown): void {
    for (const name of this.#names()) fn.call(self, joined(this.#fields[name])!, name, this);
  }

  /** @throws {TypeError} always. */
  append(): void {
    throw immutable();
  }

  /** @throws {TypeError} always. */
  set(): void {
    throw immutable();
  }

  /** @throws {TypeError} always. */
  delete(): void {
    throw immutable();
  }

  /** Real ones that say the same. */
  whole(): Headers {
    return new Headers([...this]);
  }

  /** So that they are printed as what they hold. */
  [INSPECT](): Headers {
    return this.whole();
  }

  #names(): string[] {
    return Object.keys(this.#fields).sort();
  }
}

standIn(NodeHttpHeaders.prototype, Headers.prototype);

// A name such as `constructor` finds what every object has; that is no string and no list.
function joined(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return Array.isArray(value) ? value.join(", ") : undefined;
}

function immutable(): TypeError {
  return new TypeError("Cannot change the headers of a request that was received");
}
