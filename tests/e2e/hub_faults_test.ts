// What a caller of the hub sees of each fault, how long that takes, that the next call works, and that
// calls on the host that is well do not notice. docs/hub-faults.md is the same as a table.

import { assert, assertEquals, assertLess, assertMatch } from "@std/assert";
import { lacksSshd } from "../../src/hub/testing/sshd.ts";
import { lacks } from "../support/lacks.ts";
import { fakeClock, runFaults } from "./hub_faults.ts";

/** What must be said of each fault, and within how many milliseconds on a machine that is busy. */
const EXPECTED: { readonly [fault: string]: readonly [RegExp, number] } = {
  "refused": [/its lmcp is down: .*[Rr]efused.*asks it again at/, 10_000],
  "blackhole, from the start": [/its lmcp is down: .*within 1 s/, 10_000],
  // Its call may have arrived, so it is given the time that it asked for.
  "blackhole, just now": [/within 16 s.*was not sent again/, 30_000],
  "reset mid-answer": [/was not sent again/, 10_000],
  "401": [/401|token/, 10_000],
  "500": [/500.*was not sent again/, 10_000],
  "garbage": [/was not sent again/, 10_000],
  "slow drip": [/within 16 s/, 30_000],
  "restart during call": [/was not sent again/, 10_000],
  "clock jump of a day forth, and back": [/^fine/, 10_000],
  "ssh host key changed": [/host key.*changed|REMOTE HOST IDENTIFICATION|host key/i, 10_000],
  "ssh hangs after auth": [/3 s|too long|limit/, 12_000],
  "registry edited to nonsense": [/^fine/, 10_000],
};

Deno.test("no fault of a host keeps a caller waiting, is sent twice, or is seen by calls on others", async () => {
  if (lacksSshd() || lacks("faketime", fakeClock() !== undefined)) return;
  const { rows, before, during, registry } = await runFaults();
  assertEquals(rows.map(({ fault }) => fault).sort(), Object.keys(EXPECTED).sort());
  for (const { fault, seen, ms, next, nextMs } of rows) {
    const [says, most] = EXPECTED[fault]!;
    assertMatch(seen, says, `${fault}: ${seen}`);
    assertLess(ms, most, `${fault}: ${ms} ms until ${seen}`);
    assertMatch(next, /^fine/, `${fault}: then ${next}`);
    assertLess(nextMs, 10_000, `${fault}: then ${nextMs} ms`);
  }
  assertMatch(registry, /line \d+: ssh must be a host, not an option/);
  assert(during.length > 100, `${during.length} calls on the host that is well`);
  // Loose: this machine is busy with other things; docs/hub-faults.md has what was measured.
  assertLess(median(during), Math.max(100, 5 * median(before)));
});

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
}
