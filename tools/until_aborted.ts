// Ends the wait for a stream of results when a signal is aborted, even where the results wait for
// something that cannot be ended itself (a read from a dead network mount).
// Used by the search. Keeps nothing of what has passed, however much it is.

/** Gives on what comes until the signal is aborted. @throws the signal's reason then. */
export async function* untilAborted<T>(
  results: AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T> {
  const iterator = results[Symbol.asyncIterator]();
  let fail: (reason: unknown) => void = () => {};
  const onAbort = () => fail(signal.reason);
  signal.addEventListener("abort", onAbort);
  try {
    while (true) {
      signal.throwIfAborted();
      // One promise a wait: a race with one for all would hold on to every result.
      const next = await new Promise<IteratorResult<T>>((resolve, reject) => {
        fail = reject;
        iterator.next().then(resolve, reject);
      });
      if (next.done) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    const ending = Promise.resolve(iterator.return?.());
    // It ends in its own time, and fails because it was told to.
    if (signal.aborted) ending.catch(() => {});
    else await ending;
  }
}
