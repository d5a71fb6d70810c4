// What a check of `lmcp doctor` is: it looks at one thing and tells what it found. Types only.

import type { HttpValues } from "./cli_serve_options.ts";
import type { Runtime } from "./runtime/runtime.ts";

/** What was found. */
export interface Finding {
  /** `fail`: lmcp will not work as asked; `warn`: it will, but whoever runs it should know. */
  readonly level: "ok" | "warn" | "fail";
  /** What was looked at, in a word or two. */
  readonly about: string;
  readonly says: string;
  /** What to do about it. */
  readonly advice?: string;
}

/** What `lmcp doctor` is told. */
export type DoctorValues =
  & Pick<
    HttpValues,
    "host" | "port" | "token-file" | "tokens" | "conf" | "bound-slow-clients" | "insecure-no-auth"
  >
  & { readonly backends: string | undefined; readonly json: boolean };

/** Looks at one thing. Never rejects for what it looks at. */
export type Check = (runtime: Runtime, values: DoctorValues) => Promise<Finding[]>;
