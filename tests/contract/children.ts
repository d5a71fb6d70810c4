// Starts shells for the cases of the contract, reads what they say, and looks at what they leave.

import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import type { Child, SpawnOptions } from "../../src/runtime/runtime.ts";
import type { Context } from "./contract.ts";
import { within } from "./http_connection.ts";

/** What the cases' programs need of the environment. */
export const ENV: { readonly PATH: string } = { PATH: process.env.PATH || "/usr/bin:/bin" };

/** Nothing piped. */
export const QUIET: SpawnOptions = {
  args: [],
  env: ENV,
  stdin: "closed",
  stdout: "ignored",
  stderr: "ignored",
};

/** Runs a script with `sh`, its output piped; it and its group end with the case. */
export function shell(
  { runtime, after }: Context,
  script: string,
  options: Partial<SpawnOptions> = {},
): Child {
  const args = ["-c", script];
  const child = runtime.spawn("sh", { ...QUIET, args, stdout: "piped", ...options });
  after(() => closeAll(child));
  return child;
}

/** Ends a child and lets go of its pipes. */
export async function closeAll(child: Child): Promise<void> {
  child.killGroup("SIGKILL");
  if (child.stdin?.locked === false) await child.stdin.abort().catch(() => undefined);
  if (child.stdout?.locked === false) await child.stdout.cancel();
  if (child.stderr?.locked === false) await child.stderr.cancel();
  await within(child.exited, "the end of a killed process");
}

/** All that a stream says. */
export async function textOf(stream: ReadableStream<Uint8Array> | undefined): Promise<string> {
  return await within(new Response(stream ?? null).text(), "the end of a stream");
}

/** Reads until a text is there: the child has come so far. Gives all that was read. */
export async function readUntil(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  wanted: string,
): Promise<string> {
  for (let text = ""; !text.includes(wanted);) {
    const { value, done } = await within(reader.read(), `the text "${wanted}"`);
    if (done) throw new Error(`the stream ended before "${wanted}": ${text}`);
    text += new TextDecoder().decode(value);
    if (text.includes(wanted)) return text;
  }
  return "";
}

/** Reads to the end of the stream: nobody holds the pipe any more. */
export async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await within(reader.read(), "the end of a stream")).done);
}

/** Waits for what nothing tells of, such as that a process which closed its pipes is gone. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`Waited 10 s until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The living and dead processes that a process has started (Linux). */
export function childrenOf(parent: number): { readonly pid: number; readonly state: string }[] {
  return readdirSync("/proc").filter((name) => Number(name) > 0).flatMap((name) => {
    const stat = statOf(name);
    const [state = "", ppid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(ppid) === parent ? [{ pid: Number(name), state }] : [];
  });
}

/** `/proc/PID/stat`; empty once the process is gone. */
export function statOf(pid: number | string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return "";
  }
}
