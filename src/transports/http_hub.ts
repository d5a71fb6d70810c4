// What the two routes of the HTTP transport share: the core, the bounds, the timers, and the
// requests in flight. Made by `http.ts`, one for each handler.

import type { Core } from "../protocol/call.ts";
import type { Sealer } from "../protocol/sealed.ts";
import { Beat } from "../protocol/beat.ts";
import { Gate } from "./gate.ts";
import { InFlight } from "./in_flight.ts";
import type { Limits } from "./limits.ts";

/** The shared parts of one handler. */
export interface Hub {
  readonly core: Core;
  readonly limits: Limits;
  readonly gate: Gate;
  readonly inFlight: InFlight;
  readonly sealer: Sealer;
  /** Gives up on bodies that are long in coming. */
  readonly bodies: Beat;
  /** Turns slow answers into streams. */
  readonly slow: Beat;
  /** The same, sooner: for calls that end when their client leaves. */
  readonly watched: Beat;
  /** Keeps streams alive. */
  readonly keepAlive: Beat;
  /** Tells of what a client that reads too slowly has missed. */
  onDropped(count: number): void;
}

/** Makes the shared parts of a handler. */
export function createHub(core: Core, limits: Limits, sealer: Sealer): Hub {
  return {
    core,
    limits,
    gate: new Gate(limits.calls, limits.queue),
    inFlight: new InFlight(limits.subscriptions),
    sealer,
    bodies: new Beat(limits.bodyMs),
    slow: new Beat(limits.slowMs),
    watched: new Beat(Math.min(limits.watchedMs, limits.slowMs)),
    keepAlive: new Beat(limits.keepAliveMs, { holds: false }),
    onDropped(count) {
      core.report(
        new Error(`${count} notifications dropped: the client reads too slowly`),
        undefined,
      );
    },
  };
}
