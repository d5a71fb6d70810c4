// The audit file: a line of JSON for each tool call, when it ends. Who called which tool, on which
// host of a hub, how long it took, how it ended; never other arguments or results, which may hold
// secrets. Opened by `cli_host.ts` and `cli_hub.ts`. Never slows a call down, and never fails one: trouble goes to the log.

import type { Log } from "./cli_log.ts";
import { UsageError } from "./cli_options.ts";
import { isJsonObject } from "./jsonrpc/message.ts";
import type { Call, Core, Outcome } from "./protocol/call.ts";
import { FileError, type Runtime } from "./runtime/runtime.ts";

/** An open audit file. */
export interface Audit {
  /** The same core, its tool calls written down. */
  watch(core: Core): Core;
  /** Writes down what is no call of a client: one of a hub on a host. */
  add(entry: AuditEntry): void;
  /** Resolves when everything is written. */
  close(): Promise<void>;
}

/** How a call ended: with what was asked for, a tool's error, a refusal, or before its time. */
type AuditOutcome = "ok" | "error" | "refused" | "cancelled";

/** A line, without its time. */
export interface AuditEntry {
  readonly who: string | null;
  readonly tool: string | null;
  readonly ms: number;
  readonly outcome: string;
  /** What a client of a hub named, or the host that a hub called. */
  readonly host?: string;
  /** How a hub reached it. */
  readonly via?: string;
  /** The id of the trace, where there is one. */
  readonly trace?: string;
}

const NAME_LENGTH = 128;
const HOST_LENGTH = 500;
/** A file that is larger is put aside as FILE.1, in place of the one before. */
const MOST_BYTES = 64 * 1024 * 1024;
const TRACE = /^[0-9a-f]{2}-([0-9a-f]{32})-/;

/** Opens the file, which only this user may read. @throws {UsageError} when it cannot be written. */
export async function openAudit(
  runtime: Runtime,
  path: string,
  log: Log,
  mostBytes = MOST_BYTES,
): Promise<Audit> {
  let waiting = "";
  let writing: Promise<void> | undefined;
  let failing = false;

  // Opened for each batch, so that the file can be moved away and a new one begins.
  async function append(text: string): Promise<void> {
    const file = await runtime.files.open(path, { append: true, create: true, mode: 0o600 });
    let full: boolean;
    try {
      await file.write(new TextEncoder().encode(text));
      const { size, type } = await file.info();
      full = type === "file" && size >= mostBytes;
    } finally {
      file.close();
    }
    if (full) await runtime.files.rename(path, `${path}.1`);
  }

  async function drain(): Promise<void> {
    while (waiting !== "") {
      const text = waiting;
      waiting = "";
      try {
        await append(text);
        failing = false;
      } catch (error) {
        if (!failing) log.error("Calls are not written to the audit file", error);
        failing = true;
      }
    }
    writing = undefined;
  }

  function add(entry: AuditEntry): void {
    waiting += `${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`;
    writing ??= drain();
  }

  function write(call: Call, startedAt: number, outcome: AuditOutcome): void {
    const { name, arguments: given } = call.params;
    const tool = typeof name === "string" ? name.slice(0, NAME_LENGTH) : null;
    const ms = Math.round(performance.now() - startedAt);
    const host = tool?.startsWith("remote_") && isJsonObject(given) ? given.host : undefined;
    const trace = TRACE.exec(String(call.meta.traceparent))?.[1];
    add({
      who: call.auth?.name ?? null,
      tool,
      ms,
      outcome,
      ...(host === undefined ? {} : { host: String(host).slice(0, HOST_LENGTH) }),
      ...(trace === undefined ? {} : { trace }),
    });
  }

  async function watched(core: Core, call: Call): Promise<Outcome> {
    const startedAt = performance.now();
    try {
      const outcome = await core.handle(call);
      const ended = outcome.result.isError === true ? "error" : "ok";
      write(call, startedAt, call.signal.aborted ? "cancelled" : ended);
      return outcome;
    } catch (error) {
      write(call, startedAt, call.signal.aborted ? "cancelled" : "refused");
      throw error;
    }
  }

  try {
    await append("");
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new UsageError(`--audit must name a file that can be written: ${error.message}`);
  }
  return {
    add,
    watch: (core) => ({
      ...core,
      handle: (call) => call.method === "tools/call" ? watched(core, call) : core.handle(call),
    }),
    close: async () => {
      while (writing !== undefined) await writing;
    },
  };
}
