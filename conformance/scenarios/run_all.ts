// Runs all scenarios that apply to a server and tells what became of each. Called by the command
// `conformance` and by the tests; prints nothing itself.

import type { Runtime } from "../../src/runtime/runtime.ts";
import { openHttpWire } from "./http_wire.ts";
import { runScenario, type Verdict } from "./run_scenario.ts";
import type { Fixture, JsonMap, Scenario } from "./scenario.ts";
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
  readonly verdict: Verdict | { readonly kind: "skipped"; readonly why: string };
  readonly ms: number;
}

/** Which scenarios are run. */
export interface Choice {
  readonly revisions?: readonly string[];
  /** Texts that an id must contain one of. */
  readonly only?: readonly string[];
}

/** Runs the scenarios of all fixtures, one after another; gives each result as it is known. */
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
    for (const scenario of chosen) {
      const started = performance.now();
      const why = known === undefined
        ? `the server does not speak ${revision}`
        : reasonToSkip(scenario, target, known);
      const verdict = why === undefined
        ? await runScenario(scenario, revision, open(target))
        : { kind: "skipped" as const, why };
      yield { revision, scenario, verdict, ms: performance.now() - started };
    }
  }
}

function reasonToSkip(
  scenario: Scenario,
  target: Target,
  tools: ReadonlySet<string>,
): string | undefined {
  if (scenario.transports !== undefined && !scenario.transports.includes(target.kind)) {
    return `for ${scenario.transports.join(" and ")} only`;
  }
  const missing = scenario.tools?.filter((name) => !tools.has(name)) ?? [];
  return missing.length === 0 ? undefined : `the server has no tool ${missing.join(", ")}`;
}

function open(target: Target): Wire {
  return target.kind === "http"
    ? openHttpWire(target.url, target.headers)
    : openStdioWire(target.runtime, target.command);
}

/** The tools of the server; undefined when it does not speak the revision. */
async function look(target: Target, revision: string): Promise<ReadonlySet<string> | undefined> {
  const tools = new Set<string>();
  let cursor: string | undefined;
  do {
    const params: JsonMap = cursor === undefined ? {} : { cursor };
    const page = await ask(target, revision, params);
    if (page === undefined) return undefined;
    for (const tool of page.tools) tools.add(tool);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return tools;
}

async function ask(
  target: Target,
  revision: string,
  params: JsonMap,
): Promise<{ readonly tools: readonly string[]; readonly cursor: string | undefined } | undefined> {
  const listing: { tools: string[]; cursor: string | undefined } = { tools: [], cursor: undefined };
  const verdict = await runScenario(
    {
      id: "look",
      title: "",
      spec: "",
      says: "",
      level: "MUST",
      steps: [
        { do: "send", message: { method: "tools/list", params }, as: "list" },
        { do: "expect", of: "list", message: { result: {} }, withinMs: 10_000 },
      ],
    },
    revision,
    observed(open(target), (message) => {
      const result = message.result as JsonMap | undefined;
      if (!Array.isArray(result?.tools)) return;
      for (const tool of result.tools as readonly JsonMap[]) listing.tools.push(String(tool.name));
      if (typeof result.nextCursor === "string") listing.cursor = result.nextCursor;
    }),
  );
  return verdict.kind === "passed" ? listing : undefined;
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
