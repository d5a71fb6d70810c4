// deno-lint-ignore-file no-console -- it speaks to people
// Makes npm/<name>-<version>.tgz, and leaves it there only after it was installed into scratch
// projects and used on every runtime, its types were checked, and publint had nothing to say.
//
//   deno task build:npm [--runtimes=node20,node24,bun,deno] [--out=npm]

import { parseArgs } from "@std/cli/parse-args";
import { basename, join, resolve } from "node:path";
import { checkPackage } from "./npm/check_package.ts";
import { fillPackage } from "./npm/fill_package.ts";
import { ROOT } from "./npm/root.ts";
import { tryPackage } from "./npm/try_package.ts";
import { pack } from "./npm/pack.ts";
import { readRuntimeNames } from "./runtimes/runtime_name.ts";

async function main(): Promise<void> {
  const options = parseArgs(Deno.args, {
    string: ["out", "runtimes"],
    default: { out: join(ROOT, "npm"), runtimes: "node20,node24,bun,deno" },
  });
  const runtimes = readRuntimeNames(options.runtimes);
  const out = resolve(options.out);
  const dir = await Deno.makeTempDir({ prefix: "lmcp-npm-" });
  try {
    const folder = join(dir, "package");
    await Deno.mkdir(folder);
    console.log(`compiled by ${await fillPackage(folder)}`);
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
