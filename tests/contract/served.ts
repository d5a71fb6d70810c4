// Serves a library's server on a socket of the runtime that is tested, for one case.

import { createHandler, createServer, type HandlerOptions, type Tool } from "../../mod.ts";
import type { ServerOptions } from "../../mod.ts";
import type { Context } from "./contract.ts";

/** A server that listens. */
export interface Served {
  readonly port: number;
  /** What it reported: errors that no answer carries. */
  readonly reported: unknown[];
  /** Ends it before the case does: the handler first, then the socket. */
  close(drainMs?: number): Promise<void>;
}

/** How to serve. */
export interface ServedOptions extends HandlerOptions {
  /** What the server is made with, beside name and version. */
  readonly server?: Partial<ServerOptions>;
}

/** Serves tools on a free port of 127.0.0.1 until the case is over. */
export async function serveTools(
  { runtime, after }: Context,
  tools: readonly Tool[],
  { server: made = {}, ...options }: ServedOptions = {},
): Promise<Served> {
  const reported: unknown[] = [];
  const onError = (error: unknown) => void reported.push(error);
  const server = createServer({ name: "contract", version: "1.0.0", onError, ...made });
  for (const tool of tools) server.tool(tool);
  const handler = createHandler(server, options);
  const listener = await runtime.serve(handler, { hostname: "127.0.0.1", port: 0, onError });
  let closed: Promise<void> | undefined;
  const close = (drainMs = 1) => closed ??= handler.close({ drainMs }).then(() => listener.close());
  after(() => close());
  return { port: Number(new URL(listener.url).port), reported, close };
}

/** A promise that the case resolves: what a handler waits for. */
export function openGate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => open = resolve);
  return { opened, open };
}
