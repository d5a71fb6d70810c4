// Commands whose processes stand to their shell in every way there is, each with a mark by which a
// test tells them from all others of the machine. Used by tests and by the measurement of
// docs/process-control.md; reads /proc, so on Linux only.

import { processesWith } from "./marked_sleep.ts";
import { until } from "./until.ts";

/** What becomes of a command: what it is called, what it runs, and in how many programs. */
const SHAPES = {
  child: { programs: 1, command: (mark: string) => `sleep ${mark}; :` },
  "`&`": { programs: 2, command: (mark: string) => `sleep ${mark} & sleep ${mark}; :` },
  setsid: { programs: 2, command: (mark: string) => `setsid sleep ${mark} & sleep ${mark}; :` },
  "double fork": {
    programs: 2,
    command: (mark: string) => `(setsid sh -c "sleep ${mark} & exit" &); sleep ${mark}; :`,
  },
  "TERM-ignoring": {
    programs: 2,
    command: (mark: string) => `trap "" TERM; sleep ${mark} & sleep ${mark}; :`,
  },
  flooding: { programs: 1, command: (mark: string) => `yes ${mark}; :` },
} as const;

/** A way in which a command's processes stand to it. */
export type Shape = keyof typeof SHAPES;

/** All of them. */
export const SHAPE_NAMES = Object.keys(SHAPES) as readonly Shape[];

/** A command and the look at its processes. `using` kills what a failed test leaves of them. */
export interface MarkedCommand extends Disposable {
  readonly command: string;
  /** The numbers of its processes that live. */
  living(): number[];
  /** Waits until all it starts runs. */
  started(): Promise<void>;
  /** Waits until none is left and answers how many ms that took; fails after `boundMs`. */
  gone(boundMs: number): Promise<number>;
}

/** Makes a command that no other on this machine looks like. */
export function markedCommand(shape: Shape): MarkedCommand {
  const mark = `300.${crypto.getRandomValues(new Uint32Array(1))[0]}2`;
  const { programs, command } = SHAPES[shape];
  const living = () => processesWith(mark);
  const leaves = () => [`sleep\0${mark}\0`, `yes\0${mark}\0`].flatMap(processesWith);
  return {
    command: command(mark),
    living,
    async started() {
      await until(() => leaves().length === programs, 10_000, `${shape}: all of it runs`);
    },
    gone: (boundMs) => until(() => living().length === 0, boundMs, `${shape}: no process is left`),
    [Symbol.dispose]() {
      for (const pid of living()) Deno.kill(pid, "SIGKILL");
    },
  };
}
