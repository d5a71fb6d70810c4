// Every way in which a running `shell` can be aborted, for each era and transport, and how long it
// takes until the last process of its command is gone. Used by the measurement behind
// docs/process-control.md and by its short form among the tests. Each cell starts an lmcp of its own.

import { markedCommand, type Shape } from "../support/marked_command.ts";
import { type Program, startServer, startStdio } from "../support/program.ts";
import {
  ask,
  MODERN_META,
  modernPost,
  openSession,
  sendOnSocket,
  sessionPost,
  toolCall,
} from "./http_talk.ts";
import { initialize, talk } from "./stdio_talk.ts";

/** The ways to abort, in the order of the table. */
export const ABORTS = [
  "timeout",
  "cancel notification",
  "disconnect",
  "TCP reset",
  "server SIGTERM",
  "server SIGKILL",
] as const;

/** What is aborted, and how. */
export interface Row {
  readonly era: "2025-11-25" | "2026-07-28";
  readonly over: "HTTP" | "stdio";
  readonly abort: typeof ABORTS[number];
}

/** What was measured. */
export interface Measured {
  /** Milliseconds from the abort until the last process was gone; undefined: it was not by itself. */
  readonly ms: number | undefined;
  /** Of what was left then: milliseconds from the listening line of the next lmcp. */
  readonly nextStartMs?: number;
}

/** A command that runs, and the ways to abort it. `await using` ends its lmcp. */
interface Running extends AsyncDisposable {
  readonly program: Program;
  cancel(): Promise<unknown>;
  disconnect(): unknown;
  reset(): unknown;
}

/** Milliseconds after which an older session that nobody listens to ends its calls. */
export const ORPHAN_MS = 60_000;
const DRAIN_MS = 100;
const TIMEOUT_MS = 1_000;
const BOUND_MS = 10_000;
/** So long after SIGKILL it is looked whether a command ends by itself. */
const ALONE_MS = 400;
const CANCEL = {
  jsonrpc: "2.0",
  method: "notifications/cancelled",
  params: { requestId: 1 },
};

/** All rows of the table, without those of which `whyMissing` tells. */
export const ROWS: readonly Row[] = (["2025-11-25", "2026-07-28"] as const).flatMap((era) =>
  (["HTTP", "stdio"] as const).flatMap((over) => ABORTS.map((abort) => ({ era, over, abort })))
).filter((row) => whyMissing(row) === undefined);

/** Why there is no such way to abort; undefined where there is. */
export function whyMissing({ era, over, abort }: Row): string | undefined {
  if (over === "stdio" && abort === "TCP reset") {
    return "there is no connection that could be reset";
  }
  if (over === "HTTP" && abort === "cancel notification" && era === "2026-07-28") {
    return "this revision has no such notification over HTTP: to close the request is to cancel it";
  }
  return undefined;
}

/** Whether a row is about a client of an older session that left: its call goes on for a while. */
export function goesOn({ era, over, abort }: Row): boolean {
  return era === "2025-11-25" && over === "HTTP" &&
    (abort === "disconnect" || abort === "TCP reset");
}

/** Measures a cell. Fails when something is left after all. */
export async function measure(row: Row, shape: Shape): Promise<Measured> {
  using command = markedCommand(shape);
  const asked = performance.now();
  await using running = await start(row, command.command);
  const called = performance.now();
  await command.started();
  const began = row.abort === "timeout" ? called + TIMEOUT_MS : performance.now();
  await abort(row, running);
  if (row.abort === "server SIGKILL") {
    const alone = await command.gone(ALONE_MS).then(
      () => performance.now() - began,
      () => undefined,
    );
    if (alone !== undefined) return { ms: alone };
    await using _next = await startServer();
    return { ms: undefined, nextStartMs: await command.gone(BOUND_MS) };
  }
  await command.gone(BOUND_MS + (goesOn(row) ? ORPHAN_MS : performance.now() - asked));
  return { ms: performance.now() - began - drainOf(row) };
}

/** The calls get so long before they are aborted. */
function drainOf({ over, abort }: Row): number {
  return abort === "server SIGTERM" || over === "stdio" && abort === "disconnect" ? DRAIN_MS : 0;
}

async function abort(row: Row, running: Running): Promise<void> {
  if (row.abort === "cancel notification") await running.cancel();
  if (row.abort === "disconnect") await running.disconnect();
  if (row.abort === "TCP reset") running.reset();
  if (row.abort === "server SIGTERM") running.program.kill("SIGTERM");
  if (row.abort === "server SIGKILL") running.program.kill("SIGKILL");
}

async function start(row: Row, command: string): Promise<Running> {
  const timeout = row.abort === "timeout" ? { timeout_s: TIMEOUT_MS / 1_000 } : {};
  const args = { command, ...timeout };
  return row.over === "stdio" ? await overStdio(row, args) : await overHttp(row, args);
}

async function overHttp({ era, abort }: Row, args: Record<string, unknown>): Promise<Running> {
  const program = await startServer(["--drain", String(DRAIN_MS / 1_000)], {
    boundMs: ORPHAN_MS * 2,
  });
  const { url } = program;
  const session = era === "2025-11-25" ? await openSession(url) : undefined;
  const post = session === undefined
    ? modernPost(1, "shell", args, { progressToken: 1 })
    : sessionPost(toolCall(1, "shell", args, { progressToken: 1 }), session);
  const client = new AbortController();
  const socket = abort === "TCP reset" ? sendOnSocket(url, post) : undefined;
  // What becomes of the answer is what the other tests look at.
  if (socket === undefined) ask(url, post, client.signal).catch(() => undefined);
  return {
    program,
    cancel: () => ask(url, sessionPost(CANCEL, session)),
    disconnect: () => client.abort(),
    reset: () => socket?.resetAndDestroy(),
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}

async function overStdio({ era }: Row, args: Record<string, unknown>): Promise<Running> {
  const program = await startStdio(["--drain", String(DRAIN_MS / 1_000)]);
  const { ask, tell } = talk(program);
  if (era === "2025-11-25") await initialize({ ask, tell });
  const meta = { ...(era === "2026-07-28" ? MODERN_META : {}), progressToken: 1 };
  // As over HTTP.
  ask(toolCall(1, "shell", args, meta)).catch(() => undefined);
  return {
    program,
    cancel: () => tell(CANCEL),
    disconnect: () => program.endInput(),
    reset() {},
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}
