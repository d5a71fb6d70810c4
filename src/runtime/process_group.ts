// Signals the group of a process that was started, and tells whether any of it lives.
// Used by `deno_process.ts` and `node_process.ts`. Never signals a group whose number the system
// may have given to others.

import type { ProcReader } from "./proc_reader.ts";

/** A signal, by name or number; 0 only asks. */
export type SignalName = "SIGTERM" | "SIGKILL" | "SIGINT" | "SIGHUP" | number;

/** What a process can be numbered; of a larger number, runtimes would take a part. */
const LARGEST = 2 ** 31 - 1;

/** What the group needs of the machine. */
export interface GroupMachine {
  /** Signals a process, or with a negative number a group; false when there is none. */
  signal(pid: number, signal: SignalName): boolean;
  /** Undefined where the system has no /proc. */
  readonly proc: ProcReader | undefined;
}

/** The group of one process. */
export class ProcessGroup {
  readonly #pid: number;
  readonly #machine: GroupMachine;
  // The leader's number is not given away while it is not reaped, nor while its group has
  // a member. `gone` is set once both have ended; from then on the number may be a stranger's.
  #reaped = false;
  #gone = false;
  /** Whether there has been a group: a leader that is to make it itself takes a moment. */
  #formed: boolean;

  /** `pid` is the leader, which has just been started; `formed` says that its group is there. */
  constructor(pid: number, machine: GroupMachine, formed = true) {
    this.#pid = pid;
    this.#machine = machine;
    this.#formed = formed;
  }

  /** To be called as soon as the leader was reaped. */
  leaderEnded(): void {
    this.#reaped = true;
    this.#stillOurs();
  }

  /** Signals all of it; false when nothing of it is left. */
  kill(signal: SignalName): boolean {
    // Alone so far, it has started nothing.
    if (this.#isAlone()) return this.#machine.signal(this.#pid, signal);
    // Looked at before, as the signal may end it; sent in any case, as looking is not atomic.
    const alive = this.alive();
    return !this.#gone && this.#machine.signal(-this.#pid, signal) && alive;
  }

  /** Whether anything of it is alive; zombies do not count. */
  alive(): boolean {
    if (this.#isAlone()) return true;
    return this.#stillOurs() && this.#machine.signal(-this.#pid, 0) &&
      hasLiving(this.#machine.proc, this.#pid);
  }

  #isAlone(): boolean {
    this.#formed ||= this.#machine.signal(-this.#pid, 0);
    return !this.#formed && !this.#reaped;
  }

  #stillOurs(): boolean {
    const { signal } = this.#machine;
    // With the leader reaped, a process of its number is a new one: the group had emptied.
    if (!this.#gone && this.#reaped && (signal(this.#pid, 0) || !signal(-this.#pid, 0))) {
      this.#gone = true;
    }
    return !this.#gone;
  }
}

/** Throws at a number that would signal more than one process or group. */
export function checkSignalled(pid: number): void {
  // To the system, 0 is our own group and -1 is everybody.
  if (!Number.isInteger(pid) || Math.abs(pid) > LARGEST || pid === 0 || pid === -1) {
    throw new RangeError(
      `Cannot signal process ${pid}: give its number, or a group's with a minus`,
    );
  }
}

// A zombie answers to signal 0 and is yet no living member. Only Linux lets us tell; elsewhere,
// and where /proc may not be read, the answer of signal 0 stands.
function hasLiving(proc: ProcReader | undefined, group: number): boolean {
  if (proc === undefined || livesIn(proc, group, group)) return true;
  try {
    for (const name of proc.names("/proc")) {
      const pid = Number(name);
      if (pid > 0 && pid !== group && livesIn(proc, pid, group)) return true;
    }
    return false;
  } catch {
    return true;
  }
}

// The name of the program stands in parentheses and may hold any character, so read past the last.
function livesIn(proc: ProcReader, pid: number, group: number): boolean {
  let stat: string;
  try {
    stat = proc.text(`/proc/${pid}/stat`);
  } catch (error) {
    // It ended meanwhile; any other failure must not pass for an empty group.
    if (proc.isGone(error)) return false;
    throw error;
  }
  const [state, , pgrp] = stat.slice(stat.lastIndexOf(")") + 2).split(" ", 3);
  return Number(pgrp) === group && state !== "Z" && state !== "X";
}
