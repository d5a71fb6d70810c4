// deno-lint-ignore-file no-console -- it speaks to people
// Prints what the benchmark found: ratios with their targets first, then the figures behind them.

import { titleOf } from "../scripts/runtimes/runtime_name.ts";
import type { RuntimeName } from "../tests/contract/contract.ts";
import type { Result } from "./figures.ts";

/** Prints it all. */
export function printResults(results: readonly Result[]): void {
  const rows = results.flatMap(({ part, runtime, what, ratios }) =>
    ratios.map(({ name, value, target = "", holds }) => [
      titleOf(runtime as RuntimeName),
      part,
      what,
      name,
      String(value),
      target,
      holds === undefined ? "" : holds ? "holds" : "MISSED",
    ])
  );
  console.log(table(rows));
  const figures = results.flatMap(({ part, runtime, what, servers }) =>
    Object.entries(servers).flatMap(([server, all]) =>
      Object.entries(all).map(([figure, { median, low, high }]) => [
        titleOf(runtime as RuntimeName),
        part,
        what,
        server,
        figure,
        String(median),
        `(${low} to ${high})`,
      ])
    )
  );
  console.log(`\n${table(figures)}`);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0))
  );
  return rows.map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ").trimEnd())
    .join("\n");
}
