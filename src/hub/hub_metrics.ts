// What the hub counts of its calls, and what it shows of its hosts, for Prometheus.

import type { Fleet } from "./fleet.ts";
import { Counter, Durations, gaugeText } from "./metrics_text.ts";
import type { CallRecord } from "./run_remote.ts";

/**
 * The numbers of one hub.
 *
 * @example
 * ```ts
 * import { createHub, fixedRegistry } from "@lmcp/lmcp/hub";
 * import { openRuntime } from "@lmcp/lmcp/runtime";
 * import { openHost } from "@lmcp/lmcp/tools";
 *
 * const hub = createHub({
 *   registry: fixedRegistry("pi5 http://127.0.0.1:1/mcp"),
 *   host: await openHost(await openRuntime()),
 * });
 * if (!hub.metrics.text().includes("lmcp_hub_calls_total")) throw new Error("nothing is counted");
 * await hub.close();
 * ```
 */
export class HubMetrics {
  readonly #fleet: Fleet;
  readonly #calls = new Counter("lmcp_hub_calls_total", "Calls of tools on hosts.");
  readonly #seconds = new Durations("lmcp_hub_call_seconds", "How long calls on hosts took.");

  /** Counts from now on. */
  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  /** Counts a call. */
  add({ tool, host, via, outcome, ms }: CallRecord): void {
    const way = via ?? "none";
    this.#calls.add({ tool, host, via: way, outcome });
    if (outcome !== "asks") this.#seconds.add({ via: way }, ms / 1_000);
  }

  /** Its lines in the format of Prometheus, with a line break at the end of each. */
  text(): string {
    const hosts = this.#fleet.snapshot();
    const probed = hosts.filter(({ state }) => state !== "ssh_only");
    return this.#calls.text() + this.#seconds.text() +
      gaugeText(
        "lmcp_hub_host_up",
        "1: up, 0: down; without a line: not known.",
        probed.flatMap(({ name, state }) =>
          state === "unknown" ? [] : [[{ host: name }, state === "up" ? 1 : 0] as const]
        ),
      ) +
      gaugeText(
        "lmcp_hub_host_probe_seconds",
        "How long the last answer to a probe took.",
        probed.flatMap(({ name, latencyMs }) =>
          latencyMs === undefined ? [] : [[{ host: name }, latencyMs / 1_000] as const]
        ),
      ) +
      gaugeText(
        "lmcp_hub_host_running",
        "Calls that run on a host.",
        hosts.map(({ name, calls }) => [{ host: name }, calls.length] as const),
      ) +
      gaugeText(
        "lmcp_hub_host_waiting",
        "Calls that wait for a place on a host.",
        hosts.map(({ name, waiting }) => [{ host: name }, waiting] as const),
      );
  }
}
