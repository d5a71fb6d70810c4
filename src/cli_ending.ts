// The end of a serving lmcp: what asks for it, whatever it serves over.
// A first signal asks for an end in good order; a second one ends at once, leaving as little behind
// as can be.

import { smallFileText } from "../tools/small_file.ts";
import type { Runtime } from "./runtime/runtime.ts";

/**
 * Signals this close are one wish: a program around lmcp (`deno task`, a service manager's wrapper)
 * passes on what lmcp was sent as well.
 */
const ONE_WISH_MS = 100;

const NUMBERS: { readonly [signal: string]: number } = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/** That the end will be asked for. */
export interface Ending {
  /** Resolves with the name of the first signal. */
  readonly asked: Promise<string>;
}

/** Watches for signals from now on. At the second one `abandon` is called, and lmcp exits. */
export async function watchEnding(runtime: Runtime, abandon: () => void): Promise<Ending> {
  const outlivesTerminal = await ignoresHangup(runtime);
  const asked = new Promise<string>((resolve) => {
    let askedAt: number | undefined;
    // To ignore a hangup takes a listener, too: with others at work, it would end the runtime.
    runtime.onSignal(["SIGTERM", "SIGINT", "SIGHUP"], (signal) => {
      if (signal === "SIGHUP" && outlivesTerminal) return;
      if (askedAt === undefined) {
        askedAt = performance.now();
        resolve(signal);
      } else if (performance.now() - askedAt > ONE_WISH_MS) {
        abandon();
        runtime.exit(128 + (NUMBERS[signal] ?? 0));
      }
    });
  });
  return { asked };
}

/** Whether lmcp was started to outlive its terminal, as by `nohup`. */
async function ignoresHangup(runtime: Runtime): Promise<boolean> {
  const status = await smallFileText(runtime.files.open("/proc/self/status", { read: true }));
  const ignored = /^SigIgn:\s*([0-9a-f]+)/m.exec(status ?? "")?.[1] ?? "0";
  return (parseInt(ignored.slice(-1), 16) & 1) === 1;
}
