// The short form of the measurement behind docs/process-control.md: what leaves the process group of
// a command is gone in time, by a way to abort of each kind. `deno task process-control` has it whole.

import { assert } from "@std/assert";
import { lacksProc } from "../support/lacks.ts";
import type { Shape } from "../support/marked_command.ts";
import { measure, type Row } from "./abort_cells.ts";

/** Milliseconds; far beyond the table, for machines that are busy. */
const GONE_MS = 1_000;
const KILLED_MS = 3_500;

const CELLS: readonly (readonly [Row, Shape])[] = [
  [{ era: "2026-07-28", over: "HTTP", abort: "disconnect" }, "setsid"],
  [{ era: "2026-07-28", over: "HTTP", abort: "TCP reset" }, "double fork"],
  [{ era: "2026-07-28", over: "HTTP", abort: "timeout" }, "flooding"],
  [{ era: "2026-07-28", over: "stdio", abort: "cancel notification" }, "flooding"],
  [{ era: "2025-11-25", over: "HTTP", abort: "cancel notification" }, "double fork"],
  [{ era: "2025-11-25", over: "stdio", abort: "disconnect" }, "setsid"],
  [{ era: "2025-11-25", over: "HTTP", abort: "server SIGTERM" }, "double fork"],
  [{ era: "2025-11-25", over: "HTTP", abort: "server SIGKILL" }, "TERM-ignoring"],
  [{ era: "2026-07-28", over: "stdio", abort: "server SIGKILL" }, "setsid"],
  [{ era: "2026-07-28", over: "stdio", abort: "server SIGKILL" }, "flooding"],
];

for (const [row, shape] of CELLS) {
  const { era, over, abort } = row;
  Deno.test(`shell with ${shape} leaves nothing after ${abort} over ${over}, ${era}`, async () => {
    if (lacksProc()) return;
    const { ms, nextStartMs } = await measure(row, shape);
    const took = ms ?? nextStartMs;
    assert(took !== undefined);
    assert(took < (shape === "TERM-ignoring" ? KILLED_MS : GONE_MS), `${took} ms`);
  });
}
