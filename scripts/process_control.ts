// deno-lint-ignore-file no-console -- it speaks to people, on stderr
// Measures how long the processes of a shell command live after each way to abort it, and writes
// docs/process-control.md. Run by `deno task process-control`, on Linux. The program itself, its
// clients and the commands are real; nothing else should run beside it.
//
//   deno task process-control [--times N]

import { parseArgs } from "@std/cli/parse-args";
import { type Shape, SHAPE_NAMES } from "../tests/support/marked_command.ts";
import {
  ABORTS,
  goesOn,
  measure,
  type Measured,
  ORPHAN_MS,
  type Row,
  ROWS,
  whyMissing,
} from "../tests/e2e/abort_cells.ts";
import { machineClass, today } from "./machine_class.ts";

const PAGE = new URL("../docs/process-control.md", import.meta.url);

type Cells = Map<Shape, readonly Measured[]>;

const { times } = parseArgs(Deno.args, { string: ["times"], default: { times: "5" } });
const count = Number(times);
if (!(count >= 1)) throw new Error(`--times must be a number from 1 on: got "${times}"`);

// The rows that take a minute wait beside each other, those that are quick have the machine alone.
const measured = new Map<Row, Cells>();
for (const row of ROWS.filter((row) => !goesOn(row))) {
  console.error(`${row.era} over ${row.over}: ${row.abort}`);
  measured.set(row, await measureEach(row));
}
console.error("what goes on for a minute");
await Promise.all(
  ROWS.filter(goesOn).map(async (row) => measured.set(row, await measureAtOnce(row))),
);
await Deno.writeTextFile(PAGE, page());
await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", PAGE.pathname] }).output();

async function measureEach(row: Row): Promise<Cells> {
  const cells: Cells = new Map();
  for (const shape of SHAPE_NAMES) {
    const all: Measured[] = [];
    for (let at = 0; at < count; at++) all.push(await measure(row, shape));
    cells.set(shape, all);
  }
  return cells;
}

async function measureAtOnce(row: Row): Promise<Cells> {
  const all = SHAPE_NAMES.map(async (shape) => [shape, [await measure(row, shape)]] as const);
  return new Map(await Promise.all(all));
}

function page(): string {
  return `# Process control

What is left of a running \`shell\` command when its call is aborted, and for how long: milliseconds
from the abort until the last process of the command is gone, as \`median / longest\` of ${count} runs.

- Written by \`deno task process-control --times ${count}\`; \`deno task e2e\` holds a part of it to bounds.
- Date: ${today()}. Machine: ${machineClass()}.
- The client, the server and the commands are real programs on one machine. The clock starts when
  the client begins to abort, and the look at the processes comes every 5 to 15 ms.
- Whatever is told to end gets SIGTERM, and SIGKILL after 2 s. So what ignores SIGTERM takes 2 s.
- At SIGTERM to the server, and at the end of its input, calls get the drain time first (\`--drain\`, 2 s
  by default). It is not counted here.

| command | what runs |
| --- | --- |
| child | the shell waits for a program |
| \`&\` | one program in the background, one in the foreground |
| setsid | a program in a session of its own, one in the foreground |
| double fork | an orphan in a session of its own, one in the foreground |
| TERM-ignoring | shell, background and foreground ignore SIGTERM |
| flooding | a program that prints as fast as it can |

${(["2025-11-25", "2026-07-28"] as const).map(eraText).join("\n")}
## Where a cell is not like the others

- **A client of 2025-11-25 over HTTP that disconnects.** That revision says that a disconnect is no
  cancellation, so the call runs on and its answer waits for the client to come back. When nobody has
  listened to the session for ${
    ORPHAN_MS / 1_000
  } s, the call is cancelled; those cells are of one run.
  A client that wants it to end at once sends \`notifications/cancelled\`, or DELETE.
- **SIGKILL to the server.** No program can tidy up after that. A command whose output nobody reads
  any more ends by itself when it prints (flooding). What else was running runs on, until an lmcp that
  offers \`shell\` is started by the same user: that one finds it by the mark in its environment, which
  names the server that started it, ends it, and says so in a line of its log. The cells give the time
  from the listening line of that next lmcp. It leaves alone what belongs to a server that lives, to
  another user, to another container, or to a background job (\`shell_bg\`), which is meant to outlive
  the server.
- **What the mark cannot find.** Leaving the process group is found out by a mark in the environment,
  in \`/proc\`. A program that clears its environment *and* leaves its process group escapes. macOS has
  no \`/proc\`: there, only the process group is ended, so \`setsid\` and a double fork with it escape, and
  nothing is cleaned up after SIGKILL.
`;
}

function eraText(era: Row["era"]): string {
  return (["HTTP", "stdio"] as const).map((over) => tableText(era, over)).join("\n");
}

function tableText(era: Row["era"], over: Row["over"]): string {
  const rows = ABORTS.map((abort) => {
    const name = over === "stdio" && abort === "disconnect" ? "disconnect (end of input)" : abort;
    const why = whyMissing({ era, over, abort });
    const cells = why === undefined ? cellsOf({ era, over, abort }) : SHAPE_NAMES.map(() => "none");
    return `| ${name}${why === undefined ? "" : `: ${why}`} | ${cells.join(" | ")} |`;
  });
  return `## ${era} over ${over}

| abort | ${SHAPE_NAMES.join(" | ")} |
| --- |${" --- |".repeat(SHAPE_NAMES.length)}
${rows.join("\n")}
`;
}

function cellsOf(row: Row): string[] {
  const [, cells] = [...measured].find(([{ era, over, abort }]) =>
    era === row.era && over === row.over && abort === row.abort
  )!;
  return SHAPE_NAMES.map((shape) => cellText(cells.get(shape)!));
}

function cellText(all: readonly Measured[]): string {
  const alone = all.map(({ ms }) => ms).filter((ms) => ms !== undefined);
  const next = all.map(({ nextStartMs }) => nextStartMs).filter((ms) => ms !== undefined);
  const texts = [
    ...(alone.length > 0 ? [summary(alone)] : []),
    ...(next.length > 0 ? [`runs on; next start: ${summary(next)}`] : []),
  ];
  return texts.join("; ");
}

function summary(all: readonly number[]): string {
  const sorted = all.map((ms) => Math.max(0, Math.round(ms))).sort((a, b) => a - b);
  return `${sorted[Math.floor((sorted.length - 1) / 2)]} / ${sorted.at(-1)}`;
}
