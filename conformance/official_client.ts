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

/** What runs the client on the runtime that runs this. */
export const DENO_CLIENT: readonly string[] = [
  ...[Deno.execPath(), "run", "-A", "--quiet", "--no-lock", "--config"],
  ...["../deno.json", "everything_client.ts"].map((url) => new URL(url, import.meta.url).pathname),
];

/**
 * Runs the scenarios of a leg one after another; `client` is what runs the client. The suite writes
 * into a folder that is new.
 */
export async function runClientLeg(
  leg: Leg,
  client: readonly string[],
  into: string,
): Promise<ClientRun> {
  const found = new Map<string, readonly Check[]>();
  const problems: string[] = [];
  for (const scenario of Object.keys(leg.least)) {
    // Extensions belong to no revision, and have to be forced.
    const args = ["--command", quoted(client), "--spec-version", leg.revision ?? "", "--force"];
    const run = await runScenario(scenario, args, `${into}/${scenario}`);
    for (const [name, checks] of run.found) found.set(name, checks);
    if (!run.success) problems.push(`${leg.name} ${scenario}: the suite said:\n${run.said}`);
  }
  return { found, problems };
}

/** A command as a shell reads it; the suite adds the URL. */
function quoted(command: readonly string[]): string {
  return command.map((word) => `'${word}'`).join(" ");
}
