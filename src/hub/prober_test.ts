import { assertEquals } from "@std/assert";
import { Health } from "./health.ts";
import { type Probed, Prober } from "./prober.ts";
import { SimClock } from "./testing/sim_clock.ts";

const TIMES = { upMs: 30_000, downMinMs: 60_000, downMaxMs: 900_000 };

interface Bench {
  readonly clock: SimClock;
  readonly prober: Prober;
  readonly hosts: readonly (Probed & { asked: number })[];
}

function benchOf(...answers: ((signal: AbortSignal) => Promise<string | undefined>)[]): Bench {
  const clock = new SimClock();
  const hosts = answers.map((answer) => {
    const host = {
      health: new Health(TIMES, () => 1, 0),
      asked: 0,
      probe(signal: AbortSignal) {
        host.asked++;
        return answer(signal);
      },
    };
    return host;
  });
  const prober = new Prober({
    clock,
    budgetMs: 3_000,
    interestMs: 600_000,
    hosts: () => hosts,
    onChange: () => undefined,
  });
  return { clock, prober, hosts };
}

const lives = () => Promise.resolve(undefined);
const hangs = () => new Promise<undefined>(() => {});

Deno.test("Prober asks all hosts at once, and none of them longer than its budget", async () => {
  const { clock, prober, hosts } = benchOf(hangs, lives, hangs);
  prober.look();
  assertEquals(hosts.map(({ asked }) => asked), [1, 1, 1]);
  await clock.pass(3_000);
  const states = hosts.map(({ health }) => health.verdict(clock.now()));
  assertEquals(states.map(({ state }) => state), ["down", "up", "down"]);
  assertEquals(states[0]?.problem, "it did not answer within 3 s");
});

Deno.test("Prober lets all who ask at once share one asking", async () => {
  const { clock, prober, hosts } = benchOf(hangs);
  const [host] = hosts;
  const asked = Promise.all([prober.probe(host!), prober.probe(host!), prober.probe(host!)]);
  await clock.pass(3_000);
  await asked;
  assertEquals(host!.asked, 1);
});

Deno.test("Prober keeps what is known fresh while somebody looks, and then stops", async () => {
  const { clock, prober, hosts } = benchOf(lives);
  prober.look();
  await clock.pass(590_000, () => assertEquals(hosts[0]!.health.verdict(clock.now()).state, "up"));
  await clock.pass(60_000);
  assertEquals(clock.pending, 0);
  const { asked } = hosts[0]!;
  await clock.pass(3_600_000);
  assertEquals(hosts[0]!.asked, asked);
  assertEquals(hosts[0]!.health.verdict(clock.now()).state, "unknown");
  prober.look();
  await clock.pass(1);
  assertEquals(hosts[0]!.health.verdict(clock.now()).state, "up");
});

Deno.test("Prober goes on as long as somebody watches", async () => {
  const { clock, prober, hosts } = benchOf(lives);
  const leave = prober.watch();
  await clock.pass(
    7_200_000,
    () => assertEquals(hosts[0]!.health.verdict(clock.now()).state, "up"),
  );
  leave();
  leave();
  await clock.pass(700_000);
  assertEquals(clock.pending, 0);
});

Deno.test("Prober.close() ends what is under way, says nothing of it, and asks nobody more", async () => {
  const { clock, prober, hosts } = benchOf(hangs);
  prober.look();
  await prober.close();
  assertEquals(hosts[0]!.health.verdict(clock.now()).state, "unknown");
  prober.look();
  await clock.pass(3_600_000);
  assertEquals([hosts[0]!.asked, clock.pending], [1, 0]);
});

Deno.test("Prober says what is wrong with a host that answers", async () => {
  const { clock, prober, hosts } = benchOf(() => Promise.resolve("it refuses the token"));
  await prober.probe(hosts[0]!);
  const { state, problem } = hosts[0]!.health.verdict(clock.now());
  assertEquals([state, problem], ["up", "it refuses the token"]);
});
