/**
 * The machine under a program, the same on each runtime: serve a handler, start processes, read
 * files, hear signals.
 *
 * @example Serve a handler
 * ```ts
 * import { createHandler, createServer } from "@lmcp/lmcp";
 * import { openRuntime } from "@lmcp/lmcp/runtime";
 *
 * const runtime = await openRuntime();
 * const handler = createHandler(createServer({ name: "greeter", version: "1.0.0" }));
 * const listener = await runtime.serve(handler, {
 *   hostname: "127.0.0.1",
 *   port: 0,
 *   onError: (error) => runtime.stderr(String(error)),
 * });
 * if (!listener.url.startsWith("http://127.0.0.1:")) throw new Error("unexpected address");
 * await handler.close();
 * await listener.close();
 * ```
 *
 * @module
 */

// What the export `./runtime` gives. The library below the tools never imports it.

export type { HttpAnswer, HttpRequest } from "./http_request.ts";
export { RequestError } from "./http_request.ts";
export { openRuntime } from "./open_runtime.ts";
export type * from "./runtime.ts";
export { FileError, ListenError, SpawnError } from "./runtime.ts";
