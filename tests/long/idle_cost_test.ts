// What a server costs that is left alone, and what calls leave behind: processor time with idle
// sessions and their streams, and the live heap after many calls.

import { assert } from "@std/assert";
import { openSession, sessionHeaders } from "../../bench/calls.ts";
import { holdStream } from "../../bench/held_streams.ts";
import { cpuUs, startServer } from "../../bench/server_process.ts";
import { lacksProc, lacksProgram } from "../support/lacks.ts";
import { LONG, mib, record } from "./long_form.ts";

const SESSIONS = 100;
const IDLE_S = LONG ? 60 : 3;
/** Parts of a processor: in the short form a single tick of the clock is a third of a percent. */
const MOST_IDLE = LONG ? 0.001 : 0.02;
const CALLS = LONG ? 100_000 : 9_000;
const MOST_GROWTH = 2 * 1024 * 1024;

const root = new URL("../../", import.meta.url);
const deno = (...args: string[]) => [
  Deno.execPath(),
  "run",
  "-A",
  "--quiet",
  ...args,
];

Deno.test(`a server with ${SESSIONS} idle sessions and streams is idle itself`, async () => {
  if (lacksProc() || lacksProgram("taskset")) return;
  const server = await startServer(deno(new URL("bench/servers/lmcp.ts", root).pathname, "http"));
  const close: (() => void)[] = [];
  try {
    for (let count = 0; count < SESSIONS; count++) {
      const headers = sessionHeaders(await openSession(server.url, "stream"));
      close.push(await holdStream(server.url, { ...headers, accept: "text/event-stream" }));
    }
    // What the last requests leave to be done is not idling.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const before = cpuUs(server.pid);
    await new Promise((resolve) => setTimeout(resolve, IDLE_S * 1_000));
    const part = (cpuUs(server.pid) - before) / (IDLE_S * 1e6);
    assert(part <= MOST_IDLE, `${100 * part} % of a processor over ${IDLE_S} s`);
    await record("idle-cpu", `Processor time with ${SESSIONS} idle sessions and their streams`, {
      "seconds": IDLE_S,
      "of one processor": `${(100 * part).toFixed(3)} % (bound: ${100 * MOST_IDLE} %)`,
    });
  } finally {
    close.forEach((each) => each());
    await server.stop();
  }
});

Deno.test(`${CALLS} calls leave the live heap where it was`, async () => {
  const program = new URL("tests/support/live_heap.ts", root).pathname;
  const [file = "", ...args] = deno("--v8-flags=--expose-gc", program, String(CALLS));
  const { success, stdout, stderr } = await new Deno.Command(file, { args }).output();
  const decoder = new TextDecoder();
  assert(success, decoder.decode(stderr));
  const grown = Number(decoder.decode(stdout));
  assert(grown <= MOST_GROWTH, `it grew by ${mib(grown)}`);
  await record("live-heap", `Live heap after ${CALLS} calls`, {
    "calls": "a third each answered at once, a turn later, and by a stream",
    "grown by": `${mib(grown)} (bound: ${mib(MOST_GROWTH)})`,
  });
});
