// Looks into /proc by Node's calls, on Node and Bun. Used by the Node files beside it.

import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { failureOf } from "./node_errors.ts";
import type { ProcReader } from "./proc_reader.ts";

/** Reads /proc. */
export const NODE_PROC: ProcReader = {
  text: (path) => readFileSync(path, "utf8"),
  names: (path) => readdirSync(path),
  link: (path) => readlinkSync(path),
  isGone(error) {
    const { code } = failureOf(error);
    return code === "ENOENT" || code === "ESRCH";
  },
};
