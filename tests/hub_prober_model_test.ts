// Ten thousand fleets, each from a seed: hosts come and go, hang, are called and probed, the machine
// sleeps, people look and go away. What must hold is looked at after every event.

import { assert, assertEquals } from "@std/assert";
import { Health, type HealthTimes } from "../src/hub/health.ts";
import { type Probed, Prober } from "../src/hub/prober.ts";
import { seeded, SimClock } from "../src/hub/testing/sim_clock.ts";

const SEEDS = 10_000;
const TIMES: HealthTimes = { upMs: 30_000, downMinMs: 60_000, downMaxMs: 900_000 };
const BUDGET_MS = 3_000;
const INTEREST_MS = 600_000;
const STEPS = 25;

/** What a host does when it is asked. */
type Manner = "alive" | "refuses" | "hangs";

class ModelHost implements Probed {
  readonly health: Health;
  readonly #clock: SimClock;
  readonly #random: () => number;
  manner: Manner = "alive";
  /** When it was last alive. */
  #aliveUntil = 0;
  since = 0;
  inFlight = 0;
  /** Probes that began, and those that somebody asked for. */
  begun: number[] = [];
  excused = 0;

  constructor(clock: SimClock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
    this.health = new Health(TIMES, random, 0);
  }

  become(manner: Manner): void {
    if (this.manner === "alive") this.#aliveUntil = this.#clock.now();
    if (manner !== this.manner) this.since = this.#clock.now();
    this.manner = manner;
  }

  lastAlive(): number {
    return this.manner === "alive" ? this.#clock.now() : this.#aliveUntil;
  }

  async probe(signal: AbortSignal): Promise<undefined> {
    this.begun.push(this.#clock.now());
    assertEquals(++this.inFlight, 1, "a host is asked once at a time");
    try {
      // It answers as it is when the question arrives.
      await this.#wait(this.#random() * 200, signal);
      if (this.manner === "hangs") await this.#wait(Infinity, signal);
      if (this.manner === "refuses") throw new Error("refused");
    } finally {
      this.inFlight--;
    }
  }

  #wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = ms === Infinity ? () => undefined : this.#clock.after(ms, resolve);
      signal.addEventListener("abort", () => {
        stop();
        reject(signal.reason);
      });
    });
  }
}

Deno.test("Prober keeps its promises in ten thousand fleets", async () => {
  const only = Deno.env.get("LMCP_MODEL_SEED");
  const seeds = only === undefined ? Array.from({ length: SEEDS }, (_, at) => at) : [Number(only)];
  for (const seed of seeds) {
    try {
      await runFleet(seed);
    } catch (error) {
      throw new Error(`seed ${seed} (LMCP_MODEL_SEED=${seed} runs it alone)`, { cause: error });
    }
  }
});

async function runFleet(seed: number): Promise<void> {
  const random = seeded(seed);
  const clock = new SimClock();
  const hosts = Array.from(
    { length: 1 + Math.floor(random() * 4) },
    () => new ModelHost(clock, random),
  );
  const prober = new Prober({
    clock,
    budgetMs: BUDGET_MS,
    interestMs: INTEREST_MS,
    hosts: () => hosts,
    onChange: () => undefined,
  });
  const check = () => hosts.forEach((host) => checkShown(host, clock));
  prober.look();
  for (let step = 0; step < STEPS; step++) {
    const host = hosts[Math.floor(random() * hosts.length)]!;
    const dice = random();
    if (dice < 0.3) {
      host.become((["alive", "refuses", "hangs"] as const)[Math.floor(random() * 3)]!);
    } else if (dice < 0.6) void callHost(host, prober, clock);
    else if (dice < 0.7) hosts.forEach((each) => demand(each, prober));
    else if (dice < 0.75) clock.sleep(random() * 7_200_000);
    else prober.look();
    // Mostly moments, now and then long waits.
    await clock.pass(random() ** 6 * 1_200_000, check);
  }
  await checkEnding(hosts, prober, clock, check);
}

/** A call as `callHost` makes it. */
async function callHost(host: ModelHost, prober: Prober, clock: SimClock): Promise<void> {
  prober.look();
  if (!host.health.isUp(clock.now())) await demand(host, prober);
  if (!host.health.isUp(clock.now())) return;
  const from = clock.now();
  if (host.manner === "alive") host.health.succeeded(clock.now());
  else if (host.manner === "refuses") {
    host.excused++;
    host.health.failed(from, clock.now(), "refused");
  } else {
    host.excused++;
    clock.after(5_000, () => host.health.doubt(clock.now()));
  }
}

async function demand(host: ModelHost, prober: Prober): Promise<void> {
  host.excused++;
  await prober.probe(host);
}

function checkShown(host: ModelHost, clock: SimClock): void {
  const { state, asOf } = host.health.verdict(clock.now());
  if (state === "up") {
    const dead = clock.now() - host.lastAlive();
    assert(dead <= TIMES.upMs, `shown up, and has been down for ${dead} ms`);
  }
  assert(asOf === undefined || asOf <= clock.now(), "known from the future");
}

async function checkEnding(
  hosts: readonly ModelHost[],
  prober: Prober,
  clock: SimClock,
  check: () => void,
): Promise<void> {
  // Whatever came before: with somebody looking on, each is known for what it is after the longest
  // pause, and none was asked more often than its time and its callers say.
  const began = clock.now();
  hosts.forEach((host) => {
    host.become(host.manner);
    host.begun = [];
    host.excused = 0;
  });
  const leave = prober.watch();
  await clock.pass(TIMES.downMaxMs + BUDGET_MS + 1_000, check);
  for (const host of hosts) {
    const { state } = host.health.verdict(clock.now());
    assertEquals(state, host.manner === "alive" ? "up" : "down");
    const most = (clock.now() - began) / (0.75 * TIMES.upMs) + 2;
    assert(host.begun.length <= most, `${host.begun.length} probes in ${clock.now() - began} ms`);
  }
  // A host that comes back is found out by the first who asks, but for an asking from before.
  for (const host of hosts) {
    host.become("alive");
    for (let times = host.inFlight; times >= 0; times--) {
      const asked = demand(host, prober);
      await clock.pass(BUDGET_MS);
      await asked;
    }
    assert(host.health.isUp(clock.now()), "alive, asked, and not known to be");
  }
  // Nobody looks: in the end no timer is left.
  leave();
  await clock.pass(INTEREST_MS + TIMES.downMaxMs + BUDGET_MS);
  assertEquals(clock.pending, 0, "a timer is left although nobody looks");
  hosts.forEach((host) => host.begun = []);
  await clock.pass(10 * TIMES.downMaxMs);
  assertEquals(hosts.map((host) => host.begun.length), hosts.map(() => 0));
}
