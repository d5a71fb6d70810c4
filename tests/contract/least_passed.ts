// How many of our own scenarios must pass in each revision on the everything server, at the least: so
// that what is skipped by mistake is noticed. Used by `tests/scenarios_test.ts`, and on each runtime
// by `conformance_suite.ts`; raise a count with the scenarios that are added.

/** By revision and transport. */
export const LEAST_PASSED = {
  "2026-07-28": { http: 229, stdio: 199 },
  "2025-11-25": { http: 143, stdio: 110 },
  "2025-06-18": { http: 137, stdio: 106 },
  "2025-03-26": { http: 134, stdio: 108 },
  "2024-11-05": { http: 81, stdio: 103 },
} as const;
