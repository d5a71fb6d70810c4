// Keeps standard output for the protocol: whatever code writes to the console goes to standard
// error. Called before anything else of `lmcp stdio` is loaded.

const METHODS = [
  "log",
  "clear",
  "info",
  "debug",
  "dir",
  "dirxml",
  "table",
  "group",
  "groupCollapsed",
  "count",
  "timeLog",
  "timeEnd",
] as const;

/** Sends to standard error what the console would write to standard output. */
export function consoleToStderr(): void {
  const own = globalThis.console;
  for (const method of METHODS) own[method] = (...data: unknown[]) => own.error(...data);
}
