// The `instructions` of the host server: what a model must know beside the tools' own descriptions.
// Short, since clients cut it at 2 KB and every session pays for it. Names only tools that are
// offered.

import type { SystemFacts } from "./runtime/runtime.ts";

/** Most roots that are named one by one. */
const NAMED_ROOTS = 8;

/** The instructions of a host server. */
export function hostInstructions(
  system: SystemFacts,
  cwd: string,
  tools: ReadonlySet<string>,
  roots: readonly string[],
): string {
  const machine = system.hostname === undefined ? "a machine" : `the machine "${system.hostname}"`;
  const sentences = [
    `These tools act on ${machine} (${system.os}, ${system.arch}), not on the one you run on.`,
    `Give absolute paths; a relative one starts at ${roots[0] ?? cwd}.`,
  ];
  const instead = [
    ["read_file", "cat"],
    ["edit_file", "sed"],
    ["write_file", "a here-document"],
    ["list_dir", "ls"],
    ["search_files", "grep or find"],
  ].filter(([tool = ""]) => tools.has(tool));
  if (tools.has("shell") && instead.length > 0) {
    const pairs = instead.map(([tool, command]) => `${tool} over ${command}`);
    sentences.push(`Prefer ${pairs.join(", ")} in the shell: they are exact and bounded.`);
  }
  if (tools.has("shell")) {
    sentences.push("There is no terminal: nothing can ask for a password or open an editor.");
  }
  if (tools.has("shell_bg")) {
    sentences.push("Run what takes longer than a minute, or must go on, with shell_bg.");
  }
  if (roots.length > 0) {
    const more = roots.length > NAMED_ROOTS ? ` and ${roots.length - NAMED_ROOTS} more` : "";
    const named = roots.slice(0, NAMED_ROOTS).join(", ");
    sentences.push(`The file tools stay inside ${named}${more}.`);
  }
  return sentences.join(" ");
}
