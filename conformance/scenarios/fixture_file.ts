// What a file of `conformance/fixtures/` may say: the scenarios of one revision, or of several that
// ask for the same. Read by `fixtures/mod.ts`, which gives them revision by revision.

import type { Fixture, Scenario } from "./scenario.ts";

/** A scenario of several revisions; each may say it in a place of its own. */
export type SharedScenario = Omit<Scenario, "spec"> & {
  readonly spec: string | { readonly [revision: string]: string };
};

/** A file of fixtures. */
export type FixtureFile = Fixture | {
  readonly revisions: readonly string[];
  readonly scenarios: readonly SharedScenario[];
};

/** The scenarios of each revision, the newest revision first. */
export function byRevision(files: readonly FixtureFile[]): Fixture[] {
  const all = new Map<string, Scenario[]>();
  for (const file of files) {
    for (const revision of "revisions" in file ? file.revisions : [file.revision]) {
      const list = all.get(revision) ?? [];
      all.set(revision, list);
      for (const scenario of file.scenarios) list.push(withPlace(scenario, revision));
    }
  }
  return [...all].map(([revision, scenarios]) => ({ revision, scenarios }))
    .sort((one, other) => one.revision < other.revision ? 1 : -1);
}

function withPlace(scenario: SharedScenario, revision: string): Scenario {
  const { spec, ...rest } = scenario;
  if (typeof spec === "string") return { ...rest, spec };
  const place = spec[revision];
  if (place === undefined) {
    throw new Error(`Scenario "${scenario.id}" must say where ${revision} asks for it`);
  }
  return { ...rest, spec: place };
}
