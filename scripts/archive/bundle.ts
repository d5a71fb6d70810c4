// Makes one script of the program with all that it imports, and finds the licences of what is in it.
// Called by scripts/build_archives.ts. The script depends on the sources and the Deno that bundles
// them alone: no path of the machine is left in it.

import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./run.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The program as one script. */
export interface Bundle {
  readonly script: string;
  /** The text of the licence of each package in it, by `name@version`. */
  readonly licenses: ReadonlyMap<string, string>;
}

/** Bundles scripts/archive/entry.ts with a Deno. */
export async function bundleProgram(deno: string): Promise<Bundle> {
  const dir = await Deno.makeTempDir({ prefix: "lmcp-bundle-" });
  try {
    const out = `${dir}/lmcp.js`;
    const entry = "scripts/archive/entry.ts";
    await run(deno, ["bundle", "--quiet", "--platform=deno", `--output=${out}`, entry], ROOT);
    return await tidied(await Deno.readTextFile(out));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

// What comes from npm is named by its place in Deno's cache, relative to this folder.
const PACKAGE =
  /(?<=^\s*(?:\/\/ |"))(\S*?\/npm\/[^/\s]+\/)((?:@[^/\s]+\/)?[^@/\s]+)\/([^/\s]+)\//gm;

async function tidied(raw: string): Promise<Bundle> {
  const places = new Map<string, string>();
  const script = raw.replace(PACKAGE, (whole, _cache, name, version) => {
    places.set(`${name}@${version}`, resolve(ROOT, whole));
    return `npm/${name}@${version}/`;
  });
  for (const place of [ROOT, ...places.values()]) {
    if (script.includes(place)) throw new Error(`The bundle must not name ${place}, but does`);
  }
  const licenses = new Map<string, string>();
  for (const [name, place] of [...places].sort(([a], [b]) => (a < b ? -1 : 1))) {
    licenses.set(name, await licenseOf(place));
  }
  return { script, licenses };
}

/** The text of a package's licence; what its manifest says where it has none. */
async function licenseOf(place: string): Promise<string> {
  for await (const { name } of Deno.readDir(place)) {
    if (/^licen[cs]e(\.\w+)?$/i.test(name)) return await Deno.readTextFile(`${place}/${name}`);
  }
  const { license, author, repository } = JSON.parse(
    await Deno.readTextFile(`${place}/package.json`),
  );
  if (typeof license !== "string") throw new Error(`No licence found in ${place}`);
  const who = typeof author === "string" ? author : author?.name ?? "its authors";
  const where = typeof repository === "string" ? repository : repository?.url ?? "";
  return `${license}\n\nCopyright ${who}\n${where}\n\nThe package says no more of its licence.\n`;
}
