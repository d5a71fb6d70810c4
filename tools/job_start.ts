// Starts a command as a job: in a session of its own, under a supervisor that needs no server.
// Used by `shell_bg`, and by `shell_as_job.ts` where a command may go on in the background.

import { FileError, SpawnError } from "../src/runtime/runtime.ts";
import { ToolError } from "../src/server/define.ts";
import type { Host } from "./host.ts";
import type { Job } from "./job_record.ts";
import { type JobInput, SUPERVISOR, supervisorArgs } from "./job_supervisor.ts";
import { JOB_MARK } from "./marked_processes.ts";
import { writePrivate } from "./private_file.ts";
import { within } from "./within.ts";

/** How long the supervisor may take to be there. */
const START_MS = 20_000;

/** What to run. */
export interface JobStart {
  readonly command: string;
  readonly name?: string | undefined;
  /** An absolute path. Default: lmcp's own. */
  readonly cwd?: string | undefined;
  readonly env: { readonly [name: string]: string };
  /** What it reads: a text, or what `job_input` will write. */
  readonly stdin: { readonly text: string } | "open";
  readonly owner: string | null;
}

/** Starts a job; when this resolves it runs. @throws {ToolError} when it cannot be started. */
export async function startJob(host: Host, asked: JobStart): Promise<Job> {
  const { command, name, owner } = asked;
  const start = await host.shell.command(command, asked.env);
  const cwd = asked.cwd ?? host.runtime.cwd();
  let made: Awaited<ReturnType<typeof host.jobs.create>> | undefined;
  try {
    made = await host.jobs.create({
      ...(name === undefined ? {} : { name }),
      command,
      cwd,
      owner,
    });
    const { record, dir } = made;
    const input = await inputOf(host, dir, asked.stdin);
    await writePrivate(host.runtime.files, `${dir}/run`, SUPERVISOR);
    const run = supervisorArgs(dir, input, [start.command, ...start.args]);
    // Of bash, the options that stand before -c: in POSIX mode it reads no start-up file.
    const options = start.args.slice(0, start.args.indexOf("-c"));
    await supervise(host, record.id, start.command, [...options, ...run], cwd, {
      ...start.env,
      [JOB_MARK]: record.mark,
    });
    host.jobExpiry.started();
    return await host.jobs.look(made);
  } catch (error) {
    if (made !== undefined) await host.jobs.remove(made);
    if (error instanceof SpawnError) throw new ToolError(error.message);
    if (error instanceof FileError) throw new ToolError(`Cannot start a job: ${error.message}`);
    throw error;
  }
}

async function inputOf(host: Host, dir: string, stdin: JobStart["stdin"]): Promise<JobInput> {
  if (stdin === "open") return "open";
  if (stdin.text === "") return "none";
  const file = `${dir}/stdin`;
  await writePrivate(host.runtime.files, file, stdin.text);
  return { file };
}

// The supervisor closes its standard output when all is ready; what it says before is a problem.
async function supervise(
  host: Host,
  id: string,
  command: string,
  args: readonly string[],
  cwd: string,
  env: { readonly [name: string]: string },
): Promise<void> {
  const child = host.runtime.spawn(command, {
    args,
    cwd,
    env,
    stdin: "closed",
    stdout: "piped",
    stderr: "ignored",
  });
  host.jobs.attend(id, child.exited);
  let said = "";
  const ready = child.stdout!.pipeThrough(new TextDecoderStream()).pipeTo(
    new WritableStream({ write: (text) => void (said += text) }),
  );
  if (await within(START_MS, ready) && said === "") return;
  child.killGroup("SIGKILL");
  await child.exited;
  throw new ToolError(`Cannot start a job: ${said.trim() || "its supervisor did not get ready"}`);
}
