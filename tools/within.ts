// Waiting with a bound. Used wherever a tool waits for a process. Leaves no timer behind.

/** Waits for a promise, `ms` milliseconds at the most; answers whether it was settled by then. */
export async function within(ms: number, promise: Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<false>((resolve) => timer = setTimeout(resolve, ms, false));
  try {
    return await Promise.race([promise.then(settled, settled), over]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits. */
export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function settled(): true {
  return true;
}
