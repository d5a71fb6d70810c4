// A started command: its standard error kept for errors, and its end in three steps. Used by
// `stdio_channel.ts`. The process is the user's; only its group is ever signalled.
// spec: basic/transports/stdio#shutdown

import { chunksOf } from "../wire/chunks.ts";
import { readLines } from "../wire/lines.ts";
import { ClientError } from "./client_error.ts";
import type { ChildLike, CommandTarget } from "./target.ts";
import { within } from "./wait.ts";

/** Milliseconds that a command gets to end by itself, and again after it was asked to. */
const PATIENCE_MS = 2_000;
/** Milliseconds that its last words get to arrive after it ended. */
const LAST_WORDS_MS = 100;
/** Characters of the command that an error repeats. */
const LABEL_CHARS = 100;
const MAX_LINE = 64 * 1024;
/** Characters of standard error that an error repeats. */
const TAIL_CHARS = 2_000;

/** A command that runs. */
export interface StartedCommand {
  readonly child: ChildLike;
  /** The command, for errors. */
  readonly label: string;
  /** Resolves with the error that says how it ended, once it has. */
  readonly ended: Promise<ClientError>;
  /** Ends it: waits, then TERM, then KILL, each for its group. The input must be closed before. */
  end(): Promise<void>;
}

/** Starts a command. @throws {ClientError} `refused` when it cannot be started. */
export function startCommand(
  target: CommandTarget,
  onStderr: ((line: string) => void) | undefined,
): StartedCommand {
  const [program = "", ...args] = target.words;
  const label = target.words.join(" ").replace(/\s+/g, " ").slice(0, LABEL_CHARS);
  let child: ChildLike;
  try {
    child = target.spawner.spawn(program, {
      args,
      ...(target.cwd === undefined ? {} : { cwd: target.cwd }),
      env: target.env,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ClientError("refused", `Cannot start "${label}": ${reason}`, {
      cause: error,
      sent: false,
    });
  }
  let tail = "";
  const gone = new AbortController();

  async function listen(): Promise<void> {
    if (child.stderr === undefined) return;
    for await (const line of readLines(chunksOf(child.stderr, gone.signal), MAX_LINE)) {
      const text = line.kind === "line" ? line.text : "(a line that is too long)";
      tail = `${tail}${text}\n`.slice(-TAIL_CHARS);
      onStderr?.(text);
    }
  }

  async function describeEnd(): Promise<ClientError> {
    const { code, signal } = await child.exited;
    await within(listening, LAST_WORDS_MS); // A child of its own may hold the stream open.
    gone.abort();
    const how = signal === undefined ? `with code ${code}` : `by ${signal}`;
    const said = tail.trim() === "" ? "" : `; it said: ${tail.trim()}`;
    return new ClientError("closed", `The command "${label}" ended ${how}${said}`);
  }

  // A stream that breaks has said what it had to say.
  const listening = listen().catch(() => undefined);
  const ended = describeEnd();
  return {
    child,
    label,
    ended,
    async end() {
      if (!await within(child.exited, PATIENCE_MS)) {
        child.killGroup("SIGTERM");
        await within(child.exited, PATIENCE_MS);
      }
      // Whatever is left of its group, also of one that ended in time.
      child.killGroup("SIGKILL");
      await ended;
    },
  };
}
