// What the official suite must find in a client, scenario by scenario, as `expected.ts` says it of a
// server. Those of `auth/` are left out: they are about OAuth, which the client leaves to its user.
// Used by `official_client.ts`; update it with the suite's version.

import type { Leg } from "./expected.ts";

const SKILLS = {
  "sep-2640-client-no-prefetch": 1,
  "sep-2640-client-verify-digest": 1,
  "sep-2640-client-verify-frontmatter": 1,
  "sep-2640-client-verify-size": 1,
};

/** Every run of the suite against the everything client. */
export const CLIENT_LEGS: readonly Leg[] = [
  leg("2025-06-18", { "initialize": 1, "tools_call": 2 }),
  leg("2025-11-25", {
    "initialize": 1,
    "tools_call": 2,
    "elicitation-sep1034-client-defaults": 5,
    "json-schema-2020-12-preservation": 9,
    "sse-retry": 3,
  }),
  leg("2026-07-28", {
    "tools_call": 2,
    "http-custom-headers": 18,
    "http-invalid-tool-headers": 12,
    "http-standard-headers": 9,
    "json-schema-2020-12-preservation": 9,
    "json-schema-ref-no-deref": 1,
    "request-metadata": 8,
    "sep-2322-client-request-state": 5,
    ...SKILLS,
  }),
];

function leg(revision: string, least: Leg["least"]): Leg {
  return { name: `client ${revision}`, transport: "http", args: [], revision, least };
}
