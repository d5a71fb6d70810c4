// Starts programs under the runtime that is tested, as processes of their own: `Context.start()`.
// Waits for events, never for time; what is left at the end of a case is killed.

import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import process from "node:process";
import { StringDecoder } from "node:string_decoder";
import type { Commands, Ended, Program, StartOptions } from "./contract.ts";

/** How long the program may take to say where it listens; far beyond what it does take. */
const START_MS = 30_000;

/** Starts one; `folder` is the case's own. */
export async function startProgram(
  commands: Commands,
  folder: string,
  args: readonly string[],
  options: StartOptions,
): Promise<Program> {
  const { program = "lmcp" } = options;
  const serves = args[0] === (program === "lmcp" ? "serve" : "--port");
  const port = serves && program === "lmcp" && !args.some((arg) => arg.startsWith("--port"))
    ? ["--port", "0"]
    : [];
  const [file = "", ...first] = commands[program];
  const state = `${folder}/state`;
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const child = spawn(file, [...first, ...args, ...port], {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...cleanEnv(), XDG_STATE_HOME: state, ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let said = "";
  let running = true;
  let over = false;
  const look: (() => void)[] = [];
  const tell = () => look.splice(0).forEach((each) => each());
  const decoder = new StringDecoder("utf8");
  child.stderr.on("data", (bytes: Uint8Array) => {
    said += decoder.write(bytes);
    tell();
  });
  // A program that ends closes the pipe that is written to; its end tells of it.
  child.stdin.on("error", () => undefined);
  if (serves) child.stdout.resume();
  const exited = new Promise<Ended>((resolve, reject) => {
    let ended: Ended = { code: null, signal: null };
    let waits = 2;
    const one = () => {
      if (--waits > 0) return;
      over = true;
      tell();
      resolve(ended);
    };
    child.once("error", (error) => {
      running = false;
      reject(error);
    });
    child.once("exit", (code, signal) => {
      running = false;
      ended = { code, signal };
      one();
    });
    child.stderr.once("close", one);
  });
  exited.catch(() => undefined); // Whoever waits for it is told.

  async function match(pattern: RegExp): Promise<RegExpMatchArray> {
    for (;;) {
      const found = said.match(pattern);
      if (found !== null) return found;
      if (over) throw new Error(`lmcp ended without saying ${pattern}; it said:\n${said}`);
      await Promise.race([new Promise<void>((resolve) => look.push(resolve)), failing(exited)]);
    }
  }

  function kill(signal: Parameters<Program["kill"]>[0]): void {
    // Not `child.kill()`: on Deno, what was killed by it counts as ended by it, whatever it did.
    if (running && child.pid !== undefined) process.kill(child.pid, signal);
  }

  const late = setTimeout(() => kill("SIGKILL"), START_MS);
  const [, url = ""] = serves
    ? await match(/listening on (\S+)\n/).finally(() => clearTimeout(late))
    : [];
  clearTimeout(late);
  return {
    pid: child.pid ?? 0,
    url,
    port: url === "" ? 0 : Number(new URL(url).port),
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: () => said,
    said: match,
    kill,
    exited,
  };
}

/** Never resolves: only its failure counts. */
async function failing(promise: Promise<unknown>): Promise<never> {
  await promise;
  return await new Promise<never>(() => undefined);
}

/** The environment without what would tell lmcp something; the login shell is the plain one. */
function cleanEnv(): { [name: string]: string } {
  const env: { [name: string]: string } = {};
  for (const [name, value] of Object.entries(process.env)) {
    const isTold = name.startsWith("LMCP_") || name.startsWith("XDG_CONFIG");
    if (value !== undefined && !isTold) env[name] = value;
  }
  return { ...env, SHELL: "/bin/sh", NO_COLOR: "1" };
}
