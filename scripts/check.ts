// deno-lint-ignore-file no-console -- it reports to people
// Checks the house rules that format, lint and types do not see: layers, cycles, sizes, names. Run by
// `deno task check` and `deno task ok`; the table of rules is scripts/check/rules.ts.
// Each violation is a line `file:line: rule: what to do`; any makes the exit code 1.

import { parseArgs } from "@std/cli/parse-args";
import { fileURLToPath } from "node:url";
import { RULES } from "./check/rules.ts";
import { readTree } from "./check/tree.ts";

/** Runs every rule on the tree under a folder; returns the lines of the report. */
export async function check(root: string): Promise<string[]> {
  const tree = await readTree(root);
  return RULES.flatMap((rule) =>
    [...rule.find(tree)].map(({ path, line, advice }) => `${path}:${line}: ${rule.name}: ${advice}`)
  );
}

if (import.meta.main) {
  const { root } = parseArgs(Deno.args, {
    string: ["root"],
    default: { root: fileURLToPath(new URL("..", import.meta.url)) },
  });
  const report = await check(root);
  for (const line of report) console.log(line);
  console.error(
    `check: ${report.length || "no"} ${report.length === 1 ? "violation" : "violations"}`,
  );
  if (report.length > 0) Deno.exit(1);
}
