// Rounds of measurements in turn, and what they come to: medians, spread, and ratios within a round.
// Pure but for the turns. Called by the parts of the benchmark.

/** Figures of one run, by name; the unit is part of the name. */
export type Figures = { readonly [name: string]: number };

/** Which server: the bare runtime, lmcp, or the official SDK; parts may have others. */
export type Rounds = { readonly [server: string]: readonly Figures[] };

/** What the rounds come to. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** A comparison that is reported. */
export interface Result {
  readonly part: string;
  readonly runtime: string;
  readonly what: string;
  readonly servers: { readonly [server: string]: { readonly [figure: string]: Spread } };
  readonly ratios: readonly Ratio[];
}

/** One ratio or difference, and what it should be. */
export interface Ratio {
  readonly name: string;
  readonly value: number;
  readonly target?: string;
  readonly holds?: boolean;
}

/** Measures each server in each round, one after the other; odd rounds the other way round. */
export async function inTurn(
  rounds: number,
  measures: { readonly [server: string]: () => Promise<Figures> },
): Promise<Rounds> {
  const all: { [server: string]: Figures[] } = {};
  for (let round = 0; round < rounds; round++) {
    const order = Object.entries(measures);
    if (round % 2 === 1) order.reverse();
    for (const [server, measure] of order) (all[server] ??= []).push(await measure());
  }
  return all;
}

/** The middle of some numbers. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]];
  return low === undefined || high === undefined ? NaN : (low + high) / 2;
}

/** The medians of the rounds, with the least and the most. */
export function spreads(rounds: Rounds): Result["servers"] {
  return Object.fromEntries(
    Object.entries(rounds).map(([server, all]) => [
      server,
      Object.fromEntries(
        Object.keys(all[0] ?? {}).map((name) => {
          const values = all.map((figures) => figures[name] ?? NaN);
          const spread = {
            median: round(median(values)),
            low: round(Math.min(...values)),
            high: round(Math.max(...values)),
          };
          return [name, spread];
        }),
      ),
    ]),
  );
}

/** The median over the rounds of one figure of `a` divided by (or, with `minus`, less) that of `b`. */
export function compared(
  rounds: Rounds,
  figure: string,
  a: string,
  b: string,
  how: "over" | "minus" = "over",
): number {
  const values = (rounds[a] ?? []).map((figures, at) => {
    const [one = NaN, other = NaN] = [figures[figure], rounds[b]?.[at]?.[figure]];
    return how === "over" ? one / other : one - other;
  });
  return round(median(values));
}

/** A ratio that should be at least something. */
export function atLeast(name: string, value: number, target: number | undefined): Ratio {
  if (target === undefined || Number.isNaN(value)) return { name, value };
  return { name, value, target: `>= ${target}`, holds: value >= target };
}

/** A ratio or difference that should be at most something. */
export function atMost(name: string, value: number, target: number | undefined): Ratio {
  if (target === undefined || Number.isNaN(value)) return { name, value };
  return { name, value, target: `<= ${target}`, holds: value <= target };
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
