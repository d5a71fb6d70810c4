// The tables of `compare_conformance.ts`: counts, and the scenarios in which two servers differ. Text only.

import type { Result } from "../conformance/scenarios/run_all.ts";

/** What a server did in each scenario, over each transport. */
export interface Side {
  readonly name: string;
  readonly http: readonly Result[];
  readonly stdio: readonly Result[];
}

const TRANSPORTS = ["http", "stdio"] as const;
const WORDS = ["passed", "failed", "noted", "skipped"] as const;

/** How many scenarios passed, by server, revision and transport. */
export function sumsTable(sides: readonly Side[]): string {
  const rows: string[] = [
    `| server | transport | revision | ${WORDS.join(" | ")} |`,
    "| --- | --- | --- | ---: | ---: | ---: | ---: |",
  ];
  for (const side of sides) {
    for (const transport of TRANSPORTS) {
      for (const revision of new Set(side[transport].map((result) => result.revision))) {
        const own = side[transport].filter((result) => result.revision === revision);
        const counts = WORDS.map((word) => own.filter((result) => wordOf(result) === word).length);
        rows.push(`| ${side.name} | ${transport} | ${revision} | ${counts.join(" | ")} |`);
      }
    }
  }
  return `${rows.join("\n")}\n`;
}

/** A row for each scenario that one passes and the other does not, with where that is so. */
export function differencesTable(one: Side, other: Side): string {
  const rows = new Map<string, { where: string[]; cells: string[] }>();
  for (const transport of TRANSPORTS) {
    for (const [at, result] of one[transport].entries()) {
      const against = other[transport][at];
      if (against === undefined) continue;
      const words = [wordOf(result), wordOf(against)];
      if (words.includes("skipped") || words[0] === words[1]) continue;
      const { scenario, revision } = result;
      const key = `${scenario.id} ${words.join()}`;
      const row = rows.get(key) ?? { where: [], cells: cellsOf(result, against, one, other) };
      row.where.push(`${revision} ${transport}`);
      rows.set(key, row);
    }
  }
  const list = [...rows.values()].map(({ where, cells: [id, ...rest] }) =>
    `| ${id} | ${whereText(where)} | ${rest.join(" | ")} |`
  );
  const head =
    `| scenario | where | ${one.name} | ${other.name} | what came | what decides |\n| --- | --- | --- | --- | --- | --- |`;
  return `${[head, ...list].join("\n")}\n`;
}

function cellsOf(result: Result, against: Result, one: Side, other: Side): string[] {
  const { scenario, revision } = result;
  const why = [[one, result], [other, against]] as const;
  const came = why.flatMap(([side, { verdict }]) =>
    verdict.kind === "failed" ? [`${side.name}: ${verdict.why}`] : []
  );
  const place = `https://modelcontextprotocol.io/specification/${revision}/${scenario.spec}`;
  const decides = scenario.level === "project"
    ? `lmcp's own promise, near [${scenario.spec}](${place})`
    : `${scenario.level}, [${scenario.spec}](${place})`;
  return [
    scenario.id,
    wordOf(result),
    wordOf(against),
    cell(came.join("; ")),
    `${cell(scenario.says)} (${decides})`,
  ];
}

/** The places, revision by revision: `2025-11-25 (http, stdio)`. */
function whereText(where: readonly string[]): string {
  const all = new Map<string, string[]>();
  for (const place of where) {
    const [revision = "", transport = ""] = place.split(" ");
    all.set(revision, [...all.get(revision) ?? [], transport]);
  }
  return [...all].map(([revision, list]) => `${revision} (${list.join(", ")})`).join("<br>");
}

function wordOf({ scenario, verdict }: Result): typeof WORDS[number] {
  if (verdict.kind !== "failed") return verdict.kind;
  return scenario.level === "project" ? "noted" : "failed";
}

/** Text as it can stand in a cell of a table. */
function cell(text: string): string {
  const short = text.length > 200 ? `${text.slice(0, 197)}...` : text;
  return short.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
