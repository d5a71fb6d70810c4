// deno-lint-ignore-file no-console -- it speaks to people
// Makes npm/<name>-<version>.tgz, and leaves it there only after it was installed into scratch
// projects and used on every runtime, its types were checked, and publint had nothing to say.
//
//   deno task build:npm [--runtimes=node20,node24,bun,deno] [--out=npm]

import { parseArgs } from "@std/cli/parse-args";
import { basename, join, resolve } from "node:path";
import { checkPackage } from "./npm/check_package.ts";
import { copyDeclarations } from "./npm/declarations.ts";
import { joinModules } from "./npm/join_modules.ts";
import { type DenoConfig, manifest } from "./npm/manifest.ts";
import { ROOT } from "./npm/root.ts";
import { stage } from "./npm/stage.ts";
import { tryPackage } from "./npm/try_package.ts";
import { pack } from "./npm/pack.ts";
import { readRuntimeNames } from "./runtimes/runtime_name.ts";

const PROGRAM = "./src/cli.ts";
const DOCS = ["README.md", "LICENSE"];
const BIN = `#!/usr/bin/env node
import { main } from "../src/cli.js";

await main();
`;

/** Fills a folder with what the package holds. */
async function fill(folder: string, config: DenoConfig): Promise<void> {
  const staged = await Deno.makeTempDir({ prefix: "lmcp-stage-" });
  try {
    const how = await stage({ ...config.exports, "./cli": PROGRAM }, staged);
    console.log(`compiled by ${how}`);
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
}

async function main(): Promise<void> {
  const options = parseArgs(Deno.args, {
    string: ["out", "runtimes"],
    default: { out: join(ROOT, "npm"), runtimes: "node20,node24,bun,deno" },
  });
  const runtimes = readRuntimeNames(options.runtimes);
  const config: DenoConfig = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  const out = resolve(options.out);
  const dir = await Deno.makeTempDir({ prefix: "lmcp-npm-" });
  try {
    const folder = join(dir, "package");
    await Deno.mkdir(folder);
    await fill(folder, config);
    const tarball = await pack(folder, dir);
    await checkPackage(folder, tarball);
    for (const runtime of runtimes) await tryPackage(tarball, runtime);

    await Deno.mkdir(out, { recursive: true });
    for await (const { name } of Deno.readDir(out)) {
      if (name.endsWith(".tgz")) await Deno.remove(join(out, name));
    }
    const file = join(out, basename(tarball));
    await Deno.copyFile(tarball, file);
    console.log(file);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

try {
  await main();
} catch (error) {
  console.error(`build_npm: ${error instanceof Error ? error.message : error}`);
  Deno.exit(1);
}
