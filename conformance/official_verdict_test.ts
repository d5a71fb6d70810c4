// What the verdict on a run of the official suite lets pass, and what it does not.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Leg, LEGS } from "./expected.ts";
import { type Check, judge, tableOf } from "./official_verdict.ts";

const LEG: Leg = {
  name: "leg",
  transport: "http",
  args: [],
  least: { "ping": 2, "tasks-status-notifications": 0 },
};
const GOOD: readonly Check[] = [check("SUCCESS"), check("SUCCESS")];
const SKIPPED: readonly Check[] = [check("SKIPPED", "tasks-status-notifications")];

Deno.test("judge() lets pass what succeeded, what is for information, and what may be skipped", () => {
  const { problems } = found({ ping: [...GOOD, check("INFO")] });
  assertEquals(problems, []);
});

for (const status of ["FAILURE", "WARNING", "SKIPPED"] as const) {
  Deno.test(`judge() complains of a ${status} beside enough successes`, () => {
    const { problems } = found({ ping: [...GOOD, check(status, "pong", "no pong came")] });
    assertEquals(problems, [`leg ping: ${status} pong: no pong came`]);
  });
}

Deno.test("judge() complains of a check that may be skipped when another scenario skips it", () => {
  assertEquals(found({ ping: [...GOOD, ...SKIPPED] }).problems.length, 1);
});

Deno.test("judge() complains of a scenario that checked too little, or nothing", () => {
  for (const checks of [[check("SUCCESS")], [check("SUCCESS"), check("INFO")], []]) {
    const got = checks.filter(({ status }) => status === "SUCCESS").length;
    assertEquals(found({ ping: checks }).problems, [
      `leg ping: ${got} checks succeeded, at least 2 must`,
    ]);
  }
});

Deno.test("judge() complains of a scenario that did not run, or that nobody knows", () => {
  assertEquals(found({ pong: GOOD }).problems, [
    "leg ping: did not run",
    "leg pong: ran unexpectedly; add it to conformance/expected.ts",
  ]);
});

Deno.test("judge() looks away from HTTP when the server is reached over stdio", () => {
  const failed = { "dns-rebinding-protection": [check("FAILURE")] };
  assertEquals(found({ ping: GOOD, ...failed }, { ...LEG, transport: "stdio" }).problems, []);
  assertEquals(found({ ping: GOOD, ...failed }).problems.length, 1);
});

Deno.test("tableOf() shows what succeeded, of how many where it failed, and sums", () => {
  const good = found({ ping: GOOD });
  const bad = found({ ping: [check("SUCCESS")], extra: GOOD }, { ...LEG, name: "other" });
  assertEquals(
    tableOf([good, bad]).split("\n").map((row) => row.split(/ {2,}/)),
    [
      ["scenario", "leg", "other"],
      ["extra", "2/2!"],
      ["ping", "2", "1/2!"],
      ["tasks-status-notifications", "0", "0"],
      ["sum", "2", "3"],
    ],
  );
});

Deno.test("tableOf() says which scenario did not run", () => {
  assertStringIncludes(tableOf([judge(LEG, new Map())]), "0/2!");
});

Deno.test("LEGS expect of each revision what the official SDK reaches", () => {
  const sums = LEGS.map(({ name, least }) =>
    [name, Object.keys(least).length, Object.values(least).reduce((a, b) => a + b)] as const
  );
  assertEquals(sums.slice(0, 5), [
    ["2025-03-26", 1, 3],
    ["2025-06-18", 27, 56],
    // One less than the SDK, which answers a list with a stream where JSON is as good.
    ["2025-11-25", 33, 83],
    ["2025-11-25 streams", 33, 84],
    // Tasks, which the SDK has not, add 42 checks to its 152 in 40 scenarios.
    ["2026-07-28", 50, 194],
  ]);
});

function found(scenarios: { readonly [name: string]: readonly Check[] }, leg = LEG) {
  return judge(leg, new Map(Object.entries({ ...scenarios, [SKIPPED[0]!.id]: SKIPPED })));
}

function check(status: Check["status"], id = "check", errorMessage?: string): Check {
  return errorMessage === undefined ? { id, status } : { id, status, errorMessage };
}
