// Two tools of the everything server with which a client sees from outside that a cancelled call
// ended inside: one runs until its signal is aborted, the other says what became of it.

import { type Server, text } from "../../mod.ts";
import { pause } from "./samples.ts";

/** Ends a probe that nobody cancels. */
const PROBE_MS = 10_000;
/** How long a report waits for its probe to be over. */
const REPORT_MS = 2_000;
/** Probes that are remembered. */
const MAX_PROBES = 1_000;

type State = "running" | "aborted" | "finished";

interface Probe {
  state: State;
  readonly over: AbortController;
}

/** Registers them. */
export function addCancelTools(server: Server): void {
  const probes = new Map<string, Probe>();

  function start(key: string): Probe {
    const probe: Probe = { state: "running", over: new AbortController() };
    probes.delete(key);
    probes.set(key, probe);
    const [oldest] = probes.keys();
    if (probes.size > MAX_PROBES && oldest !== undefined) probes.delete(oldest);
    return probe;
  }

  server
    .tool({
      name: "test_cancel_probe",
      description: "Runs until it is cancelled, and remembers under its key that it was.",
      input: KEYED,
      async run({ key }, ctx) {
        const probe = start(key);
        ctx.progress(1);
        try {
          await pause(PROBE_MS, ctx.signal);
          probe.state = "finished";
          return text("Nobody cancelled.");
        } catch (reason) {
          probe.state = "aborted";
          throw reason;
        } finally {
          probe.over.abort();
        }
      },
    })
    .tool({
      name: "test_cancel_report",
      description: "Says what became of the probe of a key: running, aborted or finished.",
      input: KEYED,
      async run({ key }, ctx) {
        const probe = probes.get(key);
        if (probe === undefined) return text("unknown");
        const either = AbortSignal.any([probe.over.signal, ctx.signal]);
        await pause(REPORT_MS, either).catch(() => "over, or nobody waits any more");
        return text(probe.state);
      },
    });
}

const KEYED = {
  type: "object",
  properties: { key: { type: "string", description: "Names the probe." } },
  required: ["key"],
} as const;
