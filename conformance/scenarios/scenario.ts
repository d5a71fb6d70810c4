// A scenario as data: what is sent, what must come back, and which sentence of the spec says so.
// Read from `conformance/fixtures/`; run by `run_scenario.ts`. Docs: conformance/README.md

/** Any JSON value of a fixture. */
export type Json = null | boolean | number | string | readonly Json[] | JsonMap;
/** A JSON object of a fixture. */
export type JsonMap = { readonly [key: string]: Json };

/** How a server can be reached. */
export type Transport = "http" | "stdio";

/** One scenario. */
export interface Scenario {
  /** Unique in all fixtures; kebab-case. */
  readonly id: string;
  /** What holds, as a fact. */
  readonly title: string;
  /** Page and anchor in the specification of the revision. */
  readonly spec: string;
  /** What that place asks for, in our words. */
  readonly says: string;
  /** How strongly the spec asks for it; `project` is a promise of lmcp beyond the spec. */
  readonly level: "MUST" | "SHOULD" | "project";
  /** Default: both. */
  readonly transports?: readonly Transport[];
  /** Tools that the server must have; else the scenario does not apply to it. */
  readonly tools?: readonly string[];
  /** Capabilities that the server must declare, such as `prompts`; else it does not apply. */
  readonly needs?: readonly string[];
  /** What the client declares that it can be asked. */
  readonly capabilities?: JsonMap;
  /** For revisions with sessions: whether one is opened first. Default true. */
  readonly session?: boolean;
  readonly steps: readonly Step[];
}

/** One thing to do or to see. Texts may hold `${name}` of captured values. */
export type Step =
  | SendStep
  | RawStep
  | HttpStep
  | AnswerStep
  | ExpectStep
  | SeeStep
  | QuietStep
  | GrowsStep
  | EndStep
  | CaptureStep
  | SessionStep
  | RepeatStep
  | SkipStep
  | { readonly do: "disconnect"; readonly of: string }
  | { readonly do: "close_input" }
  | { readonly do: "wait"; readonly ms: number };

/** Sends a message, with the envelope of the revision unless `bare`. */
export interface SendStep {
  readonly do: "send";
  readonly message: JsonMap;
  /** The name under which later steps speak of it. */
  readonly as?: string;
  /** Added to the headers; null leaves one out. */
  readonly headers?: JsonMap;
  /** Added to `_meta`; null leaves a member out. */
  readonly meta?: JsonMap;
  /** Sent as it is: no envelope, no headers of the revision. */
  readonly bare?: boolean;
  /** The session that it belongs to, where there are several. */
  readonly session?: string;
}

/** Sends text that may be no message at all; over stdio its pieces are written one by one. */
export interface RawStep {
  readonly do: "raw";
  readonly pieces: readonly (string | { readonly bytes: string } | {
    readonly repeat: string;
    readonly times: number;
  })[];
  readonly as?: string;
  readonly headers?: JsonMap;
}

/** Sends an HTTP request of any kind. */
export interface HttpStep {
  readonly do: "http";
  readonly method: string;
  /** Put in place of the endpoint's path. */
  readonly path?: string;
  readonly headers?: JsonMap;
  readonly body?: string;
  readonly as?: string;
  /** Carries the session's header. Default true. */
  readonly inSession?: boolean;
}

/** Answers a request of the server's that was seen. */
export interface AnswerStep {
  readonly do: "answer";
  /** The name that `see` gave it. */
  readonly to: string;
  readonly result?: Json;
  readonly error?: Json;
}

/** Waits for the response and compares it. */
export interface ExpectStep {
  readonly do: "expect";
  readonly of: string;
  /** The response message; null when none must come (202, or an empty body). */
  readonly message?: Json;
  /** The HTTP status; not looked at over stdio. */
  readonly status?: Json;
  readonly headers?: JsonMap;
  /** Default 5,000. */
  readonly withinMs?: number;
}

/** Waits for a message that is no response. */
export interface SeeStep {
  readonly do: "see";
  readonly of: string;
  readonly message: Json;
  readonly as?: string;
  readonly withinMs?: number;
}

/** Sees that no such message came, then or within a time. */
export interface QuietStep {
  readonly do: "quiet";
  readonly of: string;
  readonly message: Json;
  readonly forMs?: number;
  /** Looks only at what comes from now on. */
  readonly fromNow?: boolean;
}

/** Sees that a number grew from message to message. */
export interface GrowsStep {
  readonly do: "grows";
  readonly of: string;
  /** The messages that are looked at. */
  readonly message: Json;
  /** The path of the number, such as `params.progress`. */
  readonly path: string;
  readonly atLeast: number;
}

/** Waits for the end of the stream (HTTP) or of the server (stdio). */
export interface EndStep {
  readonly do: "end";
  readonly of?: string;
  readonly withinMs?: number;
}

/** Keeps a value of a response or message for later steps. */
export interface CaptureStep {
  readonly do: "capture";
  readonly of: string;
  /** The path in the message, such as `result.nextCursor`; `header:name` for a header. */
  readonly path: string;
  readonly as: string;
}

/** Opens another session. */
export interface SessionStep {
  readonly do: "session";
  readonly as: string;
  readonly revision?: string;
  readonly capabilities?: JsonMap;
}

/** Takes some steps again and again; `${n}` counts from 1. */
export interface RepeatStep {
  readonly do: "repeat";
  readonly times: number;
  readonly steps: readonly Step[];
}

/** Ends the scenario when an answer says that it does not apply, which the spec lets it. */
export interface SkipStep {
  readonly do: "skip_if";
  /** What a step sent, or a message that one saw. */
  readonly of: string;
  readonly status?: Json;
  readonly headers?: JsonMap;
  readonly message?: Json;
  /** What the server does not do, for the table. */
  readonly why: string;
}

/** The scenarios of a file. */
export interface Fixture {
  readonly revision: string;
  readonly scenarios: readonly Scenario[];
}

/** Whether a revision has sessions. */
export function hasSessions(revision: string): boolean {
  return revision < "2026";
}
