/**
 * A hub: one server in front of many machines, each with an lmcp of its own or with ssh.
 *
 * @module
 */

// What the export `./hub` gives.

export type { BulkheadLimits } from "./bulkhead.ts";
export type { Via } from "./call_host.ts";
export type { Clock } from "./clock.ts";
export { createHub, type Hub, type HubOptions } from "./create_hub.ts";
export { fixedRegistry } from "./fixed_registry.ts";
export type { Fleet, HostSnapshot, RunningCall } from "./fleet.ts";
export type { HealthTimes } from "./health.ts";
export type { HubMetrics } from "./hub_metrics.ts";
export type { Backend } from "./registry.ts";
export { findRegistry, openRegistry, RegistryError, type RegistrySource } from "./registry_file.ts";
export type { CallEnd, CallRecord } from "./run_remote.ts";
