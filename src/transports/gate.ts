// How many calls run at once for one principal, and how many wait; the next is told to come back.
// Called by both transports around every call that goes to the core.

import { RpcError } from "../jsonrpc/errors.ts";

/** The code of the refusal: outside the range that JSON-RPC and MCP reserve. */
export const TOO_MANY_CALLS = 429;

/** Names that are remembered while they run nothing: making a line anew for each call costs more. */
const MOST_KEPT = 100;

interface Line {
  running: number;
  readonly waiting: (() => void)[];
}

/** The gate of one server. */
export class Gate {
  readonly #atOnce: number;
  readonly #queue: number;
  readonly #lines = new Map<string, Line>();

  /** `atOnce` run, `queue` wait, for each name. */
  constructor(atOnce: number, queue: number) {
    this.#atOnce = atOnce;
    this.#queue = queue;
  }

  /**
   * Runs `work` when it is its turn; `onWait` is told when that is not now.
   *
   * @throws {RpcError} 429 when too many wait already.
   */
  run<T>(name: string, work: () => T | Promise<T>, onWait?: () => void): T | Promise<T> {
    let line = this.#lines.get(name);
    if (line === undefined) this.#lines.set(name, line = { running: 0, waiting: [] });
    if (line.running < this.#atOnce) return this.#start(name, line, work);
    if (line.waiting.length >= this.#queue) throw tooMany(this.#atOnce, this.#queue);
    onWait?.();
    const waiting = line.waiting;
    return new Promise((resolve, reject) => {
      // Begins in the same moment as its turn comes, so that nobody slips in between.
      waiting.push(() => {
        try {
          resolve(this.#start(name, line, work));
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  #start<T>(name: string, line: Line, work: () => T | Promise<T>): T | Promise<T> {
    line.running++;
    let result: T | Promise<T>;
    try {
      result = work();
    } catch (error) {
      this.#leave(name, line);
      throw error;
    }
    if (!(result instanceof Promise)) {
      this.#leave(name, line);
      return result;
    }
    return result.finally(() => this.#leave(name, line));
  }

  #leave(name: string, line: Line): void {
    line.running--;
    const next = line.waiting.shift();
    if (next !== undefined) next();
    else if (line.running === 0 && this.#lines.size > MOST_KEPT) this.#lines.delete(name);
  }
}

function tooMany(atOnce: number, queue: number): RpcError {
  const retryAfterMs = 1000;
  return new RpcError(
    TOO_MANY_CALLS,
    `Too many calls: ${atOnce} run and ${queue} wait already; call again in ${retryAfterMs} ms`,
    { retryAfterMs },
  );
}
