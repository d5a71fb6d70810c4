// Requests to an lmcp on its standard streams, several at once. Used by the end-to-end tests that
// look at every line. Adds nothing and checks nothing.

import type { StdioProgram } from "../support/program.ts";
import { INITIALIZE, INITIALIZED, type Message } from "./http_talk.ts";

/** A talk with a program. */
export interface StdioTalk {
  /** Sends a request; its answer, or undefined when the output ended without one. */
  ask(request: { readonly id: string | number }): Promise<Message | undefined>;
  /** Sends a notification. */
  tell(notification: unknown): Promise<void>;
}

/** Starts to read what a program says; to its end. */
export function talk(program: StdioProgram): StdioTalk {
  const waiting = new Map<string | number, (answer: Message | undefined) => void>();
  void read();

  async function read(): Promise<void> {
    for (;;) {
      const message = await program.receive();
      if (message === undefined) break;
      waiting.get(message.id)?.(message);
    }
    for (const tell of waiting.values()) tell(undefined);
  }

  return {
    ask(request) {
      const answer = new Promise<Message | undefined>((resolve) => {
        waiting.set(request.id, resolve);
      });
      return program.send(request).then(() => answer);
    },
    tell: (notification) => program.send(notification),
  };
}

/** Opens the session of a talk. */
export async function initialize(stdio: StdioTalk): Promise<void> {
  await stdio.ask(INITIALIZE);
  await stdio.tell(INITIALIZED);
}
