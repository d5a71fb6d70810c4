// The wire over standard streams: one process, a message a line. What comes is filed under the
// request it answers; what belongs to none is seen by all that wait.

import type { Runtime } from "../../src/runtime/runtime.ts";
import { readLines } from "../../src/wire/lines.ts";
import type { JsonMap } from "./scenario.ts";
import { Inbox, type Wire } from "./wire.ts";

const MAX_LINE = 64 * 1024 * 1024;
const END_MS = 3_000;
/** Between the pieces of a message, so that they are read one by one. */
const PIECE_MS = 15;

/** Starts a command and makes the wire to it. */
export function openStdioWire(runtime: Runtime, command: readonly string[]): Wire {
  const [program = "", ...args] = command;
  const child = runtime.spawn(program, {
    args,
    env: runtime.environ(),
    stdin: "piped",
    stdout: "piped",
    stderr: "ignored",
  });
  const writer = child.stdin!.getWriter();
  const channel = new Inbox(() => void child.killGroup("SIGKILL"));
  const inboxes = new Map<string | number, Inbox>();
  const others: Inbox[] = [];
  let writing: Promise<void> = Promise.resolve();

  async function write(pieces: readonly Uint8Array[]): Promise<void> {
    for (const [at, piece] of pieces.entries()) {
      if (at > 0) await new Promise((resolve) => setTimeout(resolve, PIECE_MS));
      await writer.write(piece);
    }
  }

  async function pump(): Promise<void> {
    for await (const line of readLines(child.stdout!, MAX_LINE)) {
      if (line.kind === "line") file(parse(line.text));
    }
    for (const inbox of [channel, ...inboxes.values(), ...others]) {
      inbox.notice(() => inbox.ended = true);
    }
  }

  function file(value: unknown): void {
    for (const message of (Array.isArray(value) ? value : [value]) as JsonMap[]) {
      channel.notice(() => channel.messages.push(message));
      const isResponse = message.method === undefined;
      const id = message.id as string | number | undefined;
      const owner = isResponse && id !== undefined ? inboxes.get(id) : undefined;
      if (owner !== undefined) {
        owner.notice(() => owner.messages.push(message));
      } else {
        // Notifications name no request, and an error may have no id: whoever waits may take it.
        for (const inbox of [...inboxes.values(), ...others]) {
          inbox.notice(() => inbox.messages.push(message));
        }
      }
    }
  }

  /** Closing a pipe that is closed already is no error: the process may have left first. */
  const closeInput = () => writer.close().catch(() => undefined);
  const pumping = pump();
  return {
    transport: "stdio",
    channel,
    send(pieces) {
      const inbox = new Inbox(() => {});
      const ids = idsOf(pieces);
      if (ids.length === 0) others.push(inbox);
      for (const id of ids) inboxes.set(id, inbox);
      writing = writing.then(() => write(pieces))
        .catch(() => inbox.notice(() => inbox.ended = true));
      return inbox;
    },
    http() {
      throw new Error("Standard streams have no HTTP: the scenario is for http only");
    },
    closeInput: () => void closeInput(),
    async close() {
      await closeInput();
      const timer = setTimeout(() => child.killGroup("SIGKILL"), END_MS);
      await pumping;
      await child.exited;
      clearTimeout(timer);
      child.killGroup("SIGKILL");
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { notJson: text };
  }
}

/** The ids that a text asks for answers to, as far as it is JSON: not those of its own answers. */
function idsOf(pieces: readonly Uint8Array[]): (string | number)[] {
  const text = pieces.map((piece) => new TextDecoder().decode(piece)).join("");
  const value = parse(text.trim());
  return (Array.isArray(value) ? value : [value]).flatMap((one) =>
    (typeof one?.id === "string" || typeof one?.id === "number") &&
      one.result === undefined && one.error === undefined
      ? [one.id]
      : []
  );
}
