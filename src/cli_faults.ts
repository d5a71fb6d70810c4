// What no handler caught: told in the log, and survived, so that one bug ends one call and not the
// server. Installed once by the serving commands.

import type { Log } from "./cli_log.ts";
import type { Runtime } from "./runtime/runtime.ts";

/** Reports uncaught errors and rejections from now on. */
export function reportFaults(runtime: Pick<Runtime, "onFault">, log: Log): void {
  runtime.onFault((kind, error) => {
    const what = kind === "rejection"
      ? "A promise failed with nobody waiting for it"
      : "An error was caught by nobody";
    log.error(what, error);
  });
}
