// What no handler caught: told in the log, and survived, so that one bug ends one call and not the
// server. Installed once by the serving commands.

import type { Log } from "./cli_log.ts";

/** Reports uncaught errors and rejections from now on. */
export function reportFaults(log: Log): void {
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    log.error("A promise failed with nobody waiting for it", event.reason);
  });
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    log.error("An error was caught by nobody", event.error);
  });
}
