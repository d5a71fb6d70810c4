// Writes the figures of the last benchmark (docs/results/bench.json) into README.md, between the two
// comments that mark their place. Run by `deno task bench:readme`; measures nothing.

import { titleOf } from "../scripts/runtimes/runtime_name.ts";
import type { RuntimeName } from "../tests/contract/contract.ts";
import type { Result } from "./figures.ts";

const README = new URL("../README.md", import.meta.url);
const RESULTS = new URL("../docs/results/bench.json", import.meta.url);
const PLACE = /(<!-- bench -->\n)[^]*?(\n<!-- \/bench -->)/;

/** The rows of the table: what is shown of which comparison. */
const ROWS: readonly (readonly [label: string, part: string, what: string, ratio: string])[] = [
  ["`tools/call`, share of the bare runtime's speed", "http", "tools/call, newest revision", "raw"],
  ["the same on a session", "http", "tools/call, session", "raw"],
  ["times the official SDK's speed", "http", "tools/call, newest revision", "x SDK"],
  ["stdio, 100 calls in flight, times the SDK's", "stdio", "100 in flight", "x SDK"],
  ["host server: ms to the first answer, over bare", "start", "whole host server", "first answer"],
  ["host server: MiB at rest, over bare", "start", "whole host server at rest", "over raw"],
  ["MiB after load, over bare", "memory", "after load", "over raw"],
  [
    "KiB a session with its stream, over a bare one",
    "memory",
    "1000 sessions with a stream",
    "over raw",
  ],
];

interface Report {
  readonly date: string;
  readonly machine: string;
  readonly results: readonly Result[];
}

/** The table of a report. */
export function tableOf({ date, machine, results }: Report): string {
  const runtimes = [...new Set(results.map(({ runtime }) => runtime))];
  const head = ["", ...runtimes.map((runtime) => titleOf(runtime as RuntimeName))];
  const rows = ROWS.map(([label, part, what, name]) => [
    label,
    ...runtimes.map((runtime) => {
      const found = results.find((result) =>
        result.runtime === runtime && result.part === part && result.what === what
      );
      const ratio = found?.ratios.find((each) => each.name.includes(name));
      return ratio === undefined ? "-" : String(ratio.value);
    }),
  ]);
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const lines = [line(head), line(head.map(() => "---")), ...rows.map(line)];
  return `${lines.join("\n")}\n\nMeasured ${date}: ${machine}.`;
}

if (import.meta.main) {
  const readme = await Deno.readTextFile(README);
  if (!PLACE.test(readme)) throw new Error("README.md must have <!-- bench --> … <!-- /bench -->");
  const table = tableOf(JSON.parse(await Deno.readTextFile(RESULTS)));
  await Deno.writeTextFile(README, readme.replace(PLACE, `$1\n${table}\n$2`));
}
