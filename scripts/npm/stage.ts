// Makes JavaScript and declarations of the sources, each file by itself, in the order of the tree:
// by dnt where that can be loaded from JSR, else by `deno pack`. Called by scripts/build_npm.ts,
// which makes the package of it; what else either puts into a package is not used.

import { join } from "node:path";
import { ROOT } from "./root.ts";
import { run } from "../archive/run.ts";

/** What each entry of the package is made from: names as `exports` in deno.json has them. */
export type Entries = { readonly [name: string]: string };

/** Fills a folder; gives the name of what made it. */
export async function stage(entries: Entries, folder: string): Promise<string> {
  const dnt = await loadDnt();
  if (dnt !== undefined) {
    await stageByDnt(dnt, entries, folder);
    return "dnt";
  }
  const dir = await Deno.makeTempDir({ prefix: "lmcp-pack-" });
  try {
    const tarball = join(dir, "raw.tgz");
    const flags = ["--allow-dirty", "--no-source-maps", "--output", tarball];
    await run(Deno.execPath(), ["pack", "--quiet", ...flags], ROOT);
    await run("tar", ["-xzf", tarball, "-C", folder, "--strip-components=1"], dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
  return "deno pack (dnt cannot be loaded here)";
}

/** What is used of dnt. */
interface Dnt {
  build(options: { readonly [name: string]: unknown }): Promise<void>;
}

async function loadDnt(): Promise<Dnt | undefined> {
  // Named in a variable, so that nothing but this line ever asks JSR for it.
  const specifier = "jsr:@deno/dnt@^0.42";
  try {
    return await import(specifier);
  } catch {
    return undefined; // The caller says so.
  }
}

// Untested: JSR cannot be reached from where this was written. What it makes is held to the same
// checks as what `deno pack` makes.
async function stageByDnt(dnt: Dnt, entries: Entries, folder: string): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "lmcp-dnt-" });
  try {
    await dnt.build({
      entryPoints: Object.entries(entries).map(([name, path]) => ({
        name,
        path: join(ROOT, path),
      })),
      outDir: dir,
      importMap: join(ROOT, "deno.json"),
      package: { name: "@lmcp/lmcp", version: "0.0.0" },
      declaration: "inline",
      esModule: true,
      scriptModule: false,
      shims: {},
      skipNpmInstall: true,
      skipSourceOutput: true,
      test: false,
      typeCheck: false,
      compilerOptions: {
        target: "ES2022",
        lib: ["ES2022", "DOM", "DOM.Iterable", "ESNext.AsyncIterable"],
      },
    });
    await run("cp", ["-R", `${dir}/esm/.`, folder], dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}
