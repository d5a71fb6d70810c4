// deno-lint-ignore-file no-console -- it speaks to people, on stderr
// Packages of npm that the tasks need as folders: installed once below the user's cache folder, and
// used from there. Never touches the tree.

import { homedir } from "node:os";

const CACHE = `${Deno.env.get("XDG_CACHE_HOME") || `${homedir()}/.cache`}/lmcp-dev`;

/** The packages of runtimes fetch the program for this machine by a script. */
const SCRIPTS = ["--ignore-scripts=false"];

/**
 * The folder whose `node_modules` holds the packages; undefined where npm cannot install them.
 * A name stands for one set of packages: another set needs another name.
 */
export async function installed(
  name: string,
  packages: readonly string[],
): Promise<string | undefined> {
  const folder = `${CACHE}/${name}`;
  if (await isThere(folder)) return folder;
  console.error(`installing ${packages.join(" ")} into ${folder}`);
  await Deno.mkdir(CACHE, { recursive: true });
  // What is installed beside it comes whole to its place, or not at all.
  const draft = await Deno.makeTempDir({ dir: CACHE, prefix: `${name}-` });
  try {
    const problem = await install(draft, packages);
    if (problem !== undefined) {
      console.error(`npm cannot install ${packages.join(" ")}: ${problem}`);
      return undefined;
    }
    await Deno.rename(draft, folder);
  } catch (error) {
    // Another run may have been faster.
    if (!await isThere(folder)) throw error;
  } finally {
    await Deno.remove(draft, { recursive: true }).catch(ignoreNotFound);
  }
  return folder;
}

/** Says what went wrong; undefined if nothing did. */
async function install(folder: string, packages: readonly string[]): Promise<string | undefined> {
  try {
    const { success, stderr } = await new Deno.Command("npm", {
      args: ["install", "--prefix", folder, "--no-fund", "--no-audit", ...SCRIPTS, ...packages],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).output();
    return success ? undefined : new TextDecoder().decode(stderr);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "there is no npm";
    throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, ignoreNotFound) ?? false;
}

function ignoreNotFound(error: unknown): undefined {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
