// The hosts of the hub, as they are now: each with its way over MCP, its health and its places.
// Follows the registry: a host that is changed there is a new one, one that is taken away ends when
// its calls have ended. Also what can be seen of it all, and who is told when it changes.

import type { Backend } from "./registry.ts";
import type { RegistrySource } from "./registry_file.ts";
import { Bulkhead, type BulkheadLimits } from "./bulkhead.ts";
import type { Clock } from "./clock.ts";
import { Health, type HealthTimes } from "./health.ts";
import type { Link } from "./link.ts";
import { Prober } from "./prober.ts";

/** Answers to probes that are kept of each host, for a picture of them. */
const KEPT_PROBES = 60;

/** A call that runs on a host. */
export interface RunningCall {
  /** The tool that was called. */
  readonly tool: string;
  /** The name of the caller's token; undefined where none is asked for. */
  readonly who: string | undefined;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** A host. */
export interface FleetHost {
  readonly name: string;
  /** Follow the registry: only these can change while the host stays the same. */
  tags: readonly string[];
  readonly backend: Backend;
  /** The way over MCP; undefined for a host that is reached over ssh only. */
  readonly link: Link | undefined;
  readonly health: Health;
  readonly bulkhead: Bulkhead;
  readonly calls: Set<RunningCall>;
  /** Milliseconds that the last probes took, the newest last; null where no answer came. */
  readonly probes: (number | null)[];
  probe(signal: AbortSignal): Promise<string | undefined>;
}

/** What can be seen of a host. Times are in milliseconds since the epoch. */
export interface HostSnapshot {
  /** Its name in the registry. */
  readonly name: string;
  /** Its tags there. */
  readonly tags: readonly string[];
  /** `ssh_only` hosts are not probed. */
  readonly state: "up" | "down" | "unknown" | "ssh_only";
  /** Whether it can be reached over ssh. */
  readonly ssh: boolean;
  /** When the state was last known to be so; undefined: never. */
  readonly asOf: number | undefined;
  /** When it is asked next. */
  readonly nextProbeAt: number | undefined;
  /** Milliseconds that its last answer to a probe took. */
  readonly latencyMs: number | undefined;
  /** Why it is down, or what is wrong with it although it answers. */
  readonly problem: string | undefined;
  /** Milliseconds that the last probes took, the newest last; null where no answer came. */
  readonly probes: readonly (number | null)[];
  /** What runs there now. */
  readonly calls: readonly RunningCall[];
  /** How many calls wait for a place. */
  readonly waiting: number;
}

/** What a fleet is made with. */
export interface FleetOptions {
  readonly registry: RegistrySource;
  readonly clock: Clock;
  /** Gives numbers from 0 to 1, for the jitter. */
  readonly random: () => number;
  readonly times: HealthTimes;
  readonly budgetMs: number;
  readonly interestMs: number;
  readonly limits: BulkheadLimits;
  openLink(backend: Backend & { readonly url: string }): Link;
}

/**
 * The hosts of a hub.
 *
 * @example
 * ```ts
 * import { createHub, fixedRegistry } from "@lmcp/lmcp/hub";
 * import { openRuntime } from "@lmcp/lmcp/runtime";
 * import { openHost } from "@lmcp/lmcp/tools";
 *
 * const hub = createHub({
 *   registry: fixedRegistry("mac - ssh=me@mac.lan"),
 *   host: await openHost(await openRuntime()),
 * });
 * await hub.start();
 * const [mac] = hub.fleet.snapshot();
 * if (mac?.state !== "ssh_only") throw new Error("unexpected state");
 * await hub.close();
 * ```
 */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #prober: Prober;
  readonly #listeners = new Set<() => void>();
  readonly #closing = new Set<Promise<void>>();
  #backends: readonly Backend[] = [];
  #hosts: readonly FleetHost[] = [];

  /**
   * Made by `createHub`.
   * @internal
   */
  constructor(options: FleetOptions) {
    this.#options = options;
    const { clock, budgetMs, interestMs } = options;
    this.#prober = new Prober({
      clock,
      budgetMs,
      interestMs,
      hosts: () => this.#hosts.filter(({ link }) => link !== undefined),
      onChange: () => this.changed(),
    });
  }

  /** The clock that times are told by. */
  get clock(): Clock {
    return this.#options.clock;
  }

  /** What is wrong with the registry; none while it is right. */
  registryProblems(): readonly string[] {
    return this.#options.registry.problems();
  }

  /**
   * The hosts of now. Looking at them keeps what is known of them fresh for a while.
   * @internal
   */
  async hosts(): Promise<readonly FleetHost[]> {
    const backends = await this.#options.registry.backends();
    if (backends !== this.#backends) this.#follow(backends);
    this.#prober.look();
    return this.#hosts;
  }

  /**
   * Asks a host whether it lives, and resolves when that is known.
   * @internal
   */
  async probe(host: FleetHost): Promise<void> {
    if (host.link !== undefined) await this.#prober.probe(host);
  }

  /** What can be seen of the hosts, from memory. */
  snapshot(): readonly HostSnapshot[] {
    return this.#hosts.map((host) => this.#see(host));
  }

  /** Calls `listener` after each change of a verdict or a call; the answer takes it back. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Somebody looks on: what is known is kept fresh until the answer is called. */
  watch(): () => void {
    return this.#prober.watch();
  }

  /** Tells the listeners. */
  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Ends the connections; calls must have ended before. */
  async close(): Promise<void> {
    await this.#prober.close();
    await Promise.all([...this.#closing, ...this.#hosts.map(({ link }) => link?.close())]);
  }

  #follow(backends: readonly Backend[]): void {
    this.#backends = backends;
    const before = new Map(this.#hosts.map((host) => [sameness(host.backend), host]));
    this.#hosts = backends.map((backend) => {
      const known = before.get(sameness(backend));
      if (known === undefined) return this.#open(backend);
      before.delete(sameness(backend));
      known.tags = backend.tags;
      return known;
    });
    for (const { link } of before.values()) {
      if (link === undefined) continue;
      const closing = link.close().finally(() => this.#closing.delete(closing));
      this.#closing.add(closing);
    }
    this.changed();
  }

  #open(backend: Backend): FleetHost {
    const { times, random, limits, clock, openLink } = this.#options;
    const { url } = backend;
    const link = url === undefined ? undefined : openLink({ ...backend, url });
    const probes: (number | null)[] = [];
    async function probe(signal: AbortSignal): Promise<string | undefined> {
      if (link === undefined) return undefined;
      const from = clock.now();
      let took: number | null = null;
      const onAbort = () => keep(probes, null);
      signal.addEventListener("abort", onAbort, { once: true });
      try {
        const problem = await link.probe(signal);
        took = clock.now() - from;
        return problem;
      } finally {
        signal.removeEventListener("abort", onAbort);
        if (!signal.aborted) keep(probes, took);
      }
    }
    return {
      name: backend.name,
      tags: backend.tags,
      backend,
      link,
      health: new Health(times, random, clock.now()),
      bulkhead: new Bulkhead(limits, clock),
      calls: new Set(),
      probes,
      probe,
    };
  }

  #see(host: FleetHost): HostSnapshot {
    const { clock } = this.#options;
    const now = clock.now();
    const toWall = (at: number | undefined) =>
      at === undefined ? undefined : Math.round(clock.wall() - now + at);
    const isProbed = host.link !== undefined;
    const verdict = host.health.verdict(now);
    return {
      name: host.name,
      tags: host.tags,
      state: isProbed ? verdict.state : "ssh_only",
      ssh: host.backend.ssh !== undefined,
      asOf: isProbed ? toWall(verdict.asOf) : undefined,
      nextProbeAt: isProbed ? toWall(Math.max(now, verdict.nextProbeAt)) : undefined,
      latencyMs: verdict.latencyMs,
      problem: verdict.problem,
      probes: [...host.probes],
      calls: [...host.calls],
      waiting: host.bulkhead.waiting,
    };
  }
}

function keep(probes: (number | null)[], took: number | null): void {
  probes.push(took === null ? null : Math.round(took * 10) / 10);
  if (probes.length > KEPT_PROBES) probes.shift();
}

/** What a host is known by: with another address or token it is another host. */
function sameness({ name, url, token, tokenFile, ssh }: Backend): string {
  return JSON.stringify([name, url, token, tokenFile, ssh]);
}
