// Runs the body of a test in a process of its own, for tests that count what the whole process has:
// with `--parallel`, other test files share it. Used by tests only.

import { assert } from "@std/assert";
import { fileURLToPath } from "node:url";
import { stdFlags } from "../../scripts/std.ts";

/** Set in the process that runs the one test. */
const MARK = "LMCP_TEST_ALONE";

/** Registers a test of the file `url` that runs by itself. */
export function testAlone(url: string, name: string, body: () => void | Promise<void>): void {
  Deno.test(name, async () => {
    if (Deno.env.get(MARK) === name) return await body();
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "-A", "--quiet", ...await stdFlags(), "--filter", name, fileURLToPath(url)],
      env: { [MARK]: name, NO_COLOR: "1" },
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    const said = decoder.decode(stdout) + decoder.decode(stderr);
    assert(success && /\b1 passed\b/.test(said), said);
  });
}
