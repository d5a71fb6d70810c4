// Runs the official suite once against a server or a client, in a process of its own, and reads what
// it wrote.
// It runs in Deno from npm, so nothing has to be installed. Never believes what it prints.

import { SUITE } from "./expected.ts";
import type { Check, Found } from "./official_verdict.ts";

/** Far beyond what a run takes. One that hangs is ended, and tried once more. */
const BOUND_MS = 60_000;
/** The same for what only prints a list: Deno itself hangs at times, where others of it start. */
const LIST_MS = 10_000;
const LIST_TRIES = 4;
const HUNG = `It hung twice, for ${BOUND_MS / 1_000} s each time.\n`;

/** What a run left. */
export interface Run {
  readonly found: Found;
  /** What the suite printed, for when it left nothing. */
  readonly said: string;
}

/** Runs the suite against a server; it writes into a folder that is new. */
export async function runSuite(url: string, args: readonly string[], into: string): Promise<Run> {
  for (const dir of [`${into}/1`, `${into}/2`]) {
    const ended = await suite(["server", "--url", url, "-o", dir, ...args]);
    if (ended !== undefined) return { found: await readFound(dir), said: ended.said };
  }
  return { found: new Map(), said: HUNG };
}

/** What a run of one scenario left, and whether the suite itself was content. */
export interface ScenarioRun extends Run {
  readonly success: boolean;
}

/** Runs one scenario against a client that the suite starts; it writes into a folder that is new. */
export async function runScenario(
  scenario: string,
  args: readonly string[],
  into: string,
): Promise<ScenarioRun> {
  for (const dir of [`${into}/1`, `${into}/2`]) {
    const ended = await suite(["client", "--scenario", scenario, "-o", dir, ...args]);
    if (ended !== undefined) return { found: await readFound(dir), ...ended };
  }
  return { found: new Map(), said: HUNG, success: false };
}

/** Whether the suite can be had: from the npm cache of Deno, or the npm registry. */
export async function suiteIsThere(): Promise<boolean> {
  for (let tries = 0; tries < LIST_TRIES; tries++) {
    const ended = await suite(["list", "--server"], LIST_MS);
    if (ended !== undefined) return ended.success;
  }
  return false;
}

/** Runs the suite's program to its end; undefined when it hung. */
async function suite(
  args: readonly string[],
  boundMs = BOUND_MS,
): Promise<{ readonly success: boolean; readonly said: string } | undefined> {
  const bound = AbortSignal.timeout(boundMs);
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-config", "--no-lock", "--quiet", "-A", SUITE, ...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal: bound,
  }).output();
  if (bound.aborted) return undefined;
  const decoder = new TextDecoder();
  return { success, said: decoder.decode(stdout) + decoder.decode(stderr) };
}

/** Reads `DIR/SCENARIO-TIME/checks.json` of each scenario; a server's begin with `server-`. */
async function readFound(dir: string): Promise<Found> {
  const found = new Map<string, readonly Check[]>();
  try {
    for await (const { name } of Deno.readDir(dir)) {
      const scenario = /^(?:server-)?(.+)-\d{4}-\d\d-\d\dT[\d-]+Z$/.exec(name)?.[1];
      if (scenario === undefined) continue;
      const checks = JSON.parse(await Deno.readTextFile(`${dir}/${name}/checks.json`));
      found.set(scenario, [...found.get(scenario) ?? [], ...checks]);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error; // A run that failed at once left none.
  }
  return found;
}
