// What the `job_input` tool does when it is called. Loaded by `job_input.ts` at the first call. Waits
// a few seconds at the most for a job that does not read.

import type { ToolResult } from "../src/protocol/types.ts";
import { type Context, text, ToolError } from "../src/server/define.ts";
import type { Host } from "./host.ts";
import { findJob } from "./job_answer.ts";
import type { Job } from "./job_record.ts";
import { runProcess } from "./run_process.ts";

const WRITE_MS = 3_000;

// A pipe is opened by a program of its own, since that waits for a reader. Closing tells the process
// that holds the input open, once: after that the pipe has another name.
const WRITE = 'cat >"$0/in"';
const CLOSE = 'mv "$0/close" "$0/closed" && echo >"$0/closed"';

interface WriteInput {
  readonly job_id: string;
  readonly text?: string;
  readonly close?: boolean;
}

/** Writes to a job. @throws {ToolError} when there is none, or it does not take it. */
export async function runJobInput(
  host: Host,
  { job_id, text: written = "", close = false }: WriteInput,
  ctx: Context,
): Promise<ToolResult> {
  if (written === "" && !close) {
    throw new ToolError("Give text to write, or close: true, or both: got neither");
  }
  const job = await findJob(host, ctx, job_id);
  await checkOpen(host, job);
  if (written !== "") await write(host, job, written, ctx.signal);
  if (close) await run(host, CLOSE, job, undefined, ctx.signal);
  const bytes = new TextEncoder().encode(written).length;
  const done = [
    ...(written === "" ? [] : [`Wrote ${bytes} bytes to ${job_id}`]),
    ...(close ? ["closed its input"] : []),
  ].join("; ");
  return { content: [text(done)] };
}

async function checkOpen(host: Host, { record, dir, state }: Job): Promise<void> {
  if (state !== "running") {
    throw new ToolError(
      `Cannot write to ${record.id}: it has ended; job_output shows what it said`,
    );
  }
  for await (const { name } of host.runtime.files.list(dir)) {
    if (name === "close") return;
  }
  throw new ToolError(
    `Cannot write to ${record.id}: its input is closed; a new job with the input it needs would do`,
  );
}

async function write(host: Host, job: Job, written: string, signal: AbortSignal): Promise<void> {
  if (await run(host, WRITE, job, written, signal)) return;
  throw new ToolError(
    `Could not write all of it to ${job.record.id} within ${
      WRITE_MS / 1_000
    } s: it does not read ` +
      "its input now, has closed it, or has ended; a part may have been taken",
  );
}

async function run(
  host: Host,
  script: string,
  { dir }: Job,
  stdin: string | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const { how, exit } = await runProcess(host.processes, {
    command: "/bin/sh",
    args: ["-c", script, dir],
    env: { PATH: await host.shell.path() },
    stdin,
    timeoutMs: WRITE_MS,
    signal,
    onOutput: () => Promise.resolve(),
  });
  return how === "exited" && exit.code === 0;
}
