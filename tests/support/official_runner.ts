// Runs `conformance/official.ts` as `deno task conformance` does, for the tests of its two halves.

import { stdFlags } from "../../scripts/std.ts";

const RUNNER = new URL("../../conformance/official.ts", import.meta.url).pathname;

/** Runs it to its end. */
export async function runOfficial(
  args: readonly string[],
): Promise<{ readonly code: number; readonly said: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...await stdFlags(), "-A", RUNNER, ...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, said: decoder.decode(stderr) + decoder.decode(stdout) };
}
