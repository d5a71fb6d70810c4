/**
 * The machine under a program, the same on each runtime: serve a handler, start processes, read
 * files, hear signals.
 *
 * @module
 */

// What the export `./runtime` gives. The library below the tools never imports it.

export { openRuntime } from "./open_runtime.ts";
export type * from "./runtime.ts";
export { FileError, ListenError, SpawnError } from "./runtime.ts";
