// deno-lint-ignore-file no-console -- it speaks to people
// Holds the npm package to what can be seen without running it: its size, what it depends on, what
// publint says, and its types in a TypeScript project of others. Called by scripts/build_npm.ts.

import { join, relative } from "node:path";
import { run } from "../archive/run.ts";
import { installed } from "../runtimes/npm_cache.ts";
import { librarySnippet } from "./snippets.ts";

const PACKED_LIMIT = 250_000;
const UNPACKED_LIMIT = 1_000_000;
const TYPESCRIPTS = ["5.9.3", "7.0.2"];
const PUBLINT = "0.3.25";

/** @throws {Error} that says what is wrong with the package. */
export async function checkPackage(folder: string, tarball: string): Promise<void> {
  await checkSize(folder, tarball);
  await checkManifest(folder);
  await checkPublint(folder);
  for (const version of TYPESCRIPTS) await checkTypes(tarball, version);
}

async function checkSize(folder: string, tarball: string): Promise<void> {
  const packed = (await Deno.stat(tarball)).size;
  const sizes: { readonly path: string; readonly bytes: number }[] = [];
  for await (const path of filesUnder(folder)) {
    sizes.push({ path: relative(folder, path), bytes: (await Deno.stat(path)).size });
  }
  const unpacked = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  console.log(`${Math.ceil(packed / 1000)} kB packed, ${Math.ceil(unpacked / 1000)} kB unpacked`);
  if (packed <= PACKED_LIMIT && unpacked <= UNPACKED_LIMIT) return;
  const largest = sizes.sort((a, b) => b.bytes - a.bytes).slice(0, 8);
  throw new Error(
    `The package must be at most ${PACKED_LIMIT} bytes packed and ${UNPACKED_LIMIT} unpacked: got ` +
      `${packed} and ${unpacked}; the largest in it are ` +
      largest.map(({ path, bytes }) => `${path} (${bytes})`).join(", "),
  );
}

async function checkManifest(folder: string): Promise<void> {
  const { dependencies } = JSON.parse(await Deno.readTextFile(join(folder, "package.json")));
  for await (const path of filesUnder(folder)) {
    if (!/\.(js|mjs|ts)$/.test(path)) continue;
    const text = await Deno.readTextFile(path);
    const found = /\bfrom\s*"((?:jsr:|npm:|@std\/|@jsr\/)[^"]*)"/.exec(text);
    if (found !== null) throw new Error(`${path} must not import ${found[1]}, but does`);
  }
  console.log(`depends on ${Object.keys(dependencies).join(", ")}`);
}

async function checkPublint(folder: string): Promise<void> {
  const place = await installed(`publint-${PUBLINT}`, [`publint@${PUBLINT}`]);
  if (place === undefined) throw new Error("publint is needed: npm cannot install it");
  await run(`${place}/node_modules/.bin/publint`, ["run", folder, "--strict"], folder);
  console.log("publint: nothing to say");
}

/** Checks every entry's types, and the README's lines, with no types but the package's own. */
async function checkTypes(tarball: string, version: string): Promise<void> {
  const place = await installed(`typescript-${version}`, [`typescript@${version}`]);
  if (place === undefined) {
    throw new Error(`typescript ${version} is needed: npm cannot install it`);
  }
  const dir = await Deno.makeTempDir({ prefix: "lmcp-types-" });
  try {
    await Deno.writeTextFile(join(dir, "package.json"), '{ "type": "module", "private": true }\n');
    await run("npm", ["install", "--no-fund", "--no-audit", tarball], dir);
    const { name, exports } = JSON.parse(
      await Deno.readTextFile(join(dir, "node_modules/@lmcp/lmcp/package.json")),
    );
    const entries = Object.keys(exports).filter((entry) => !entry.endsWith(".json"));
    const imports = entries.map((entry, index) =>
      `import * as entry${index} from "${name}${entry.slice(1)}";\n`
    );
    const uses = entries.map((_, index) => `entry${index}`).join(", ");
    await Deno.writeTextFile(
      join(dir, "every_entry.ts"),
      `${imports.join("")}export const entries: readonly object[] = [${uses}];\n`,
    );
    await Deno.writeTextFile(join(dir, "readme.ts"), await librarySnippet("node24"));
    for (const resolution of ["nodenext", "bundler"]) {
      await Deno.writeTextFile(
        join(dir, "tsconfig.json"),
        JSON.stringify({
          compilerOptions: {
            module: resolution === "nodenext" ? "nodenext" : "esnext",
            moduleResolution: resolution,
            target: "es2022",
            lib: ["es2022", "dom", "dom.iterable", "dom.asynciterable"],
            types: [],
            strict: true,
            exactOptionalPropertyTypes: true,
            noUncheckedIndexedAccess: true,
            skipLibCheck: false,
            noEmit: true,
          },
          include: ["*.ts"],
        }),
      );
      await run(`${place}/node_modules/.bin/tsc`, ["-p", dir], dir);
      console.log(`types: clean under ${resolution}, TypeScript ${version}`);
    }
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

async function* filesUnder(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* filesUnder(join(folder, name));
    else yield join(folder, name);
  }
}
