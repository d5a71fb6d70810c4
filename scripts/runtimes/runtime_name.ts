// The names of the runtimes that lmcp runs on, as the options of the tasks spell them.

import type { RuntimeName } from "../../tests/contract/contract.ts";

/** All of them, in the order they are reported in. */
export const RUNTIME_NAMES: readonly RuntimeName[] = ["deno", "bun", "node20", "node22", "node24"];

/** What people call one. */
export function titleOf(name: RuntimeName): string {
  if (name === "deno") return "Deno";
  return name === "bun" ? "Bun" : `Node ${name.slice("node".length)}`;
}

/** Reads a list such as `bun,node24`. @throws {TypeError} that says which name is none. */
export function readRuntimeNames(list: string): RuntimeName[] {
  return list.split(",").map((word) => {
    const name = RUNTIME_NAMES.find((each) => each === word.trim());
    if (name !== undefined) return name;
    throw new TypeError(
      `Runtimes must be of ${RUNTIME_NAMES.join(", ")}: got ${JSON.stringify(word)}`,
    );
  });
}
