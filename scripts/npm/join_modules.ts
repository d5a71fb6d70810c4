// deno-lint-ignore-file no-import-prefix -- what deno.json names, `deno task` downloads for everybody
// Joins the modules of the package into few files, without comments and blanks: an entry each, and
// what they share. A program of 350 files takes longer to read than to run, and a package has room
// for 1 MB. What is loaded at its first use stays apart. Called by scripts/build_npm.ts.

import { build, type Plugin, stop } from "npm:esbuild@0.28.2";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { minify } from "npm:terser@5.51.2";
import { FIXTURES } from "../../conformance/fixtures/mod.ts";

const SCENARIOS = "lib/scenarios.json.br";

/**
 * The scenarios of `lmcp conformance` are more than the rest of the program, so they are packed, and
 * read when it runs.
 */
const PACKED_SCENARIOS: Plugin = {
  name: "packed-scenarios",
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]conformance[/\\]fixtures[/\\]mod\.js$/ }, () => ({
      contents: `
        import { readFileSync } from "node:fs";
        import { brotliDecompressSync } from "node:zlib";
        const packed = readFileSync(new URL("../${SCENARIOS}", import.meta.url));
        export const FIXTURES = JSON.parse(brotliDecompressSync(packed).toString());`,
    }));
  },
};

/**
 * What each host tool does at its first call is one file for all of them. A file each, and one for
 * every few modules that some of them share, takes 5 kB more once packed.
 */
const RUNS_TOGETHER: Plugin = {
  name: "runs-together",
  setup({ onResolve, onLoad }) {
    onResolve(
      { filter: /_run\.js$/ },
      ({ kind, resolveDir }) =>
        kind === "dynamic-import" && /[/\\]tools$/.test(resolveDir)
          ? { path: "host_tools_run", namespace: "together", pluginData: resolveDir }
          : undefined,
    );
    onLoad(
      { filter: /^host_tools_run$/, namespace: "together" },
      async ({ pluginData: folder }) => {
        const names: string[] = [];
        for await (const { name } of Deno.readDir(folder)) {
          if (name.endsWith("_run.js")) names.push(name);
        }
        const contents = names.sort().map((name) => `export * from "./${name}";`).join("\n");
        return { contents, resolveDir: folder };
      },
    );
  },
};

/** Joins what the entries import; gives the packages that the files still import from npm. */
export async function joinModules(
  entries: readonly string[],
  from: string,
  to: string,
): Promise<string[]> {
  try {
    const { metafile } = await build({
      absWorkingDir: from,
      entryPoints: entries.map((path) => ({ in: path, out: path.replace(/\.js$/, "") })),
      outdir: to,
      chunkNames: "lib/[name]-[hash]",
      bundle: true,
      splitting: true,
      packages: "external",
      format: "esm",
      platform: "neutral",
      target: "node20.10",
      // In a package no module is the program: that is bin/lmcp.mjs. Without its end, which awaits,
      // mod.js can be required, too.
      plugins: [PACKED_SCENARIOS, RUNS_TOGETHER],
      define: { "import.meta.main": "false" },
      minify: true,
      legalComments: "none",
      charset: "utf8",
      metafile: true,
      logLevel: "warning",
    });
    for (const path of Object.keys(metafile.outputs)) await squeeze(join(from, path));
    await Deno.writeFile(join(to, SCENARIOS), brotliCompressSync(JSON.stringify(scenarios())));
    const outside = Object.values(metafile.outputs).flatMap(({ imports }) =>
      imports.filter(({ external }) => external).map(({ path }) => path)
    );
    return [...new Set(outside.filter((path) => !path.startsWith("node:")).map(packageOf))].sort();
  } finally {
    await stop();
  }
}

/** The scenarios as the program needs them: their titles are for those who read the fixtures. */
function scenarios() {
  return FIXTURES.map(({ revision, scenarios }) => ({
    revision,
    scenarios: scenarios.map(({ title: _title, ...scenario }) => scenario),
  }));
}

/** Makes a file 1 % smaller still, and 3 % once it is packed. */
async function squeeze(path: string): Promise<void> {
  const { code } = await minify(await Deno.readTextFile(path), { module: true, ecma: 2020 });
  if (code === undefined) throw new Error(`terser made nothing of ${path}`);
  await Deno.writeTextFile(path, code);
}

/** The package of an import such as `@mdream/js/core`. */
function packageOf(path: string): string {
  return path.split("/").slice(0, path.startsWith("@") ? 2 : 1).join("/");
}
