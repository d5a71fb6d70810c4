// What the schemas of the job tools have in common. Used by the definitions of the tools `job_*`.

/** The argument that names a job. */
export const JOB_ID = { type: "string" } as const;

/** The part of `jobFacts` that output schemas name: what a caller decides by. */
export const JOB_STATE = {
  state: { enum: ["running", "exited", "killed", "lost"] },
  exit_code: { type: ["integer", "null"] },
  signal: { type: ["string", "null"] },
} as const;
