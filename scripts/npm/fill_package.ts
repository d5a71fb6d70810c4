// Fills a folder with what the npm package holds: modules, declarations, the program, its texts.
// Called by scripts/build_npm.ts, which checks and packs it, and by the benchmark.

import { join } from "node:path";
import { copyDeclarations } from "./declarations.ts";
import { joinModules } from "./join_modules.ts";
import { type DenoConfig, manifest } from "./manifest.ts";
import { ROOT } from "./root.ts";
import { stage } from "./stage.ts";

const PROGRAM = "./src/cli.ts";
const DOCS = ["README.md", "LICENSE"];
// Since 22.1 Node can keep what it compiled, in a folder that no other user may write to.
const BIN = `#!/usr/bin/env node
import module from "node:module";

const { HOME, XDG_CACHE_HOME = HOME && HOME + "/.cache" } = process.env;
if (XDG_CACHE_HOME) module.enableCompileCache?.(XDG_CACHE_HOME + "/lmcp");
const { main } = await import("../src/cli.js");
await main();
`;

/** Fills it; gives the name of what compiled the sources. */
export async function fillPackage(folder: string): Promise<string> {
  const config: DenoConfig = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  const staged = await Deno.makeTempDir({ prefix: "lmcp-stage-" });
  let how: string;
  try {
    how = await stage({ ...config.exports, "./cli": PROGRAM }, staged);
    const sources = [...Object.values(config.exports), PROGRAM];
    const modules = sources.map((path) => path.replace(/\.ts$/, ".js"));
    const packages = await joinModules(modules, staged, folder);
    const declarations = Object.values(config.exports).map((path) =>
      join(path.replace(/\.ts$/, ".d.ts"))
    );
    await copyDeclarations(declarations, staged, join(folder, "types"));
    await Deno.writeTextFile(
      join(folder, "package.json"),
      `${JSON.stringify(manifest(config, packages), null, 2)}\n`,
    );
  } finally {
    await Deno.remove(staged, { recursive: true });
  }
  for (const name of DOCS) await Deno.copyFile(join(ROOT, name), join(folder, name));
  await Deno.mkdir(join(folder, "bin"));
  await Deno.writeTextFile(join(folder, "bin/lmcp.mjs"), BIN, { mode: 0o755 });
  return how;
}
