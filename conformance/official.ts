// deno-lint-ignore-file no-console -- it speaks to people
// Runs the official conformance suite against the everything server, or any other, in every
// revision and over both transports, and against the everything client; holds what it finds against
// `expected.ts` and `expected_client.ts`. Prints one table for each, then one line for each thing that
// is not as it must be, and exits with 1 if there is any.
//
//   deno task conformance [--url URL | --client | --server] [--runtime NAME,NAME…]
//                         [--only SCENARIO] [--keep DIR]

import { parseArgs } from "@std/cli/parse-args";
import { onRuntime, type Programs } from "./official_programs.ts";
import { type Leg, LEGS } from "./expected.ts";
import { CLIENT_LEGS } from "./expected_client.ts";
import { startHttpFixture, startStdioFixture } from "./fixture_process.ts";
import { runClientLeg } from "./official_client.ts";
import { runSuite } from "./official_run.ts";
import { judge, tableOf, type Verdict } from "./official_verdict.ts";
import { startStdioBridge } from "./stdio_bridge.ts";

const USAGE = `Runs the official conformance suite.

  --url URL         test the server at URL (default: the everything server, over HTTP and stdio)
  --server          test the server alone
  --client          test the client alone
  --runtime NAMES   what runs them, one after another: deno (default), bun, node20, node22, node24
  --only SCENARIO   only this scenario, in each run that has it
  --keep DIR        keep what the suite writes in DIR, which must not exist yet
`;

const LEGS_AT_ONCE = 4;

/** What the suite is run against. */
interface Target {
  readonly url: string;
  /** Ends it, and gives what it said that it should not have. */
  stop(): Promise<string>;
}

async function main(args: readonly string[]): Promise<number> {
  const unknown: string[] = [];
  const { url, only, keep, help, client, server, runtime } = parseArgs(args, {
    string: ["url", "only", "keep", "runtime"],
    boolean: ["help", "client", "server"],
    unknown: (arg) => {
      unknown.push(arg);
      return false;
    },
  });
  if (help) {
    console.log(USAGE);
    return 0;
  }
  if (unknown.length > 0) return refuse(`Unknown argument: got "${unknown[0]}"`);
  if (url !== undefined && !URL.canParse(url)) return refuse(`URL must be absolute: got "${url}"`);
  if (client && (server || url !== undefined)) return refuse(`--client stands alone: got more`);
  const has = ({ least }: Leg) => only === undefined || least[only] !== undefined;
  const legs = LEGS.filter((leg) =>
    !client && has(leg) && (url === undefined || leg.transport === "http")
  )
    .map((leg) => only === undefined ? leg : narrow(leg, only));
  const clientLegs = CLIENT_LEGS.filter((leg) => !server && url === undefined && has(leg))
    .map((leg) => only === undefined ? leg : narrow(leg, only));
  if (legs.length + clientLegs.length === 0) return refuse(`No run has the scenario "${only}"`);
  const dir = keep ?? await Deno.makeTempDir({ prefix: "lmcp-conformance-" });
  let code = 0;
  try {
    for (const name of (runtime ?? "deno").split(",")) {
      const programs = await onRuntime(name);
      if (typeof programs === "string") return refuse(programs);
      if (runtime !== undefined) console.log(`on ${name}`);
      const into = `${dir}/${name}`;
      const problems = await runAll(legs, clientLegs, url, programs, into)
        .finally(() => programs.remove());
      for (const problem of problems) console.log(problem);
      if (problems.length > 0) code = 1;
    }
  } finally {
    if (keep === undefined) await Deno.remove(dir, { recursive: true });
  }
  return code;
}

async function runAll(
  legs: readonly Leg[],
  clientLegs: readonly Leg[],
  url: string | undefined,
  programs: Programs,
  dir: string,
): Promise<readonly string[]> {
  return [
    ...legs.length > 0 ? await runLegs(legs, url, programs, dir) : [],
    ...clientLegs.length > 0 ? await runClientLegs(clientLegs, programs, dir) : [],
  ];
}

async function runLegs(
  legs: readonly Leg[],
  url: string | undefined,
  programs: Programs,
  dir: string,
): Promise<readonly string[]> {
  const problems: string[] = [];
  const verdicts = await someAtOnce(legs, async (leg) => {
    console.error(`${leg.name} …`);
    const target = await targetOf(leg, url, programs);
    const run = await runSuite(target.url, leg.args, `${dir}/${leg.name}`).finally(async () => {
      const said = await target.stop();
      if (said !== "") problems.push(`${leg.name}: the server said:\n${said}`);
    });
    const verdict = judge(leg, run.found);
    if (run.found.size > 0) problems.push(...verdict.problems);
    else problems.push(`${leg.name}: nothing was found; the suite said:\n${run.said}`);
    return verdict;
  });
  console.log(tableOf(verdicts));
  return problems;
}

async function runClientLegs(
  legs: readonly Leg[],
  { client }: Programs,
  dir: string,
): Promise<readonly string[]> {
  const problems: string[] = [];
  const verdicts = await someAtOnce(legs, async (leg) => {
    console.error(`${leg.name} …`);
    const run = await runClientLeg(leg, client, `${dir}/${leg.name}`);
    const verdict = judge(leg, run.found);
    problems.push(...verdict.problems, ...run.problems);
    return verdict;
  });
  console.log(`\n${tableOf(verdicts)}`);
  return problems;
}

/** The suite mostly waits: some runs at once take little more than one. */
async function someAtOnce(
  legs: readonly Leg[],
  run: (leg: Leg) => Promise<Verdict>,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const waiting = [...legs.entries()];
  await Promise.all(Array.from({ length: LEGS_AT_ONCE }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      verdicts[next[0]] = await run(next[1]);
    }
  }));
  return verdicts;
}

async function targetOf(
  leg: Leg,
  url: string | undefined,
  { server }: Programs,
): Promise<Target> {
  if (url !== undefined) return { url, stop: () => Promise.resolve("") };
  return leg.transport === "http"
    ? await startHttpFixture(leg.streams, server)
    : startStdioBridge(() => startStdioFixture(server));
}

/** A leg that runs one scenario alone. Extensions belong to no revision, and have to be forced. */
function narrow(leg: Leg, scenario: string): Leg {
  const revision = leg.revision === undefined ? [] : ["--spec-version", leg.revision, "--force"];
  return {
    ...leg,
    args: ["--scenario", scenario, ...revision],
    least: { [scenario]: leg.least[scenario] ?? 0 },
  };
}

function refuse(why: string): number {
  console.error(`${why}\n\n${USAGE}`);
  return 2;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
