// Shows what std.ts hands to deno, and that a subcommand started through it finds its packages.

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { fileURLToPath } from "node:url";
import { standInMap } from "./std.ts";

/** Runs std.ts; the probe's own answer counts unless `env` tells. */
async function std(args: string[], env: Record<string, string>) {
  const script = fileURLToPath(new URL("std.ts", import.meta.url));
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", script, ...args],
    env: { NO_COLOR: "1", LMCP_STD: "", ...env },
  }).output();
  const [stdout, stderr] = [output.stdout, output.stderr].map((b) => new TextDecoder().decode(b));
  return { code: output.code, stdout: stdout!, stderr: stderr! };
}

Deno.test("standInMap() repeats what deno.json imports and replaces what comes from JSR", () => {
  const config = { "@std/assert": "jsr:@std/assert@^1", zod: "npm:zod@^4", "#x": "./src/x.ts" };
  const standIns = { "@std/assert": "./assert/mod.ts", "@std/assert/": "./assert/" };
  const { imports } = standInMap({ imports: config }, { imports: standIns });
  const root = new URL("../", import.meta.url).href;
  assertEquals(imports, {
    zod: "npm:zod@^4",
    "zod/": "npm:/zod@^4/",
    "#x": `${root}src/x.ts`,
    "@std/assert": `${root}stand_ins/assert/mod.ts`,
    "@std/assert/": `${root}stand_ins/assert/`,
  });
});

Deno.test("standInMap() refuses a JSR package that nothing stands in for", () => {
  const config = { imports: { "@std/tar": "jsr:@std/tar@^1" } };
  assertThrows(() => standInMap(config, { imports: {} }), Error, `"@std/tar"`);
});

Deno.test("every JSR package of deno.json has a stand-in", async () => {
  const read = async (path: string) =>
    JSON.parse(await Deno.readTextFile(new URL(path, import.meta.url)));
  const { imports } = standInMap(
    await read("../deno.json"),
    await read("../stand_ins/import_map.json"),
  );
  for (const [name, target] of Object.entries(imports)) {
    assert(!target.startsWith("jsr:"), `${name} comes from JSR`);
    if (target.endsWith(".ts")) assert((await Deno.stat(new URL(target))).isFile, name);
  }
});

Deno.test("deno.lock names nothing that only development uses", async () => {
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("../deno.json", import.meta.url)));
  const lock = JSON.parse(await Deno.readTextFile(new URL("../deno.lock", import.meta.url)));
  const shipped = Object.values<string>(imports).filter((target) => target.startsWith("npm:"));
  assertEquals(Object.keys(lock.specifiers).sort(), shipped.sort());
});

Deno.test("std.ts runs a program with its packages, its arguments and its exit code", async () => {
  const folder = await Deno.makeTempDir();
  const script = `${folder}/a.ts`;
  await Deno.writeTextFile(
    script,
    `import { assert } from "@std/assert";
     import { parseArgs } from "@std/cli/parse-args";
     assert(parseArgs(Deno.args).n === 7);
     console.log(Deno.env.get("LMCP_STD"));
     Deno.exit(7);`,
  );
  try {
    const { code, stdout, stderr } = await std(["run", "-A", script, "--n=7"], {});
    assertEquals(code, 7, stderr);
    const source = stdout.trim();
    assert(source === "jsr" || source === "stand-ins", source);
    assertEquals(stderr.includes("std: JSR cannot be reached"), source === "stand-ins");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("std.ts with LMCP_STD=stand-ins uses them without a word", async () => {
  const args = ["eval", `import { serveDir } from "@std/http/file-server"; serveDir.name;`];
  assertEquals(await std(args, { LMCP_STD: "stand-ins" }), { code: 0, stdout: "", stderr: "" });
});

Deno.test("std.ts refuses another LMCP_STD by name", async () => {
  const { code, stderr } = await std(["eval", "1"], { LMCP_STD: "maybe" });
  assertEquals(code, 1);
  assertStringIncludes(stderr, `LMCP_STD must be jsr or stand-ins: got "maybe"`);
});
