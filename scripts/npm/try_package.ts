// deno-lint-ignore-file no-console -- it speaks to people
// Installs the npm package into an empty folder and uses it on a runtime, as its users do: the
// README's lines, the version, a round trip over stdio, a shell command over HTTP. Called by
// scripts/build_npm.ts, which keeps the package only if all of it works.

import { join } from "node:path";
import { run } from "../archive/run.ts";
import { findRuntime } from "../runtimes/find_runtime.ts";
import { titleOf } from "../runtimes/runtime_name.ts";
import type { RuntimeName } from "../../tests/contract/contract.ts";
import { librarySnippet } from "./snippets.ts";
import { start } from "./process.ts";

/** @throws {Error} that says what does not work. */
export async function tryPackage(tarball: string, runtime: RuntimeName): Promise<void> {
  const executable = await findRuntime(runtime);
  if (executable === undefined) {
    throw new Error(`${titleOf(runtime)} is needed: it is not on PATH, and npm cannot install it`);
  }
  const dir = await Deno.makeTempDir({ prefix: "lmcp-try-" });
  try {
    const project = await Deno.realPath(dir);
    await Deno.writeTextFile(join(project, "package.json"), '{ "private": true }\n');
    await run("npm", ["install", "--no-fund", "--no-audit", tarball], project);
    const env = { HOME: project, XDG_STATE_HOME: join(project, "state"), ...pathWith(executable) };
    const at = { cwd: project, env };
    await tryLibrary(runtime, executable, at);
    const { byName, byPath } = programsOf(runtime, executable);
    await tryVersion(byName, at);
    await tryStdio(byName, at);
    await tryServe(byName, at);
    await tryServe(byPath, at, 0);
    await tryConformance(byPath, at);
    console.log(`${titleOf(runtime)}: the library and the program work`);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

interface Place {
  readonly cwd: string;
  readonly env: { readonly [name: string]: string };
}

/** How the program is started: by what a user types, and without any launcher before it. */
function programsOf(runtime: RuntimeName, executable: string) {
  const byPath = [executable, "node_modules/@lmcp/lmcp/bin/lmcp.mjs"];
  if (runtime === "bun") {
    return { byName: [executable, "x", "--bun", "--no-install", "lmcp"], byPath };
  }
  if (runtime !== "deno") return { byName: ["npx", "--no-install", "lmcp"], byPath };
  const run = [executable, "run", "-A"];
  return { byName: [...run, "npm:@lmcp/lmcp"], byPath: [...run, ...byPath.slice(1)] };
}

/** npx starts the `node` that is first on PATH. */
function pathWith(executable: string): { [name: string]: string } {
  const path = Deno.env.get("PATH") ?? "";
  const folder = executable.includes("/") ? executable.slice(0, executable.lastIndexOf("/")) : "";
  return { PATH: folder === "" ? path : `${folder}:${path}` };
}

async function tryLibrary(runtime: RuntimeName, executable: string, at: Place): Promise<void> {
  const file = runtime === "deno" || runtime === "bun" ? "server.ts" : "server.mjs";
  await Deno.writeTextFile(join(at.cwd, file), await librarySnippet(runtime));
  const flags = runtime === "deno" ? ["run", "-A"] : [];
  const server = start([executable, ...flags, file], at);
  try {
    const [, url = ""] = await server.saidMatch(/(http:\/\/127\.0\.0\.1:\d+)/);
    const answer = await callTool(`${url}/mcp`, "greet", { name: "you" });
    expectText(answer, "Hello, you!");
  } finally {
    await server.kill();
  }
}

async function tryVersion(program: string[], at: Place): Promise<void> {
  const [command = "", ...args] = program;
  const said = await run(command, [...args, "--version"], at.cwd, at.env);
  if (!/^lmcp \d+\.\d+\.\d+\n$/.test(said)) {
    throw new Error(`lmcp --version must print "lmcp" and a version: got ${JSON.stringify(said)}`);
  }
}

async function tryStdio(program: string[], at: Place): Promise<void> {
  const server = start([...program, "stdio"], at);
  try {
    await server.write(`${JSON.stringify(toolCall("ping", {}))}\n`);
    const [line] = await server.saidMatch(/^\{.*\}$/m);
    expectText(JSON.parse(line), "pong");
    await server.endInput();
    await server.ended(0);
  } finally {
    await server.kill();
  }
}

/** `code`: what it must end with at SIGTERM; undefined where a launcher decides. */
async function tryServe(program: string[], at: Place, code?: number): Promise<void> {
  const server = start([...program, "serve", "--port", "0"], at);
  try {
    const [, url = ""] = await server.saidMatch(/listening on (http:\S+)/);
    const answer = await callTool(url, "shell", { command: "echo $((6 * 7)); echo it >&2" });
    expectText(answer, "42\nit\n");
    server.signal("SIGTERM");
    await server.ended(code);
  } finally {
    await server.kill();
  }
}

/** The scenarios are packed apart from the program. */
async function tryConformance(program: string[], at: Place): Promise<void> {
  const [command = "", ...args] = program;
  const few = ["conformance", "--revision", "2025-11-25", "--only", "ping"];
  const said = await run(command, [...args, ...few, "--", ...program, "stdio"], at.cwd, at.env);
  if (!/^2025-11-25 +[1-9]/m.test(said)) throw new Error(`No scenario passed:\n${said}`);
}

function toolCall(name: string, args: object): object {
  return { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: args } };
}

async function callTool(url: string, name: string, args: object): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(toolCall(name, args)),
  });
  return await response.json();
}

function expectText(answer: unknown, wanted: string): void {
  const { result } = answer as { result?: { content?: { text?: string }[] } };
  if (result?.content?.[0]?.text === wanted) return;
  throw new Error(`The answer must be ${JSON.stringify(wanted)}: got ${JSON.stringify(answer)}`);
}
