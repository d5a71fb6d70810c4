// What is on disk of a job and what it means. Written by `job_store.ts` and the supervisor, read by
// `job_store.ts`. Every file is written once and whole, so a reader never sees half of one.

import type { ProcessBirth } from "./process_birth.ts";

/** `job.json`: what was asked for. */
export interface JobRecord {
  readonly id: string;
  readonly name?: string;
  readonly command: string;
  readonly cwd: string;
  /** The name of the token it was started with; null where there was none. */
  readonly owner: string | null;
  /** What the environment of its processes carries. */
  readonly mark: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
}

/** `exit`: how the command ended. */
export type JobExit = { readonly code: number } | { readonly signal: string };

/**
 * `running`, `exited` by itself, `killed` by a signal, or `lost`: the machine was started anew, or
 * its supervisor was killed, and nobody knows how it ended.
 */
export type JobState = "running" | "exited" | "killed" | "lost";

/** A job as it was when looked at. */
export interface Job {
  readonly record: JobRecord;
  readonly dir: string;
  readonly state: JobState;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** ISO 8601, UTC; null while it runs and where it is lost. */
  readonly endedAt: string | null;
  /** The supervisor; undefined where it never got so far. */
  readonly birth: ProcessBirth | undefined;
  /** Whether the supervisor is there: more output may come, after the end of the command too. */
  readonly attended: boolean;
  /** Bytes in the log. */
  readonly logBytes: number;
  /** Whether the log lacks something: it was full, or the disk was. */
  readonly cut: boolean;
}

/** The path of a job's log. */
export function logPath({ dir }: Pick<Job, "dir">): string {
  return `${dir}/log`;
}

/** Reads `job.json`; undefined for what is none. */
export function readRecord(text: string | undefined): JobRecord | undefined {
  const value = objectOf(text);
  return typeof value?.id === "string" && typeof value.command === "string" &&
      typeof value.mark === "string" && typeof value.startedAt === "string"
    ? value as unknown as JobRecord
    : undefined;
}

/** Reads `born`; undefined for what is none. */
export function readBirth(text: string | undefined): ProcessBirth | undefined {
  const value = objectOf(text);
  return Number.isSafeInteger(value?.pid) && Number(value?.pid) > 1 &&
      typeof value?.boot === "string" && typeof value.start === "string"
    ? value as unknown as ProcessBirth
    : undefined;
}

/** Reads `exit`; undefined for what is none. */
export function readExit(text: string | undefined): JobExit | undefined {
  const value = objectOf(text);
  return Number.isInteger(value?.code) || typeof value?.signal === "string"
    ? value as unknown as JobExit
    : undefined;
}

function objectOf(text: string | undefined): { readonly [name: string]: unknown } | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
