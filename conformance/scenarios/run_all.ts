// Runs all scenarios that apply to a server and tells what became of each. Called by the command
// `conformance` and by the tests; prints nothing itself.

import type { Runtime } from "../../src/runtime/runtime.ts";
import { openHttpWire } from "./http_wire.ts";
import { runScenario, type Verdict } from "./run_scenario.ts";
import { type Fixture, hasSessions, type JsonMap, type Scenario, type Step } from "./scenario.ts";
import { openStdioWire } from "./stdio_wire.ts";
import type { Wire } from "./wire.ts";

/** The server under test. */
export type Target =
  | {
    readonly kind: "http";
    readonly url: string;
    readonly headers: { readonly [name: string]: string };
  }
  | { readonly kind: "stdio"; readonly runtime: Runtime; readonly command: readonly string[] };

/** What became of a scenario, or why it was not run. */
export interface Result {
  readonly revision: string;
  readonly scenario: Scenario;
  readonly verdict: Verdict;
  /** Whether the server speaks the revision at all. */
  readonly spoken: boolean;
  readonly ms: number;
}

/** Which scenarios are run. */
export interface Choice {
  readonly revisions?: readonly string[];
  /** Texts that an id must contain one of. */
  readonly only?: readonly string[];
}

/** Scenarios that run at once where each has a server of its own: starting one is mostly waiting. */
const LANES = 4;

/** Runs the scenarios of all fixtures; gives each result in their order, as soon as it is known. */
export async function* runAll(
  target: Target,
  fixtures: readonly Fixture[],
  choice: Choice = {},
): AsyncGenerator<Result> {
  for (const { revision, scenarios } of fixtures) {
    if (choice.revisions !== undefined && !choice.revisions.includes(revision)) continue;
    const chosen = scenarios.filter(({ id }) =>
      choice.only?.some((part) => id.includes(part)) ?? true
    );
    if (chosen.length === 0) continue;
    const known = await look(target, revision);
    const tasks = chosen.map((scenario) => () => runOne(target, revision, scenario, known));
    yield* inLanes(tasks, target.kind === "stdio" ? LANES : 1);
  }
}

async function runOne(
  target: Target,
  revision: string,
  scenario: Scenario,
  known: Known | undefined,
): Promise<Result> {
  const started = performance.now();
  const why = known === undefined
    ? `the server does not speak ${revision}`
    : reasonToSkip(scenario, target, known);
  const verdict = why === undefined
    ? await runScenario(scenario, revision, open(target))
    : { kind: "skipped" as const, why };
  const ms = performance.now() - started;
  return { revision, scenario, verdict, spoken: known !== undefined, ms };
}

/** Runs tasks, some at once, and gives what they give in their order. */
async function* inLanes<T>(tasks: readonly (() => Promise<T>)[], lanes: number): AsyncGenerator<T> {
  const running: Promise<T>[] = [];
  for (const task of tasks) {
    running.push(task());
    if (running.length >= lanes) yield await running.shift()!;
  }
  for (const last of running) yield await last;
}

/** What the server says it has. */
interface Known {
  readonly tools: ReadonlySet<string>;
  readonly capabilities: ReadonlySet<string>;
}

function reasonToSkip(scenario: Scenario, target: Target, known: Known): string | undefined {
  if (scenario.transports !== undefined && !scenario.transports.includes(target.kind)) {
    return `for ${scenario.transports.join(" and ")} only`;
  }
  const lacking = scenario.needs?.filter((name) => !known.capabilities.has(name)) ?? [];
  if (lacking.length > 0) return `the server does not declare ${lacking.join(", ")}`;
  const missing = scenario.tools?.filter((name) => !known.tools.has(name)) ?? [];
  return missing.length === 0 ? undefined : `the server has no tool ${missing.join(", ")}`;
}

function open(target: Target): Wire {
  return target.kind === "http"
    ? openHttpWire(target.url, target.headers)
    : openStdioWire(target.runtime, target.command);
}

/** What the server has; undefined when it does not speak the revision. */
async function look(target: Target, revision: string): Promise<Known | undefined> {
  const tools = new Set<string>();
  const capabilities = new Set<string>();
  let cursor: string | undefined;
  const see = ({ result }: { readonly result?: JsonMap }) => {
    for (const name of Object.keys(result?.capabilities ?? {})) capabilities.add(name);
    if (!Array.isArray(result?.tools)) return;
    for (const tool of result.tools as readonly JsonMap[]) tools.add(String(tool.name));
    cursor = typeof result.nextCursor === "string" ? result.nextCursor : undefined;
  };
  // A session has said what it can when it is opened; else it must be asked.
  const discovered = await ask(
    target,
    revision,
    hasSessions(revision) ? [] : ["server/discover"],
    see,
  );
  if (!discovered) return undefined;
  while (capabilities.has("tools")) {
    const params: JsonMap = cursor === undefined ? {} : { cursor };
    cursor = undefined;
    await ask(target, revision, ["tools/list"], see, params);
    if (cursor === undefined) break;
  }
  return { tools, capabilities };
}

/** Whether the server answers each method with a result; shows all that comes. */
async function ask(
  target: Target,
  revision: string,
  methods: readonly string[],
  see: (message: JsonMap) => void,
  params: JsonMap = {},
): Promise<boolean> {
  const steps = methods.flatMap((method): Step[] => [
    { do: "send", message: { method, params }, as: method },
    { do: "expect", of: method, message: { result: {} }, withinMs: 10_000 },
  ]);
  const look = { id: "look", title: "", spec: "", says: "", level: "MUST", steps } as const;
  const verdict = await runScenario(look, revision, observed(open(target), see));
  return verdict.kind === "passed";
}

/** A wire that shows every message before it is closed. */
function observed(wire: Wire, see: (message: JsonMap) => void): Wire {
  const sent: { readonly messages: readonly JsonMap[] }[] = [];
  return {
    ...wire,
    send(pieces, options) {
      const exchange = wire.send(pieces, options);
      sent.push(exchange);
      return exchange;
    },
    close() {
      for (const { messages } of sent) messages.forEach(see);
      return wire.close();
    },
  };
}
