// How `lmcp conformance` says what it found: a block for each scenario that did not hold, a table for
// each revision, the reasons why others were left out. Text only; prints nothing itself.

import type { Result } from "../conformance/scenarios/run_all.ts";

const SPEC = "https://modelcontextprotocol.io/specification";

/** What became of a scenario, for the table. */
export type Outcome = "passed" | "failed" | "noted" | "skipped";

/** What became of a scenario. What only this project promises fails no server that did not. */
export function outcomeOf({ scenario, verdict }: Result, strict: boolean): Outcome {
  if (verdict.kind !== "failed") return verdict.kind;
  return scenario.level === "project" && !strict ? "noted" : "failed";
}

/** Where the specification asks for it. */
export function placeOf({ revision, scenario }: Result): string {
  return `${SPEC}/${revision}/${scenario.spec.replace("index#", "#").replace("/#", "#")}`;
}

/** A scenario that did not hold: what was asked, where, what was sent and what came. */
export function failureText(result: Result, outcome: Outcome): string {
  const { revision, scenario, verdict } = result;
  if (verdict.kind !== "failed") return "";
  const word = outcome === "noted" ? "note  " : "FAILED";
  const level = scenario.level === "project" ? "lmcp's own promise" : scenario.level;
  const head = `${word} ${revision} ${scenario.id}: ${scenario.says} (${level}, ${
    placeOf(result)
  }): ${verdict.why}\n`;
  if (outcome === "noted") return head;
  const list = (name: string, lines: readonly string[]) =>
    lines.map((line) => `       ${name} ${line}\n`).join("");
  return head + list("sent", verdict.sent) + list("came", verdict.came);
}

/** The table of the revisions, and why scenarios were left out. */
export function tableText(results: readonly Result[], strict: boolean): string {
  const rows = [["revision", "passed", "failed", "noted", "skipped"]];
  for (const [revision, counts] of countsOf(results, strict)) {
    rows.push([revision, ...Object.values(counts).map(String)]);
  }
  const lines = rows.map((row) =>
    row.map((cell, at) => at === 0 ? cell.padEnd(12) : cell.padStart(9)).join("")
  );
  const reasons = [...reasonsOf(results)].sort(([, one], [, other]) => other - one)
    .map(([why, count]) => `skipped ${count}: ${why}`);
  return `${[...lines, ...(reasons.length > 0 ? ["", ...reasons] : [])].join("\n")}\n`;
}

/** All of it, for programs. */
export function reportJson(results: readonly Result[], strict: boolean): string {
  const scenarios = results.map((result) => {
    const { revision, scenario, verdict, ms } = result;
    return {
      revision,
      id: scenario.id,
      level: scenario.level,
      spec: placeOf(result),
      outcome: outcomeOf(result, strict),
      ...(verdict.kind === "passed" ? {} : { why: verdict.why }),
      ...(verdict.kind === "failed" ? { sent: verdict.sent, came: verdict.came } : {}),
      ms: Math.round(ms),
    };
  });
  return `${
    JSON.stringify({ revisions: Object.fromEntries(countsOf(results, strict)), scenarios })
  }\n`;
}

function countsOf(
  results: readonly Result[],
  strict: boolean,
): Map<string, { [outcome in Outcome]: number }> {
  const counts = new Map<string, { [outcome in Outcome]: number }>();
  for (const result of results) {
    const own = counts.get(result.revision) ?? { passed: 0, failed: 0, noted: 0, skipped: 0 };
    own[outcomeOf(result, strict)]++;
    counts.set(result.revision, own);
  }
  return counts;
}

function reasonsOf(results: readonly Result[]): Map<string, number> {
  const reasons = new Map<string, number>();
  for (const { verdict } of results) {
    if (verdict.kind === "skipped") reasons.set(verdict.why, (reasons.get(verdict.why) ?? 0) + 1);
  }
  return reasons;
}
