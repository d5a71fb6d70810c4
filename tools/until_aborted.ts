// Ends the wait for a stream of results when a signal is aborted, even where the results wait for
// something that cannot be ended itself (a read from a dead network mount).
// Used by the search.

/** Gives on what comes until the signal is aborted. @throws the signal's reason then. */
export async function* untilAborted<T>(
  results: AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T> {
  const iterator = results[Symbol.asyncIterator]();
  let stop: () => void = () => {};
  const aborted = new Promise<never>((_, reject) => stop = () => reject(signal.reason));
  // Whoever waits below is told; without a wait there is nobody to tell.
  aborted.catch(() => {});
  signal.addEventListener("abort", stop);
  try {
    signal.throwIfAborted();
    while (true) {
      const next = await Promise.race([iterator.next(), aborted]);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener("abort", stop);
    const ending = Promise.resolve(iterator.return?.());
    // It ends in its own time, and fails because it was told to.
    if (signal.aborted) ending.catch(() => {});
    else await ending;
  }
}
