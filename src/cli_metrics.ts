// Counts the calls of a server for Prometheus: by tool and outcome, and how long they took. Used by
// `cli_serve.ts` with `--metrics`. Names that callers make up are not counted by name.

import { Counter, Durations } from "./hub/metrics_text.ts";
import type { Call, Core, Outcome } from "./protocol/call.ts";

/** Where the numbers are. */
export const METRICS_PATH = "/metrics";

/** The numbers of one server. */
export interface CallMetrics {
  /** The same core, its tool calls counted. */
  watch(core: Core): Core;
  text(): string;
}

/** Starts counting. */
export function countCalls(): CallMetrics {
  const calls = new Counter("lmcp_calls_total", "Calls of tools.");
  const seconds = new Durations("lmcp_call_seconds", "How long calls of tools took.");

  async function counted(core: Core, call: Call): Promise<Outcome> {
    const start = performance.now();
    const end = (tool: string, outcome: string) => {
      calls.add({ tool, outcome: call.signal.aborted ? "cancelled" : outcome });
      seconds.add({ tool }, (performance.now() - start) / 1_000);
    };
    try {
      const outcome = await core.handle(call);
      end(String(call.params.name), outcome.result.isError === true ? "error" : "ok");
      return outcome;
    } catch (error) {
      // The tool may be none at all.
      end("-", "refused");
      throw error;
    }
  }

  return {
    watch: (core) => ({
      ...core,
      handle: (call) => call.method === "tools/call" ? counted(core, call) : core.handle(call),
    }),
    text: () => calls.text() + seconds.text(),
  };
}
