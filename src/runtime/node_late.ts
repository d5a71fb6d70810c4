// Those of Node's modules that take 2 to 7 ms and megabytes to load, and that a server at rest does
// not need: loaded when first asked for, in the middle of a function that cannot wait.
// Used on Node and Bun by what starts processes and looks at terminals.

import { createRequire } from "node:module";

const load = createRequire(import.meta.url);

/** Processes. */
export function childProcess(): typeof import("node:child_process") {
  return load("node:child_process");
}

/** Sockets. */
export function net(): typeof import("node:net") {
  return load("node:net");
}

/** Terminals. */
export function tty(): typeof import("node:tty") {
  return load("node:tty");
}
