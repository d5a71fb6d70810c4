// What the official suite must find in a server, scenario by scenario. The suite counts a scenario
// as good that checked nothing at all, so each has the number of checks that must succeed here: what
// the official SDK reaches. Used by `official_verdict.ts`; update it with the suite's version.

/** The version of the suite that the counts belong to. */
export const SUITE = "npm:@modelcontextprotocol/conformance@0.2.0-alpha.12";

/** How many checks of a scenario must succeed, at the least. */
export type Counts = { readonly [scenario: string]: number };

/** One run of the suite. */
export interface Leg {
  readonly name: string;
  /** How the suite reaches the server; over stdio by the bridge. */
  readonly transport: "http" | "stdio";
  /** The arguments that choose the scenarios and the revision they speak. */
  readonly args: readonly string[];
  /** The argument that chooses the revision when the scenarios are chosen by name. */
  readonly revision?: string;
  /** Whether the server answers with streams where it could with plain JSON. */
  readonly streams?: true;
  readonly least: Counts;
}

/** A check that may be skipped, and why. */
export interface Skippable {
  readonly scenario: string;
  readonly check: string;
  readonly reason: string;
}

/** What may be skipped. Nothing else may. */
export const SKIPPABLE: readonly Skippable[] = [
  {
    scenario: "tasks-status-notifications",
    check: "tasks-status-notifications",
    reason: "the suite has not written this scenario yet and always skips it",
  },
  {
    scenario: "http-standard-headers",
    check: "sep-2243-client-includes-standard-headers",
    reason: "two of its checks are for initialize, which a client of this revision does not send",
  },
];

/** Scenarios about HTTP itself, which say nothing of a server on its standard streams. */
const ABOUT_HTTP = [
  "server-session-lifecycle",
  "server-sse-polling",
  "server-sse-multiple-streams",
  "server-stateless",
  "dns-rebinding-protection",
  "http-header-validation",
  "http-custom-header-server-validation",
  "tasks-request-headers",
];

const IN_EVERY_REVISION = counts(2, [
  "completion-complete",
  "prompts-get-embedded-resource",
  "prompts-get-simple",
  "prompts-get-with-args",
  "prompts-get-with-image",
  "prompts-list",
  "resources-list",
  "resources-read-binary",
  "resources-read-text",
  "resources-templates-read",
  "tools-call-audio",
  "tools-call-embedded-resource",
  "tools-call-error",
  "tools-call-image",
  "tools-call-mixed-content",
  "tools-call-simple-text",
  "tools-call-with-progress",
]);

const OF_2025_06_18: Counts = {
  ...IN_EVERY_REVISION,
  ...counts(2, [
    "logging-set-level",
    "ping",
    "resources-subscribe",
    "resources-unsubscribe",
    "tools-call-elicitation",
    "tools-call-sampling",
    "tools-call-with-logging",
    "tools-list",
  ]),
  "server-initialize": 3,
  "server-session-lifecycle": 3,
};

const OF_2025_11_25: Counts = {
  ...OF_2025_06_18,
  "dns-rebinding-protection": 2,
  "elicitation-sep1034-defaults": 6,
  "elicitation-sep1330-enums": 6,
  "json-schema-2020-12": 8,
  // Answering a list with plain JSON is as good as with a stream: one check of two is then for
  // information only. The run "2025-11-25 streams" has both.
  "server-sse-multiple-streams": 1,
  "server-sse-polling": 3,
  "tools-list": 3,
};

const OF_2026_07_28: Counts = {
  ...IN_EVERY_REVISION,
  ...counts(2, [
    "dns-rebinding-protection",
    "input-required-result-capability-check",
    "input-required-result-ignore-extra-params",
    "input-required-result-missing-input-response",
    "input-required-result-result-type",
    "input-required-result-tampered-state",
    "input-required-result-unsupported-methods",
  ]),
  ...counts(3, [
    "input-required-result-basic-elicitation",
    "input-required-result-basic-list-roots",
    "input-required-result-basic-sampling",
    "input-required-result-multiple-input-requests",
    "input-required-result-non-tool-request",
    "input-required-result-request-state",
    "input-required-result-validate-input",
  ]),
  "caching": 8,
  "http-custom-header-server-validation": 10,
  "http-header-validation": 14,
  "input-required-result-multi-round": 4,
  "json-schema-2020-12": 8,
  "sep-2164-resource-not-found": 4,
  "server-sse-multiple-streams": 1,
  "server-stateless": 30,
  "tools-list": 4,
};

const OF_TASKS: Counts = {
  "tasks-capability-negotiation": 5,
  "tasks-dispatch-and-envelope": 9,
  "tasks-lifecycle": 9,
  "tasks-mrtr-composition": 2,
  "tasks-mrtr-input": 4,
  "tasks-request-headers": 5,
  "tasks-request-state-removal": 2,
  "tasks-required-task-error": 2,
  "tasks-status-notifications": 0,
  "tasks-wire-fields": 4,
};

const OF_SKILLS: Counts = {
  "sep-2640-skills-directory": 7,
  "sep-2640-skills-enumeration": 32,
  "sep-2640-skills-manifest": 6,
};

/** The runs, each with what it must find. */
export const LEGS: readonly Leg[] = [
  {
    name: "2025-03-26",
    transport: "http",
    args: ["--suite", "all", "--spec-version", "2025-03-26"],
    revision: "2025-03-26",
    least: { "server-session-lifecycle": 3 },
  },
  {
    name: "2025-06-18",
    transport: "http",
    args: ["--suite", "all", "--spec-version", "2025-06-18"],
    revision: "2025-06-18",
    least: OF_2025_06_18,
  },
  {
    name: "2025-11-25",
    transport: "http",
    args: ["--requirements", "2025-11-25"],
    revision: "2025-11-25",
    least: OF_2025_11_25,
  },
  {
    name: "2025-11-25 streams",
    transport: "http",
    args: ["--requirements", "2025-11-25"],
    revision: "2025-11-25",
    streams: true,
    least: { ...OF_2025_11_25, "server-sse-multiple-streams": 2 },
  },
  {
    name: "2026-07-28",
    transport: "http",
    args: ["--requirements", "2026-07-28"],
    revision: "2026-07-28",
    least: { ...OF_2026_07_28, ...OF_TASKS },
  },
  {
    // Every scenario there is, once: at its newest revision before the rounds, else at the newest.
    name: "all",
    transport: "http",
    args: ["--suite", "all"],
    least: { ...OF_2026_07_28, ...OF_TASKS, ...OF_SKILLS, ...OF_2025_11_25 },
  },
  {
    name: "stdio 2025-11-25",
    transport: "stdio",
    args: ["--requirements", "2025-11-25"],
    revision: "2025-11-25",
    least: without(OF_2025_11_25, ABOUT_HTTP),
  },
  {
    name: "stdio 2026-07-28",
    transport: "stdio",
    args: ["--requirements", "2026-07-28"],
    revision: "2026-07-28",
    least: without({ ...OF_2026_07_28, ...OF_TASKS }, ABOUT_HTTP),
  },
];

/** Whether a scenario says nothing about a server that is reached in this way. */
export function isBesideThePoint(leg: Leg, scenario: string): boolean {
  return leg.transport === "stdio" && ABOUT_HTTP.includes(scenario);
}

function counts(least: number, scenarios: readonly string[]): Counts {
  return Object.fromEntries(scenarios.map((scenario) => [scenario, least]));
}

function without(counts: Counts, scenarios: readonly string[]): Counts {
  return Object.fromEntries(
    Object.entries(counts).filter(([scenario]) => !scenarios.includes(scenario)),
  );
}
