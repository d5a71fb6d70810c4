// Every way in which a running `shell` can come to its end before its command does, for the tests
// of what is left of it. Each starts an lmcp of its own.

import { type Program, startServer, startStdio } from "../support/program.ts";
import {
  ask,
  type Message,
  MODERN_META,
  modernPost,
  openSession,
  type Post,
  sendOnSocket,
  sessionPost,
  toolCall,
} from "./http_talk.ts";
import { initialize, talk } from "./stdio_talk.ts";

/** Commands that run. `await using` ends their lmcp. */
export interface Calls extends AsyncDisposable {
  readonly program: Program;
  /** What was answered, for each command; undefined for nothing. */
  readonly answers: Promise<readonly (Message | undefined)[]>;
}

/** A way to cancel. */
export interface Way {
  readonly name: string;
  /** What each call is answered: its output so far, an error with a code, or nothing. */
  readonly answer: "output" | "nothing" | number;
  /** Milliseconds until the abort comes. */
  readonly abortAfterMs: number;
  /** Whether lmcp ends by it, too. */
  readonly endsProgram: boolean;
  /** Starts the commands, and answers what cancels all of them. */
  start(commands: readonly string[]): Promise<{ calls: Calls; cancel: () => unknown }>;
}

/** Seconds that calls get when lmcp is told to end. */
const DRAIN_S = 0.2;
const DRAIN = ["--drain", String(DRAIN_S)];
const TIMEOUT_S = 2;
const STREAMED = { progressToken: "p" };
/** Makes a body longer than what a server reads at once: some notice a disconnect only without. */
const LONG = ` # ${"-".repeat(4_000)}`;

/** All of them. */
export const WAYS: readonly Way[] = [
  way("notifications/cancelled in a session over HTTP", { answer: -32800 }, inSession, cancelEach),
  way("DELETE of its session", { answer: -32800 }, inSession, (calls) => calls.endSession()),
  way(
    "notifications/cancelled in a session over stdio",
    { answer: "nothing" },
    overStdio("session"),
    cancelEach,
  ),
  way(
    "notifications/cancelled over stdio without a session",
    { answer: "nothing" },
    overStdio("modern"),
    cancelEach,
  ),
  way(
    "a disconnect before anything was answered",
    { answer: "nothing" },
    overHttp((at, command) => modernPost(at, "shell", { command: command + LONG })),
    (calls) => calls.disconnect(),
  ),
  way(
    "a disconnect from the stream of its answer",
    { answer: "nothing" },
    overHttp((at, command) => modernPost(at, "shell", { command: command + LONG }, STREAMED)),
    (calls) => calls.disconnect(),
  ),
  way(
    "a disconnect in an old revision without a session",
    { answer: "nothing" },
    overHttp((at, command) => sessionPost(toolCall(at, "shell", { command: command + LONG }))),
    (calls) => calls.disconnect(),
  ),
  way(
    "a reset connection",
    { answer: "nothing" },
    overSockets,
    (calls) => calls.reset(),
  ),
  way(
    "timeout_s",
    { answer: "output", abortAfterMs: TIMEOUT_S * 1_000 },
    overHttp((at, command) => modernPost(at, "shell", { command, timeout_s: TIMEOUT_S })),
    () => {},
  ),
  way(
    "SIGTERM to lmcp over HTTP",
    { answer: "output", abortAfterMs: DRAIN_S * 1_000, endsProgram: true },
    overHttp((at, command) => modernPost(at, "shell", { command })),
    (calls) => calls.program.kill("SIGTERM"),
  ),
  way(
    "SIGTERM to lmcp over stdio",
    { answer: "output", abortAfterMs: DRAIN_S * 1_000, endsProgram: true },
    overStdio("session"),
    (calls) => calls.program.kill("SIGTERM"),
  ),
  way(
    "the end of lmcp's input",
    { answer: "output", abortAfterMs: DRAIN_S * 1_000, endsProgram: true },
    overStdio("modern"),
    (calls) => calls.program.endInput(),
  ),
];

function way<C extends Calls>(
  name: string,
  expected: Pick<Way, "answer"> & Partial<Way>,
  open: (commands: readonly string[]) => Promise<C>,
  cancel: (calls: C) => unknown,
): Way {
  return {
    name,
    abortAfterMs: 0,
    endsProgram: false,
    ...expected,
    async start(commands) {
      const calls = await open(commands);
      return { calls, cancel: () => cancel(calls) };
    },
  };
}

async function cancelEach(
  calls: { readonly count: number; tell(message: unknown): Promise<void> },
): Promise<void> {
  for (let requestId = 0; requestId < calls.count; requestId++) {
    await calls.tell({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId } });
  }
}

function overHttp(postOf: (at: number, command: string) => Post) {
  return async (commands: readonly string[]) => {
    const program = await startServer(DRAIN);
    const client = new AbortController();
    const posts = commands.map((command, at) => postOf(at, command));
    return {
      program,
      answers: Promise.all(
        posts.map((post) => ask(program.url, post, client.signal).catch(() => undefined)),
      ),
      disconnect: () => client.abort(),
      [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
    };
  };
}

async function overSockets(commands: readonly string[]) {
  const program = await startServer(DRAIN);
  const sockets = commands.map((command, at) =>
    sendOnSocket(program.url, modernPost(at, "shell", { command }, STREAMED))
  );
  return {
    program,
    answers: Promise.resolve(commands.map(() => undefined)),
    reset: () => sockets.forEach((socket) => socket.resetAndDestroy()),
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}

async function inSession(commands: readonly string[]) {
  const program = await startServer(DRAIN);
  const { url } = program;
  const session = await openSession(url);
  return {
    program,
    count: commands.length,
    answers: Promise.all(
      commands.map((command, at) =>
        ask(url, sessionPost(toolCall(at, "shell", { command }), session))
      ),
    ),
    async tell(message: unknown) {
      await ask(url, sessionPost(message, session));
    },
    async endSession() {
      const headers = { "mcp-session-id": session };
      await (await fetch(url, { method: "DELETE", headers })).body?.cancel();
    },
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}

function overStdio(era: "session" | "modern") {
  return async (commands: readonly string[]) => {
    const program = await startStdio(DRAIN);
    const { ask, tell } = talk(program);
    if (era === "session") await initialize({ ask, tell });
    const meta = era === "modern" ? MODERN_META : {};
    return {
      program,
      count: commands.length,
      answers: Promise.all(
        commands.map((command, at) => ask(toolCall(at, "shell", { command }, meta))),
      ),
      tell,
      [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
    };
  };
}
