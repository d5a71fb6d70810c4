// A command that prints a great deal: the server stays small and quick, and the log has all of it, or
// as much as it says.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { lacksProc } from "../support/lacks.ts";
import { at, forgetPeak, memory, pings } from "../support/load_figures.ts";
import { startServer } from "../support/program.ts";
import { ask, modernPost } from "../e2e/http_talk.ts";
import { LONG, mib, ms, record } from "./long_form.ts";

const MIB = 1024 * 1024;
const LOG_BYTES = 64 * MIB;
const BYTES = LONG ? 1_000_000_000 : 60_000_000;
/** Thousands of calls a second make garbage of their own, which is not what is measured here. */
const PING_MS = 20;
const COMMAND = `seq 100000000000 999999999999 | head -c ${BYTES}`;

Deno.test(`shell stays small and quick while a command prints ${BYTES} bytes`, async () => {
  if (lacksProc()) return;
  await using server = await startServer([], { boundMs: 300_000 });
  // Warm: the first calls of a program load and compile.
  const warm = "seq 100000000000 999999999999 | head -c 20000000";
  await ask(server.url, modernPost("warm", "shell", { command: warm }));
  await pings(server.url, 300);
  forgetPeak(server.pid);
  const before = memory(server.pid, "VmRSS");
  let flooding = true;
  const start = performance.now();
  const flood = ask(server.url, modernPost("flood", "shell", { command: COMMAND }))
    .finally(() => flooding = false);
  const took = await pings(server.url, Infinity, () => flooding, PING_MS);
  const { result } = await flood;
  const seconds = (performance.now() - start) / 1_000;
  const grown = memory(server.pid, "VmHWM") - before;

  const { structuredContent: facts, content: [{ text }] } = result;
  assertEquals([facts.truncated, facts.exit_code], [true, 0]);
  const log = await Deno.readFile(facts.log_path);
  const kept = log.subarray(0, Math.min(BYTES, LOG_BYTES));
  checkLines(kept);
  const end = new TextDecoder().decode(log.subarray(kept.length));
  if (BYTES > LOG_BYTES) {
    assertMatch(text, /the first 64 MiB of the output are in /);
    assertMatch(end, /^\n\[log ends here: no more than 64 MiB of a call is kept\]\n$/);
  } else assertEquals([kept.length, end], [BYTES, ""]);
  await record("output-flood", "A command that prints 1 GB", {
    "printed": `${BYTES} bytes in ${seconds.toFixed(1)} s`,
    "peak memory of the server grew by": `${mib(grown)} (bound: 32 MiB)`,
    [`\`ping\` meanwhile, one each ${PING_MS} ms: median`]: ms(at(took, 0.5)),
    "`ping` meanwhile, p99": `${ms(at(took, 0.99))} (bound: 50 ms)`,
    "`ping` meanwhile, longest": `${ms(at(took, 1))} of ${took.length}`,
    "log": `${kept.length} bytes, without a gap; it and the answer say that this is the bound`,
  });
  assert(grown < 32 * MIB, `the server grew by ${mib(grown)}`);
  assert(at(took, 0.99) < 50, `p99 of ping: ${ms(at(took, 0.99))}`);
});

/** Looks at each line of `seq`: 12 digits and a newline, each one more than the last. */
function checkLines(log: Uint8Array): void {
  const line = new Uint8Array(13);
  for (let at = 0, number = 100_000_000_000; at < log.length; at += 13, number++) {
    if (number % 1_000 === 0 || at === 0) new TextEncoder().encodeInto(`${number}\n`, line);
    else {
      for (
        let digit = 11, rest = number % 1_000;
        digit > 8;
        digit--, rest = Math.floor(rest / 10)
      ) {
        line[digit] = 48 + rest % 10;
      }
    }
    for (let i = 0; i < 13 && at + i < log.length; i++) {
      if (log[at + i] !== line[i]) throw new Error(`The log is not what was printed, at ${at + i}`);
    }
  }
}
