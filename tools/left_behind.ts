// What the calls of a server that was killed with SIGKILL left running: found by the mark, which
// names the server that gave it, and ended. Called by the command line once a server serves, so
// nothing waits for it. Finds nothing where there is no /proc. Never touches what belongs to a
// server that lives, to another user, to another container, or to a job.

import { FileError, type Files, type Runtime } from "../src/runtime/runtime.ts";
import { endProcesses } from "./end_processes.ts";
import { CALL_MARK, type MarkedProcess, MarkedProcesses } from "./marked_processes.ts";
import { smallFileText } from "./small_file.ts";

/** What was found and ended. */
export interface LeftBehind {
  /** Processes that were found. */
  readonly found: number;
  /** False when some of them could not even be killed. */
  readonly gone: boolean;
}

interface Stat {
  readonly pid: number;
  readonly state: string;
  /** When it began, in ticks since the machine did. */
  readonly start: string;
}

// Which process it is, in which namespace of processes, and whose.
const NAME = /^(\d+)\.(\d+)\.(\d+)\.(\d+)-/;

/**
 * What the marks of this server begin with: no other server, past or present, has the same. Empty
 * where the system does not tell; what such a server leaves behind is not found.
 */
export async function serverName(runtime: Runtime): Promise<string> {
  const { uid } = runtime.system();
  const [self, space] = await Promise.all([
    statOf(runtime.files, "self"),
    processSpace(runtime.files),
  ]);
  // Where /proc is of another namespace, its numbers are not those that signals go by.
  if (self?.pid !== runtime.pid || space === undefined || uid === undefined) return "";
  return `${self.pid}.${self.start}.${space}.${uid}-`;
}

/** Ends what the calls of servers that are gone left running: SIGTERM, two seconds, SIGKILL. */
export async function endLeftBehind(runtime: Runtime): Promise<LeftBehind> {
  const marked = new MarkedProcesses(runtime, CALL_MARK);
  const strays = {
    find: async (mark: string) => await ofThisUser(runtime, await marked.find(mark)),
  };
  const found = await strays.find("");
  const gone = await goneServers(runtime, found);
  const ends = gone.map((name) => endProcesses(runtime, strays, undefined, name));
  return {
    found: found.filter(({ mark }) => gone.some((name) => mark.startsWith(name))).length,
    gone: (await Promise.all(ends)).every(Boolean),
  };
}

/** The names of those servers of this user that are gone, among what marks say. */
async function goneServers(
  runtime: Runtime,
  found: readonly MarkedProcess[],
): Promise<readonly string[]> {
  const [, , , space, uid] = NAME.exec(await serverName(runtime)) ?? [];
  if (space === undefined) return [];
  // Started by a call of a server that is gone, this one would end what it stands on.
  const own = NAME.exec(runtime.env(CALL_MARK) ?? "")?.[0];
  const names = new Set(found.map(({ mark }) => NAME.exec(mark)?.[0]));
  const gone: string[] = [];
  for (const name of names) {
    if (name === undefined || name === own) continue;
    const [, pid, start, itsSpace, itsUid] = NAME.exec(name)!;
    if (itsSpace !== space || itsUid !== uid) continue;
    const there = await statOf(runtime.files, pid!);
    if (there === undefined || there.start !== start || /[ZX]/.test(there.state)) gone.push(name);
  }
  return gone;
}

// A program that changed its user (`su`) still carries the mark.
async function ofThisUser(
  runtime: Runtime,
  found: readonly MarkedProcess[],
): Promise<readonly MarkedProcess[]> {
  const { uid } = runtime.system();
  const owners = await Promise.all(found.map(({ pid }) => ownerOf(runtime.files, pid)));
  return found.filter((_, at) => uid !== undefined && owners[at] === uid);
}

async function ownerOf(files: Files, pid: number): Promise<number | null> {
  try {
    return (await files.stat(`/proc/${pid}`)).uid;
  } catch (error) {
    if (error instanceof FileError) return null;
    throw error;
  }
}

async function statOf(files: Files, pid: string): Promise<Stat | undefined> {
  const text = await smallFileText(files.open(`/proc/${pid}/stat`, { read: true }));
  if (text === undefined || text === "") return undefined;
  // The name of the program stands in parentheses and may hold any character.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { pid: parseInt(text, 10), state: fields[0] ?? "", start: fields[19] ?? "" };
}

async function processSpace(files: Files): Promise<string | undefined> {
  try {
    return /\d+/.exec(await files.readlink("/proc/self/ns/pid"))?.[0];
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}
