// Judges what a run of the official suite found, and shows it. Pure: reads no file and starts
// nothing. The suite's own exit code does not count: it forgives warnings, skipped checks, and
// scenarios that checked nothing.

import { isBesideThePoint, type Leg, SKIPPABLE } from "./expected.ts";

/** A check, as the suite wrote it down. */
export interface Check {
  readonly id: string;
  readonly status: "SUCCESS" | "FAILURE" | "WARNING" | "SKIPPED" | "INFO";
  readonly errorMessage?: string;
}

/** The checks of each scenario that ran. */
export type Found = ReadonlyMap<string, readonly Check[]>;

/** What became of a leg: nothing to complain of, or what. */
export interface Verdict {
  readonly leg: Leg;
  readonly found: Found;
  /** One line for each reason why the leg failed. */
  readonly problems: readonly string[];
}

/** Holds what was found against what the leg expects. */
export function judge(leg: Leg, found: Found): Verdict {
  const problems = scenariosOf(leg, found).flatMap((scenario) =>
    problemsOf(leg, scenario, found.get(scenario)).map((what) => `${leg.name} ${scenario}: ${what}`)
  );
  return { leg, found, problems };
}

/** One table of all legs: how many checks succeeded, of how many that must where these are more. */
export function tableOf(verdicts: readonly Verdict[]): string {
  const scenarios = new Set(verdicts.flatMap(({ leg, found }) => scenariosOf(leg, found)));
  const rows = [
    ["scenario", ...verdicts.map(({ leg }) => leg.name)],
    ...[...scenarios].sort().map((scenario) => [
      scenario,
      ...verdicts.map((verdict) => cellOf(verdict, scenario)),
    ]),
    ["sum", ...verdicts.map((verdict) => String(sumOf(verdict)))],
  ];
  const widths = rows[0]!.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0))
  );
  return rows.map((row) =>
    row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)
    ).join("  ").trimEnd()
  ).join("\n");
}

/** The scenarios that a leg must have, and those it had. */
function scenariosOf(leg: Leg, found: Found): readonly string[] {
  const ran = [...found.keys()].filter((scenario) => !isBesideThePoint(leg, scenario));
  return [...new Set([...Object.keys(leg.least), ...ran])].sort();
}

function problemsOf(
  leg: Leg,
  scenario: string,
  checks: readonly Check[] | undefined,
): readonly string[] {
  const least = leg.least[scenario];
  if (checks === undefined) return ["did not run"];
  if (least === undefined) return ["ran unexpectedly; add it to conformance/expected.ts"];
  const bad = checks.filter((check) => !isFine(scenario, check));
  if (bad.length > 0) {
    return bad.map(({ id, status, errorMessage = "no message" }) =>
      `${status} ${id}: ${errorMessage}`
    );
  }
  const got = succeeded(checks);
  return got < least ? [`${got} checks succeeded, at least ${least} must`] : [];
}

function isFine(scenario: string, { id, status }: Check): boolean {
  if (status === "SUCCESS" || status === "INFO") return true;
  return status === "SKIPPED" &&
    SKIPPABLE.some((one) => one.scenario === scenario && one.check === id);
}

/** An empty cell says that the leg has no such scenario; a `!`, that it failed. */
function cellOf({ leg, found }: Verdict, scenario: string): string {
  const checks = found.get(scenario);
  const least = leg.least[scenario];
  if (isBesideThePoint(leg, scenario) || (checks ?? least) === undefined) return "";
  if (problemsOf(leg, scenario, checks).length === 0) return String(succeeded(checks ?? []));
  return `${succeeded(checks ?? [])}/${Math.max(least ?? 0, checks?.length ?? 0)}!`;
}

function sumOf({ leg, found }: Verdict): number {
  let sum = 0;
  for (const [scenario, checks] of found) {
    if (!isBesideThePoint(leg, scenario)) sum += succeeded(checks);
  }
  return sum;
}

function succeeded(checks: readonly Check[]): number {
  return checks.filter(({ status }) => status === "SUCCESS").length;
}
