// deno-lint-ignore-file no-console -- it speaks to people
// Builds dist/: for each system an archive with a pinned Deno, the program as one script and a
// launcher; the single files that Bun makes, where Bun is; and SHA256SUMS. The same sources give the
// same bytes. Uses npm's client to get what it packs, and checks it against pinned digests.
//
//   deno task build:archives [--out=dist] [--only=lmcp-linux-amd64] [--no-bun]

import { parseArgs } from "@std/cli/parse-args";
import { createHash } from "node:crypto";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleProgram } from "./archive/bundle.ts";
import { run } from "./archive/run.ts";
import { type TarFile, tarGz } from "./archive/tar.ts";
import { VERSION } from "../src/version.ts";
import { BUN_VERSION, DENO_VERSION, type Target, TARGETS } from "./archive/targets.ts";
import { installed } from "./runtimes/npm_cache.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

// The time that all files of the archives have: any would do, but it must not change.
const MTIME = Number(Deno.env.get("SOURCE_DATE_EPOCH") ?? 499_162_500);

const LICENSES = join(ROOT, "scripts/archive/licenses");

/** Gets the Deno of a target from npm; gives the path of the binary in the folder. */
async function getDeno(target: Target, dir: string): Promise<string> {
  const spec = `${target.denoPackage}@${DENO_VERSION}`;
  const printed = await run("npm", ["pack", "--json", `--pack-destination=${dir}`, spec], dir);
  const [{ filename }] = JSON.parse(printed) as [{ readonly filename: string }];
  const file = join(dir, filename.replace("@", "").replace("/", "-"));
  const digest = createHash("sha512").update(await Deno.readFile(file)).digest("base64");
  if (`sha512-${digest}` !== target.integrity) {
    throw new Error(`${spec} must have the digest in scripts/archive/targets.ts: got ${digest}`);
  }
  const into = join(dir, target.arch);
  await Deno.mkdir(into);
  await run("tar", ["-xzf", file, "-C", into, "--strip-components=1", "package/deno"], dir);
  return join(into, "deno");
}

/** The files of an archive, in a folder named as the archive is. */
async function filesOf(target: Target, deno: string, script: string, licenses: TarFile[]) {
  const text = async (path: string) => await Deno.readFile(join(ROOT, path));
  const files: TarFile[] = [
    { path: "bin/lmcp", data: await text("scripts/archive/lmcp.sh"), executable: true },
    { path: "lib/deno", data: await Deno.readFile(deno), executable: true },
    { path: "lib/lmcp.js", data: new TextEncoder().encode(script) },
    { path: "LICENSE", data: await text("LICENSE") },
    { path: "README.md", data: await text("README.md") },
    { path: "CHANGELOG.md", data: await text("CHANGELOG.md") },
    { path: "SECURITY.md", data: await text("SECURITY.md") },
    { path: "VERSION", data: new TextEncoder().encode(`${VERSION}\n`) },
    ...await installFiles(),
    ...licenses,
  ];
  return files.map((file) => ({ ...file, path: `${target.name}/${file.path}` }));
}

/** The installers, units and package recipes; the example of a hub's hosts is one of their settings. */
async function installFiles(): Promise<TarFile[]> {
  const files: TarFile[] = [];
  for (const top of ["install", "examples/backends.conf"]) {
    for await (const path of filesBelow(top)) {
      const { mode } = await Deno.stat(join(ROOT, path));
      const data = await Deno.readFile(join(ROOT, path));
      const executable = ((mode ?? 0) & 0o100) !== 0;
      files.push({ path: path.replace(/^examples/, "install"), data, executable });
    }
  }
  return files;
}

async function* filesBelow(path: string): AsyncGenerator<string> {
  const { isFile } = await Deno.stat(join(ROOT, path));
  if (isFile) return yield path;
  for await (const { name } of Deno.readDir(join(ROOT, path))) yield* filesBelow(`${path}/${name}`);
}

async function licenseFiles(packages: ReadonlyMap<string, string>): Promise<TarFile[]> {
  const files: TarFile[] = [];
  for (const name of ["deno.txt", "v8.txt"]) {
    files.push({ path: `licenses/${name}`, data: await Deno.readFile(join(LICENSES, name)) });
  }
  for (const [name, text] of packages) {
    const path = `licenses/${name.replace("/", "-").replace(/^@/, "")}.txt`;
    files.push({ path, data: new TextEncoder().encode(text) });
  }
  return files;
}

/** Has Bun make the single file of a target; its licences are beside the files, in one text. */
async function buildBunFile(bun: string, target: Target, script: string, file: string) {
  const quiet = ["--no-compile-autoload-dotenv", "--no-compile-autoload-bunfig"];
  const args = ["build", "--compile", `--target=${target.bunTarget}`, ...quiet];
  await run(bun, [...args, `--outfile=${file}`, script], dirname(script));
  return file;
}

/** The pinned Bun: on PATH, or from npm; undefined where npm cannot install it. */
async function findBun(): Promise<string | undefined> {
  try {
    if ((await run("bun", ["--version"], ROOT)).trim() === BUN_VERSION) return "bun";
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const place = await installed(`bun-${BUN_VERSION}`, [`bun@${BUN_VERSION}`]);
  return place === undefined ? undefined : `${place}/node_modules/.bin/bun`;
}

async function build(
  out: string,
  targets: readonly Target[],
  bun: string | undefined,
): Promise<string[]> {
  const built: string[] = [];
  const dir = await Deno.makeTempDir({ prefix: "lmcp-archives-" });
  try {
    const denos = new Map<Target, string>();
    const ours = TARGETS.find(({ arch }) => arch === Deno.build.arch && Deno.build.os === "linux");
    for (const target of TARGETS) {
      const needed = targets.includes(target) || target === ours;
      if (needed) denos.set(target, await getDeno(target, dir));
    }
    // Where the Deno that is packed runs, it bundles too: the script does not depend on the one here.
    const packed = ours === undefined ? undefined : denos.get(ours);
    const { script, licenses } = await bundleProgram(packed ?? Deno.execPath());
    const extra = await licenseFiles(licenses);
    for (const target of targets) {
      const files = await filesOf(target, denos.get(target) ?? "", script, extra);
      const path = join(out, `${target.name}.tar.gz`);
      await Deno.writeFile(path, tarGz(files, MTIME));
      built.push(path);
    }
    if (bun !== undefined) {
      const file = join(dir, "lmcp.js");
      await Deno.writeTextFile(file, script);
      for (const target of targets) {
        built.push(await buildBunFile(bun, target, file, join(out, target.bunName)));
      }
      const texts = [await Deno.readTextFile(join(LICENSES, "bun.txt"))];
      for (const [name, text] of licenses) texts.push(`${name}\n\n${text}`);
      const notices = join(out, "lmcp-bun-licenses.txt");
      await Deno.writeTextFile(notices, texts.join(`\n${"-".repeat(80)}\n\n`));
      built.push(notices);
    }
    return built;
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const options = parseArgs(Deno.args, {
  string: ["out", "only"],
  boolean: ["bun"],
  negatable: ["bun"],
  default: { out: join(ROOT, "dist"), bun: true },
});
const targets = TARGETS.filter(({ name }) => [undefined, name].includes(options.only));
if (targets.length === 0) {
  console.error(`--only must be one of ${TARGETS.map(({ name }) => name)}: got "${options.only}"`);
  Deno.exit(2);
}
const out = resolve(options.out);
await Deno.mkdir(out, { recursive: true });
const bun = options.bun ? await findBun() : undefined;
if (options.bun && bun === undefined) {
  console.error(`Bun ${BUN_VERSION} is neither on PATH nor to be had: its files are left out`);
}
const built = await build(out, targets, bun);
const sums: string[] = [];
for (const path of built) {
  const data = await Deno.readFile(path);
  const name = path.slice(out.length + 1);
  sums.push(`${createHash("sha256").update(data).digest("hex")}  ${name}\n`);
  console.log(`${path}  ${(data.length / 1e6).toFixed(1)} MB`);
}
await Deno.writeTextFile(join(out, "SHA256SUMS"), sums.join(""));
