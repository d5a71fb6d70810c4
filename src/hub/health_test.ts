import { assert, assertEquals } from "@std/assert";
import { Health, type HealthTimes } from "./health.ts";

const TIMES: HealthTimes = { upMs: 30_000, downMinMs: 60_000, downMaxMs: 900_000 };

/** A host whose jitter is the longest wait. */
function healthOf(random = 1): Health {
  return new Health(TIMES, () => random, 0);
}

Deno.test("Health knows nothing at first, and is due at once", () => {
  const { state, asOf } = healthOf().verdict(0);
  assertEquals([state, asOf, healthOf().nextProbeAt], ["unknown", undefined, 0]);
});

Deno.test("Health believes that a host is up for its time, and asks again before", () => {
  const health = healthOf();
  health.succeeded(1_000, 12);
  assert(health.isUp(30_999));
  assert(!health.isUp(31_000));
  assertEquals(health.verdict(31_000).state, "unknown");
  assertEquals(health.verdict(2_000).latencyMs, 12);
  assert(health.nextProbeAt < 31_000);
});

Deno.test("Health waits twice as long after each probe that fails, up to its longest", () => {
  const health = healthOf();
  const waits: number[] = [];
  for (let now = 0, times = 0; times < 7; times++) {
    health.failed(now, now, "refused");
    waits.push(health.nextProbeAt - now);
    now = health.nextProbeAt;
  }
  assertEquals(waits, [60, 120, 240, 480, 900, 900, 900].map((s) => s * 1_000));
});

Deno.test("Health begins again with the shortest wait when a host was up in between", () => {
  const health = healthOf();
  health.failed(0, 0, "refused");
  health.failed(60_000, 60_000, "refused");
  health.succeeded(70_000);
  health.failed(80_000, 80_000, "refused");
  assertEquals(health.nextProbeAt - 80_000, 60_000);
});

Deno.test("Health lets calls that try a down host neither delay nor lengthen its probes", () => {
  const health = healthOf();
  health.failed(0, 0, "refused");
  for (let now = 1_000; now < 60_000; now += 1_000) health.failed(now, now, "still refused");
  assertEquals(health.nextProbeAt, 60_000);
  assertEquals(health.verdict(59_000).problem, "still refused");
  health.failed(60_000, 60_000, "refused");
  assertEquals(health.nextProbeAt, 180_000);
});

Deno.test("Health spreads probes, and never later than it says", () => {
  for (const random of [0, 0.5, 1]) {
    const up = healthOf(random);
    up.succeeded(0);
    assert(up.nextProbeAt >= 22_500 && up.nextProbeAt <= 28_500);
    const down = healthOf(random);
    down.failed(0, 0, "refused");
    assert(down.nextProbeAt >= 48_000 && down.nextProbeAt <= 60_000);
  }
});

Deno.test("Health takes no attempt that began before the host answered for news", () => {
  const health = healthOf();
  health.succeeded(5_000);
  health.failed(4_000, 7_000, "no answer");
  assert(health.isUp(7_000));
  health.failed(6_000, 9_000, "no answer");
  assertEquals(health.verdict(9_000).state, "down");
  health.succeeded(8_000);
  assertEquals(health.verdict(9_000).state, "down");
});

Deno.test("Health that is doubted is unknown and due, and a doubt of what is down says nothing", () => {
  const health = healthOf();
  health.succeeded(0);
  health.doubt(1_000);
  assertEquals([health.verdict(1_000).state, health.nextProbeAt], ["unknown", 1_000]);
  health.failed(2_000, 2_000, "refused");
  health.doubt(3_000);
  assertEquals([health.verdict(3_000).state, health.nextProbeAt], ["down", 62_000]);
});
