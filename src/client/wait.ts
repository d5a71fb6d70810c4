// Waiting: for a while, or for something that may never come. Used throughout this folder; leaves no
// timer behind.

/** A server must not make a client wait for ever, nor spin. */
const BOUNDS_MS = { least: 10, most: 60_000 };

/** Waits, within bounds, unless the signal is aborted before. */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  const bounded = Math.min(Math.max(ms, BOUNDS_MS.least), BOUNDS_MS.most);
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, bounded);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}

/**
 * Waits for a promise, no longer than until the signal is aborted: what a server, or what a user gave,
 * never ends must not hold who waits for it. Rejects with the signal's reason then.
 */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** Waits for a promise, not for ever; false when it was not settled in time. */
export async function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => timer = setTimeout(() => resolve(false), ms));
  const inTime = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}
