// A hub with many hosts, half of them dead: what the dead ones cost the others, and what all of them
// cost the hub. In the short form a dozen for seconds, in the long one 200 for a quarter of an hour.

import { assert, assertEquals, assertLess } from "@std/assert";
import { lacksSshd } from "../../src/hub/testing/sshd.ts";
import { lacksDeadNetwork, runInDeadNetwork } from "../support/dead_network.ts";
import type { FleetMeasured, Load } from "../e2e/hub_fleet.ts";
import { LONG, mib, ms, record } from "./long_form.ts";

const HOSTS = LONG ? 200 : 12;
const [LOAD_S, PROBING_S, IDLE_S] = LONG ? [10, 600, 60] : [1, 5, 5];
const BUDGET_MS = 1_000;

Deno.test(`a hub of ${HOSTS} hosts, half of them dead, answers as if those were not there`, async () => {
  if (lacksDeadNetwork() || lacksSshd()) return;
  const script = new URL("../e2e/hub_fleet.ts", import.meta.url);
  const args = [HOSTS, LOAD_S, PROBING_S, IDLE_S].map(String);
  const measured = await runInDeadNetwork<FleetMeasured>(script, args);
  const { forcedMs, memoryMs, states, rounds, hubMs, directMs, idleShare, probing } = measured;
  const present = median(rounds.map(({ alone, among }) => among.p99 / alone.p99));
  const called = median(rounds.map(({ beside, called }) => called.p99 / beside.p99));
  const both = ({ p50, p99 }: Load) => `${ms(p50)}, ${ms(p99)}`;
  const [first, last] = [probing[Math.floor(probing.length / 3)]!, probing.at(-1)!];
  const peak = Math.max(...probing.map(({ files }) => files));
  await record("hub-fleet", `A hub of ${HOSTS} hosts, half of them dead`, {
    "hosts": JSON.stringify(states),
    "`remote_list_hosts` with `force`, the slowest": `${ms(forcedMs)} (probe budget ${
      ms(BUDGET_MS)
    }, bound: 500 ms more)`,
    "the same from memory: median, slowest": `${ms(memoryMs[0])}, ${
      ms(memoryMs[1])
    } (bound: 10 ms)`,
    "calls on hosts that are well, 32 callers: p50, p99 without the dead": rounds
      .map(({ alone }) => both(alone)).join("; "),
    "the same with the dead": rounds.map(({ among }) => both(among)).join("; "),
    "p99 with / without, median of the rounds": `${present.toFixed(2)} (bound: 1.2)`,
    "the same while the dead are called all the time, each call with an ssh of its own": rounds
      .map(({ called }) => both(called)).join("; "),
    "the same without the dead, while another hub calls them": rounds
      .map(({ beside }) => both(beside)).join("; "),
    "p99 of the one / the other, median of the rounds": called.toFixed(2),
    "one call through the hub, direct: medians": `${ms(hubMs)}, ${ms(directMs)}`,
    "idle hub": `${(idleShare * 100).toFixed(2)} % of a core (bound: 1 %)`,
    [`probing each second or two for ${PROBING_S} s: descriptors`]:
      `${first.files} after a third, ${last.files} at the end, ${peak} at most`,
    "the same: memory": `${mib(first.bytes)} after a third, ${mib(last.bytes)} at the end`,
  });
  assertEquals(states, { up: HOSTS / 2, down: HOSTS / 2 });
  assertLess(forcedMs, BUDGET_MS + (LONG ? 500 : 3_000));
  // The short form runs beside other tests: it shows that nothing waits for the dead.
  assertLess(memoryMs[0], LONG ? 10 : 100);
  assertLess(present, LONG ? 1.5 : 10, JSON.stringify(rounds));
  assertLess(called, 10, JSON.stringify(rounds));
  assertLess(hubMs - directMs, LONG ? 1 : 20);
  assertLess(idleShare, LONG ? 0.01 : 0.2);
  assert(last.files <= first.files + HOSTS, `${first.files} descriptors, then ${last.files}`);
  assertLess(last.bytes - first.bytes, 32 * 1024 * 1024);
});

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
}
