// Runs the official suite's client scenarios against the everything client: one process of the suite
// for each, as it checks the schema of every message only then. Called by `official.ts`.

import type { Leg } from "./expected.ts";
import { runScenario } from "./official_run.ts";
import type { Check, Found } from "./official_verdict.ts";

/** What the scenarios of a leg left. */
export interface ClientRun {
  readonly found: Found;
  /** What was said where the client itself did not end well. */
  readonly problems: readonly string[];
}

/** Runs the scenarios of a leg one after another; the suite writes into a folder that is new. */
export async function runClientLeg(leg: Leg, into: string): Promise<ClientRun> {
  const found = new Map<string, readonly Check[]>();
  const problems: string[] = [];
  for (const scenario of Object.keys(leg.least)) {
    // Extensions belong to no revision, and have to be forced.
    const args = ["--command", command(), "--spec-version", leg.revision ?? "", "--force"];
    const run = await runScenario(scenario, args, `${into}/${scenario}`);
    for (const [name, checks] of run.found) found.set(name, checks);
    if (!run.success) problems.push(`${leg.name} ${scenario}: the suite said:\n${run.said}`);
  }
  return { found, problems };
}

/** What starts the client, for a shell; the suite adds the URL. */
function command(): string {
  const quoted = (url: string) => `'${new URL(url, import.meta.url).pathname}'`;
  return `'${Deno.execPath()}' run -A --quiet --no-lock --config ${quoted("../deno.json")} ${
    quoted("everything_client.ts")
  }`;
}
