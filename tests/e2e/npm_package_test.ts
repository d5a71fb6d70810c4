// The npm package, made and tried as `deno task build:npm` does: that script fails unless the package
// works on each runtime, so here it only has to succeed, and to leave one tarball.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { stdFlags } from "../../scripts/std.ts";
import { lacksProgram } from "../support/lacks.ts";

const SCRIPT = fileURLToPath(new URL("../../scripts/build_npm.ts", import.meta.url));

Deno.test("build_npm.ts leaves one tarball, which works on each runtime", async () => {
  if (lacksProgram("npm")) return;
  const dir = await Deno.makeTempDir({ prefix: "lmcp-npm-test-" });
  try {
    await Deno.writeTextFile(`${dir}/lmcp-lmcp-0.0.1.tgz`, "of an earlier version");
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", ...await stdFlags(), "-A", SCRIPT, `--out=${dir}`],
      stdin: "null",
    }).output();
    const said = new TextDecoder().decode(stdout);
    if (!success) throw new Error(`${said}\n${new TextDecoder().decode(stderr)}`);
    for (const runtime of ["Node 20", "Node 24", "Bun", "Deno"]) {
      assertStringIncludes(said, `${runtime}: the library and the program work\n`);
    }
    const left = [...Deno.readDirSync(dir)].map(({ name }) => name);
    assertEquals(left.length, 1, left.join());
    assertMatch(left[0] ?? "", /^lmcp-lmcp-\d+\.\d+\.\d+\.tgz$/);
    assertStringIncludes(said, `\n${dir}/${left[0]}\n`);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
