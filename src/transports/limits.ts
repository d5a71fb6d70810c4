// Every bound of the transports, by name, with its default. Passed to `createHandler` and
// `serveStdio`; whoever passes one says so by name and gets the rest as they are.

/** The bounds of the transports. */
export interface Limits {
  /** Bytes of a request body. Default 8 MiB. Past it: 413. */
  readonly body: number;
  /** Milliseconds that a request body may take to come. Default 30 s. Past it: 408. */
  readonly bodyMs: number;
  /** Bytes of all header names and values. Default 64 KiB. Past it: 431. */
  readonly headers: number;
  /** Levels of nesting in JSON. Default 64. Past it: 400 and -32700. */
  readonly depth: number;
  /** Values in a message, objects and lists included. Default 100,000. Past it: 400 and -32700. */
  readonly values: number;
  /** Messages in a batch, where batches are allowed. Default 100. */
  readonly batch: number;
  /** Bytes of a line on stdio. Default 8 MiB. Past it: -32700, the line is dropped. */
  readonly line: number;
  /** Sessions at once. Default 10,000. Past it: 503 with Retry-After. */
  readonly sessions: number;
  /** Milliseconds that a session lives without a stream or a request. Default 30 minutes. */
  readonly sessionIdleMs: number;
  /** Milliseconds that a session may take from `initialize` to `initialized`. Default 60 s. */
  readonly sessionOpenMs: number;
  /** Milliseconds that a session's running calls live without any stream. Default 60 s. */
  readonly orphanMs: number;
  /** Open streams of a session. Default 8. */
  readonly streams: number;
  /** Subscriptions of a token that are open at once. Default 64. */
  readonly subscriptions: number;
  /** Calls that run at once for a token. Default 64. */
  readonly calls: number;
  /** Calls that wait for their turn for a token. Default 256. */
  readonly queue: number;
  /** Notifications that wait for a slow stream; past it the oldest is dropped. Default 100. */
  readonly notifications: number;
  /** Bytes that wait for a slow stream; past it the stream ends. Default 1 MiB. */
  readonly streamBytes: number;
  /** Milliseconds without an answer after which a call's answer becomes a stream. Default 5 s. */
  readonly slowMs: number;
  /**
   * The same for a call that ends when its client leaves, where `Accept` names the stream. Default
   * 200 ms: Deno (2.8.3 and later) tells of a client that left only once the answer has begun.
   */
  readonly watchedMs: number;
  /** Milliseconds between comments on an open stream. Default 25 s. */
  readonly keepAliveMs: number;
}

const MIB = 1024 * 1024;

/** The defaults. */
export const DEFAULT_LIMITS: Limits = {
  body: 8 * MIB,
  bodyMs: 30_000,
  headers: 64 * 1024,
  depth: 64,
  values: 100_000,
  batch: 100,
  line: 8 * MIB,
  sessions: 10_000,
  sessionIdleMs: 30 * 60_000,
  sessionOpenMs: 60_000,
  orphanMs: 60_000,
  streams: 8,
  subscriptions: 64,
  calls: 64,
  queue: 256,
  notifications: 100,
  streamBytes: MIB,
  slowMs: 5_000,
  watchedMs: 200,
  keepAliveMs: 25_000,
};

/**
 * The defaults with some of them changed.
 *
 * @throws {TypeError} when a limit has a name that there is none of, or is not a positive integer.
 */
export function withLimits(changes: Partial<Limits> | undefined): Limits {
  if (changes === undefined) return DEFAULT_LIMITS;
  for (const [name, value] of Object.entries(changes)) {
    if (!Object.hasOwn(DEFAULT_LIMITS, name)) {
      throw new TypeError(
        `Unknown limit "${name}": known are ${Object.keys(DEFAULT_LIMITS).join(", ")}`,
      );
    }
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new TypeError(`Limit "${name}" must be a positive integer: got ${String(value)}`);
    }
  }
  return { ...DEFAULT_LIMITS, ...changes };
}
