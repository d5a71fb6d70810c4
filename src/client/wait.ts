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

/** Waits for a promise, not for ever; false when it was not settled in time. */
export async function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => timer = setTimeout(() => resolve(false), ms));
  const inTime = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}
