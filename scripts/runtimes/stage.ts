// deno-lint-ignore-file no-import-prefix -- what deno.json names, `deno task` downloads for everybody
// Lays the sources out as Bun and Node can run them, in a folder that is thrown away: each file by
// itself, as it is for Bun, without its types for Node (20 cannot strip them), beside the packages
// from npm that they import. Used by the tasks that run on all runtimes; bundles nothing.

import { build, type Plugin, stop } from "npm:esbuild@0.28.2";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { RuntimeName } from "../../tests/contract/contract.ts";
import { installed } from "./npm_cache.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FOLDERS = ["src", "tools", "conformance", "tests/contract", "bench/servers"];

const MODULES = {
  lmcp: "mod.ts",
  contract: "tests/contract/main.ts",
  library: "tests/contract/library_program.ts",
  everything: "conformance/everything_server.ts",
  everything_client: "conformance/everything_client.ts",
  bench_raw: "bench/servers/raw.ts",
  bench_lmcp: "bench/servers/lmcp.ts",
} as const;

/** A program of the tree that is run on other runtimes. */
export type StagedProgram = keyof typeof MODULES;

/** Sources that were laid out. */
export interface Stage {
  readonly folder: string;
  /** Throws the folder away. */
  remove(): Promise<void>;
}

/** The command that runs a program of the tree; `stage` may be missing for Deno, which needs none. */
export function commandOf(
  name: RuntimeName,
  executable: string,
  stage: Stage | undefined,
  program: StagedProgram,
): string[] {
  const module = MODULES[program];
  if (name === "deno") return [executable, "run", "-A", "--quiet", ROOT + module];
  if (stage === undefined) {
    throw new TypeError(`${name} needs sources that were laid out: got none`);
  }
  return [executable, `${stage.folder}/${name === "bun" ? module : `bin/${program}.mjs`}`];
}

/** Lays the sources out; undefined where the packages they import cannot be had. */
export async function stageSources(): Promise<Stage | undefined> {
  const packages = await lockedPackages();
  const key = packages.join("+").replaceAll(/[^\w.-]+/g, "-");
  const modules = await installed(`packages${key}`, packages);
  if (modules === undefined) return undefined;
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "lmcp-stage-" }));
  const files = ["mod.ts", "deno.json"];
  for (const each of FOLDERS) for await (const path of filesUnder(each)) files.push(path);
  for (const path of files) {
    await Deno.mkdir(dirname(`${folder}/${path}`), { recursive: true });
    await Deno.copyFile(ROOT + path, `${folder}/${path}`);
  }
  await stripTypes(files.filter((path) => path.endsWith(".ts")), folder);
  await Deno.mkdir(`${folder}/bin`);
  for (const [program, module] of Object.entries(MODULES)) {
    // Node 20 does not say which module is the program: there, main() is called from outside.
    const main = program === "lmcp" ? "src/cli.js" : module.replace(/\.ts$/, ".js");
    await Deno.writeTextFile(
      `${folder}/bin/${program}.mjs`,
      `import { main } from "../${main}";\nawait main();\n`,
    );
  }
  await Deno.symlink(`${modules}/node_modules`, `${folder}/node_modules`);
  await Deno.writeTextFile(`${folder}/package.json`, '{ "type": "module" }\n');
  return { folder, remove: () => Deno.remove(folder, { recursive: true }) };
}

async function* filesUnder(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(ROOT + folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* filesUnder(path);
    else if (!name.endsWith("_test.ts")) yield path;
  }
}

/** Every import is left where it is, but for its ending. */
const APART: Plugin = {
  name: "apart",
  setup({ onResolve }) {
    onResolve({ filter: /^/ }, ({ kind, path }) => {
      if (kind === "entry-point") return undefined;
      return { path: path.startsWith(".") ? path.replace(/\.ts$/, ".js") : path, external: true };
    });
  },
};

async function stripTypes(files: readonly string[], outdir: string): Promise<void> {
  try {
    await build({
      absWorkingDir: ROOT,
      entryPoints: [...files],
      outdir,
      outbase: ROOT,
      bundle: true, // Else imports keep the ending that Node does not take; nothing is joined.
      plugins: [APART],
      format: "esm",
      platform: "neutral",
      target: "node20.10",
      supported: { "import-attributes": true },
      treeShaking: false,
      logLevel: "warning",
    });
  } finally {
    await stop();
  }
}

/** What the shipped code imports from npm, in the versions of deno.lock. */
async function lockedPackages(): Promise<string[]> {
  const { imports } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  const { specifiers } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.lock`));
  return Object.entries<string>(imports).flatMap(([name, target]) => {
    if (!target.startsWith("npm:")) return [];
    return [`${name}@${specifiers[target].replace(/_.*/, "")}`];
  });
}
