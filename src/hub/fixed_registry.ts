// A registry that never changes, from a text: for programs that make their own, and for tests.

import { parseRegistry } from "./registry.ts";
import { RegistryError, type RegistrySource } from "./registry_file.ts";

/** Reads a registry from its text. @throws {RegistryError} naming each line that is wrong. */
export function fixedRegistry(text: string): RegistrySource {
  const registry = parseRegistry(text);
  if (!registry.ok) throw new RegistryError(`registry: ${registry.problems.join("; ")}`);
  return {
    path: "(given as text)",
    backends: () => Promise.resolve(registry.backends),
    problems: () => [],
  };
}
