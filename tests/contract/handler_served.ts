// Serves a handler of a case's own on a socket of the runtime that is tested.

import type { ListenOptions } from "../../src/runtime/runtime.ts";
import type { Context } from "./contract.ts";

/** A handler that is served. */
export interface ServedHandler {
  readonly port: number;
  /** The errors that the server told of. */
  readonly reported: unknown[];
  /** Ends it before the case does. */
  close(): Promise<void>;
}

/** Serves a handler on a free port of 127.0.0.1 until the case is over. */
export async function serveHandler(
  { runtime, after }: Context,
  handler: (request: Request) => Response | Promise<Response>,
  options: Partial<ListenOptions> = {},
): Promise<ServedHandler> {
  const reported: unknown[] = [];
  const onError = (error: unknown) => void reported.push(error);
  const listener = await runtime.serve(handler, {
    hostname: "127.0.0.1",
    port: 0,
    onError,
    ...options,
  });
  const close = () => listener.close();
  after(close);
  return { port: Number(new URL(listener.url).port), reported, close };
}

/** Waits until a number has stood still for a while. */
export async function settled(read: () => number): Promise<void> {
  for (let before = -1, still = 0; still < 10;) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    still = read() === before ? still + 1 : 0;
    before = read();
  }
}
