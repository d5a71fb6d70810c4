// deno-lint-ignore-file no-console -- it speaks to people
// Measures each form that lmcp is shipped in, on Linux: what it weighs, how long it takes from its
// start to its first answer, and what memory it holds then. Writes docs/results/archives.md. Needs
// dist/ and npm/, as `deno task build:archives` and `deno task build:npm` make them.
//
//   deno task measure:archives [--runs=15]

import { parseArgs } from "@std/cli/parse-args";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { machineClass, today } from "./machine_class.ts";
import { run } from "./archive/run.ts";
import { TARGETS } from "./archive/targets.ts";
import { findRuntime } from "./runtimes/find_runtime.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const REPORT = join(ROOT, "docs/results/archives.md");

/** One form of lmcp. */
interface Form {
  readonly name: string;
  /** What is downloaded, and what lies on the disk then, in bytes; undefined where it is no file. */
  readonly packed: number | undefined;
  readonly unpacked: number | undefined;
  readonly command: readonly string[];
}

async function formsIn(dir: string): Promise<Form[]> {
  const target = TARGETS.find(({ arch }) => arch === Deno.build.arch);
  if (target === undefined) throw new Error(`There is no archive for ${Deno.build.arch}`);
  const archive = join(ROOT, "dist", `${target.name}.tar.gz`);
  const single = join(ROOT, "dist", target.bunName);
  await run("tar", ["-xzf", archive, "-C", dir], dir);
  const tarball = [...Deno.readDirSync(join(ROOT, "npm"))].find(({ name }) =>
    name.endsWith(".tgz")
  );
  if (tarball === undefined) throw new Error("There is no package in npm/: deno task build:npm");
  const npmFile = join(ROOT, "npm", tarball.name);
  const project = join(dir, "project");
  await Deno.mkdir(project);
  await Deno.writeTextFile(join(project, "package.json"), '{ "private": true }\n');
  await run("npm", ["install", "--no-fund", "--no-audit", npmFile], project);
  const installed = join(project, "node_modules");
  const program = join(installed, "@lmcp/lmcp/bin/lmcp.mjs");
  const forms: Form[] = [
    {
      name: `archive (\`${target.name}.tar.gz\`)`,
      packed: (await Deno.stat(archive)).size,
      unpacked: await sizeOf(join(dir, target.name)),
      command: [join(dir, target.name, "bin/lmcp")],
    },
    {
      name: `Bun single file (\`${target.bunName}\`)`,
      packed: (await Deno.stat(single)).size,
      unpacked: (await Deno.stat(single)).size,
      command: [single],
    },
    {
      name: "`deno run -A mod.ts`",
      packed: undefined,
      unpacked: undefined,
      command: [Deno.execPath(), "run", "-A", join(ROOT, "mod.ts")],
    },
  ];
  for (const runtime of ["node24", "node20"] as const) {
    const node = await findRuntime(runtime);
    if (node === undefined) continue;
    forms.push({
      name: `npm on Node ${runtime.slice(4)}`,
      packed: (await Deno.stat(npmFile)).size,
      unpacked: await sizeOf(installed),
      command: [node, program],
    });
  }
  return forms;
}

async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    bytes += isDirectory ? await sizeOf(path) : (await Deno.stat(path)).size;
  }
  return bytes;
}

/** Milliseconds from its start to its first answer, and MiB of memory a second later. */
async function measure(command: readonly string[], home: string) {
  const [program = "", ...args] = command;
  const started = performance.now();
  const child = new Deno.Command(program, {
    args: [...args, "serve", "--port", "0"],
    cwd: home,
    env: { HOME: home, XDG_STATE_HOME: join(home, "state"), NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const lines = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  let url: string | undefined;
  while (url === undefined) {
    const { done, value } = await lines.read();
    if (done) throw new Error(`${program} ended without listening; it said:\n${said}`);
    said += value;
    url = /listening on (\S+)\n/.exec(said)?.[1];
  }
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"ping","arguments":{}}}',
  });
  if (!(await response.text()).includes("pong")) throw new Error(`${program} did not answer`);
  const ms = performance.now() - started;
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const status = await Deno.readTextFile(`/proc/${child.pid}/status`);
  const mib = Number(/VmRSS:\s*(\d+)/.exec(status)?.[1]) / 1024;
  child.kill("SIGTERM");
  while (!(await lines.read()).done);
  await child.status;
  return { ms, mib };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

function megabytes(bytes: number | undefined): string {
  if (bytes === undefined) return "-";
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

const { runs } = parseArgs(Deno.args, { string: ["runs"], default: { runs: "15" } });
const dir = await Deno.makeTempDir({ prefix: "lmcp-measure-" });
try {
  const rows: string[] = [];
  for (const { name, packed, unpacked, command } of await formsIn(dir)) {
    await measure(command, dir); // Fills the caches: this is about every start but the first.
    const results = [];
    for (let turn = 0; turn < Number(runs); turn++) results.push(await measure(command, dir));
    const times = results.map((result) => result.ms);
    const ms = `${Math.min(...times).toFixed(0)} / ${median(times).toFixed(0)}`;
    const mib = median(results.map((result) => result.mib)).toFixed(0);
    rows.push(`| ${name} | ${megabytes(packed)} | ${megabytes(unpacked)} | ${ms} | ${mib} |`);
    console.log(rows.at(-1));
  }
  await Deno.writeTextFile(
    REPORT,
    `# What the forms of lmcp weigh

Made by \`deno task measure:archives\` on ${today()}: ${machineClass()}. ${runs} starts of
each, after a first one that fills the caches; least and median times, median memory. First answer: from the start of the process to the answer to
a \`ping\` over HTTP. Memory: resident, a second after that. The sizes of npm are lmcp with its
dependencies, without Node.

| form | download | on disk | first answer, ms (least / median) | idle memory, MiB |
| --- | --- | --- | --- | --- |
${rows.join("\n")}
`,
  );
} finally {
  await Deno.remove(dir, { recursive: true });
}
