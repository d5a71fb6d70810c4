// deno-lint-ignore-file no-console -- it speaks to people
// Runs every scenario against the everything server and against the same server made with the official
// SDK, and writes down where they differ. Downloads the SDK; no test runs it.
//
//   deno task conformance:compare

import { machineClass, today } from "./machine_class.ts";
import { openRuntime } from "../src/runtime/open_runtime.ts";
import { differencesTable, type Side, sumsTable } from "./compare_tables.ts";
import { FIXTURES } from "../conformance/fixtures/mod.ts";
import { type Result, runAll, type Target } from "../conformance/scenarios/run_all.ts";

const REPORT = new URL("../docs/results/conformance.md", import.meta.url);

/** A server over HTTP, as a process. */
interface Served {
  readonly url: string;
  stop(): Promise<void>;
}

async function serve(file: string): Promise<Served> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...commandOf(file), "--port", "0"],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const lines = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  let url: string | undefined;
  while (url === undefined) {
    const { done, value } = await lines.read();
    if (done) throw new Error(`${file} ended without listening; it said:\n${said}`);
    said += value;
    url = /listening on (\S+)\n/.exec(said)?.[1];
  }
  const drained = (async () => {
    while (!(await lines.read()).done);
  })();
  return {
    url,
    async stop() {
      child.kill("SIGKILL");
      await child.status;
      await drained;
    },
  };
}

function commandOf(file: string): string[] {
  const path = new URL(`../conformance/${file}`, import.meta.url).pathname;
  return ["run", "-A", "--quiet", "--no-lock", path];
}

async function run(target: Target): Promise<Result[]> {
  const results: Result[] = [];
  for await (const result of runAll(target, FIXTURES)) results.push(result);
  return results;
}

async function runSide(name: string, file: string): Promise<Side> {
  const served = await serve(file);
  try {
    const runtime = await openRuntime();
    const command = [Deno.execPath(), ...commandOf(file), "--stdio"];
    const http = await run({ kind: "http", url: served.url, headers: {} });
    console.error(`${name}: ${http.length} over HTTP`);
    const stdio = await run({ kind: "stdio", runtime, command });
    console.error(`${name}: ${stdio.length} over stdio`);
    return { name, http, stdio };
  } finally {
    await served.stop();
  }
}

if (import.meta.main) {
  const [own, sdk] = await Promise.all([
    runSide("lmcp", "everything_server.ts"),
    runSide("SDK", "sdk_server.ts"),
  ]);
  const text = `# lmcp and the official SDK, scenario by scenario

- Command: \`deno task conformance:compare\`. Date: ${today()}.
- Machine: ${machineClass()}.
- The scenarios are those of \`conformance/fixtures/\`, which \`lmcp conformance\` runs. lmcp is
  \`conformance/everything_server.ts\`; the SDK is \`npm:@modelcontextprotocol/server@2.4.0\` in
  \`conformance/sdk_server.ts\`: its handler for 2026-07-28, and its session transport with an event
  store for the others.
- A scenario is skipped where it is for the other transport, or where the server lacks a tool or does
  not do what the specification leaves to it. "Noted" are promises of lmcp beyond the specification.
- Some of it the SDK leaves to who writes the server, and that server is short: it checks no answers
  and mostly keeps no \`requestState\` (\`modern-input-*\`), and it refuses who comes without a session.
  Such rows say nothing of the SDK itself.

## Counts

${sumsTable([own, sdk])}
## Where they differ

The last column says what the specification asks for there, and how strongly.

${differencesTable(own, sdk)}`;
  await Deno.writeTextFile(REPORT, text);
  console.error(`Wrote ${REPORT.pathname}`);
  Deno.exit(0);
}
