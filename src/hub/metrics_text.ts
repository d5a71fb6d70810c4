// Numbers for Prometheus, in its text format: counters, gauges and durations, each with labels. Kept
// by whoever counts, written out when somebody asks. Nothing is counted by what a caller can make up.
// spec: prometheus.io/docs/instrumenting/exposition_formats

/** The labels of a number. */
export type Labels = { readonly [name: string]: string };

/** Something that can be written out. */
export interface Metric {
  /** Its lines, with a line break at the end of each. */
  text(): string;
}

const BUCKETS_S = [0.005, 0.025, 0.1, 0.5, 2.5, 10, 60];

/** The type that most text formats are asked for by. */
export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Counts that only grow. */
export class Counter implements Metric {
  readonly #name: string;
  readonly #help: string;
  readonly #counts = new Map<string, number>();

  constructor(name: string, help: string) {
    this.#name = name;
    this.#help = help;
  }

  /** Counts one more. */
  add(labels: Labels): void {
    const key = labelText(labels);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  text(): string {
    const lines = Array.from(
      this.#counts,
      ([labels, count]) => `${this.#name}${labels} ${count}\n`,
    );
    return headOf(this.#name, "counter", this.#help) + lines.join("");
  }
}

/** How long things took. */
export class Durations implements Metric {
  readonly #name: string;
  readonly #help: string;
  readonly #series = new Map<
    string,
    { labels: Labels; counts: number[]; sum: number; count: number }
  >();

  constructor(name: string, help: string) {
    this.#name = name;
    this.#help = help;
  }

  /** Adds one. */
  add(labels: Labels, seconds: number): void {
    const key = labelText(labels);
    let series = this.#series.get(key);
    if (series === undefined) {
      series = { labels, counts: BUCKETS_S.map(() => 0), sum: 0, count: 0 };
      this.#series.set(key, series);
    }
    series.sum += seconds;
    series.count++;
    for (const [at, bound] of BUCKETS_S.entries()) if (seconds <= bound) series.counts[at]!++;
  }

  text(): string {
    const name = this.#name;
    const lines = Array.from(this.#series, ([key, { labels, counts, sum, count }]) => {
      const bucket = (le: string, value: number) =>
        `${name}_bucket${labelText({ ...labels, le })} ${value}\n`;
      return BUCKETS_S.map((bound, at) => bucket(String(bound), counts[at]!)).join("") +
        bucket("+Inf", count) + `${name}_sum${key} ${sum}\n${name}_count${key} ${count}\n`;
    });
    return headOf(name, "histogram", this.#help) + lines.join("");
  }
}

/** The lines of numbers as they are now. */
export function gaugeText(
  name: string,
  help: string,
  values: readonly (readonly [Labels, number])[],
): string {
  const lines = values.map(([labels, value]) => `${name}${labelText(labels)} ${value}\n`);
  return headOf(name, "gauge", help) + lines.join("");
}

function headOf(name: string, type: string, help: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
}

// At every call of a host: so without lists, and looking first whether there is anything to escape.
function labelText(labels: Labels): string {
  let text = "";
  for (const name of Object.keys(labels)) {
    text += `${text && ","}${name}="${escaped(labels[name]!)}"`;
  }
  return text && `{${text}}`;
}

function escaped(value: string): string {
  if (!/[\\\n"]/.test(value)) return value;
  return value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}
