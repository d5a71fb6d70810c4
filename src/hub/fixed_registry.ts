// A registry that never changes, from a text: for programs that make their own, and for tests.

import { parseRegistry } from "./registry.ts";
import { RegistryError, type RegistrySource } from "./registry_file.ts";

/**
 * Reads a registry from its text.
 *
 * @throws {RegistryError} naming each line that is wrong.
 *
 * @example
 * ```ts
 * import { fixedRegistry } from "@lmcp/lmcp/hub";
 *
 * const [host] = await fixedRegistry("mac - ssh=me@mac.lan tags=lab").backends();
 * if (host?.ssh !== "me@mac.lan") throw new Error("unexpected host");
 * ```
 */
export function fixedRegistry(text: string): RegistrySource {
  const parsed = parseRegistry(text);
  if (!parsed.ok) throw new RegistryError(`registry: ${parsed.problems.join("; ")}`);
  return {
    path: "(given as text)",
    backends: () => Promise.resolve(parsed.backends),
    problems: () => [],
  };
}
