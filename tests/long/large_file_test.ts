// A page near the end of a very large file, read by its line number: the server stays small.

import { assert, assertEquals } from "@std/assert";
import { lacksProc } from "../support/lacks.ts";
import { forgetPeak, memory } from "../support/load_figures.ts";
import { startServer } from "../support/program.ts";
import { withDir } from "../support/served.ts";
import { ask, modernPost } from "../e2e/http_talk.ts";
import { LONG, mib, record } from "./long_form.ts";

const MIB = 1024 * 1024;
const BYTES = (LONG ? 2_048 : 128) * MIB;
const LINE_BYTES = 32;
const GROWTH = 32 * MIB;

Deno.test(`read_file reads the end of a file of ${BYTES / MIB} MiB in constant memory`, () =>
  withDir(async (dir) => {
    if (lacksProc()) return;
    const path = `${dir}/large`;
    await makeLines(path);
    const lines = BYTES / LINE_BYTES;
    await using server = await startServer([], { boundMs: 300_000 });
    await read(server, { path: new URL(import.meta.url).pathname });
    forgetPeak(server.pid);
    const before = memory(server.pid, "VmRSS");
    const start = performance.now();
    const facts = await read(server, { path, offset: lines - 9, limit: 5 });
    const seconds = (performance.now() - start) / 1_000;
    const grown = memory(server.pid, "VmHWM") - before;
    assertEquals([facts.first_line, facts.last_line], [lines - 9, lines - 5]);
    assertEquals(facts.text.split("\n").slice(0, 2), [lineOf(lines - 9), lineOf(lines - 8)]);
    await record("large-file", "Five lines near the end of a 2 GB file", {
      "file": `${BYTES} bytes, ${lines} lines`,
      "time of the call": `${seconds.toFixed(1)} s`,
      "peak memory of the server grew by": `${mib(grown)} (bound: ${mib(GROWTH)})`,
    });
    assert(grown < GROWTH, `the server grew by ${mib(grown)}`);
  }));

async function read({ url }: { readonly url: string }, args: Record<string, unknown>) {
  const { result } = await ask(url, modernPost("read", "read_file", args));
  return result.structuredContent;
}

function lineOf(number: number): string {
  return `line ${number} `.padEnd(LINE_BYTES - 1, ".");
}

async function makeLines(path: string): Promise<void> {
  using file = await Deno.create(path);
  const encoder = new TextEncoder();
  const chunk = MIB / LINE_BYTES;
  for (let first = 1; first <= BYTES / LINE_BYTES; first += chunk) {
    let text = "";
    for (let number = first; number < first + chunk; number++) text += lineOf(number) + "\n";
    await file.write(encoder.encode(text));
  }
}
