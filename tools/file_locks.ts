// One writer a file at a time within this process, so that two edits of a file follow one another.
// Held by `FileAccess`, taken by the tools that write. Other processes are not held off: against
// those a write compares hashes just before it lands.

/** Locks by name. */
export interface FileLocks {
  /** Runs `fn` when everyone before is done. Waiting ends when the signal aborts. */
  hold<T>(path: string, signal: AbortSignal, fn: () => Promise<T>): Promise<T>;
}

/** Makes locks, none of them held. */
export function createFileLocks(): FileLocks {
  const tails = new Map<string, Promise<void>>();
  return {
    async hold(path, signal, fn) {
      const before = tails.get(path);
      let release = () => {};
      const mine = new Promise<void>((resolve) => release = resolve);
      const tail = before === undefined ? mine : before.then(() => mine);
      tails.set(path, tail);
      try {
        if (before !== undefined) await unlessAborted(before, signal);
        signal.throwIfAborted();
        return await fn();
      } finally {
        release();
        if (tails.get(path) === tail) tails.delete(path);
      }
    },
  };
}

async function unlessAborted(wanted: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  let stop = () => {};
  const aborted = new Promise<void>((resolve) => {
    stop = resolve;
    signal.addEventListener("abort", stop, { once: true });
  });
  await Promise.race([wanted, aborted]);
  signal.removeEventListener("abort", stop);
}
