// What the servers of the benchmark share, so that all of them do the same. Plain values only.

/** The bearer token that is asked for. */
export const TOKEN = "a-token-of-the-benchmark-7f3a";
/** How large the result of the tool `large` is: 1 MiB. */
export const LARGE_BYTES = 1024 * 1024;
/** What a stream that is held open begins with. */
export const HELD_STREAM = ": open\n\n";
/** The progress that the bare server sends before its answer. */
export const PROGRESS = JSON.stringify({
  jsonrpc: "2.0",
  method: "notifications/progress",
  params: { progressToken: "p", progress: 1, total: 2 },
});
