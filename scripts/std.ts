// deno-lint-ignore-file no-console -- it speaks to people, on stderr
// Runs a deno subcommand with the `@std` packages this machine can have: the real ones where JSR
// answers, else the stand-ins in stand_ins/, and says so. The tasks of deno.json call it; a test
// that starts a script with `@std` imports asks stdFlags(). It must never import `@std` itself.
//
//   deno run -A scripts/std.ts test -A src/wire
//
// LMCP_STD=jsr or LMCP_STD=stand-ins decides without a probe.

import { tmpdir, userInfo } from "node:os";
import { fileURLToPath } from "node:url";

/** Where the `@std` packages come from. */
export type StdSource = "jsr" | "stand-ins";

/** An import map, as far as this project uses one. */
export type ImportMap = { imports: Record<string, string> };

const ROOT = new URL("../", import.meta.url);
const CONFIG = new URL("deno.json", ROOT);
const STAND_INS = new URL("stand_ins/import_map.json", ROOT);
const PROBE_MS = 1_500;
const BELIEVED_MS = 5 * 60_000;

/** The flags that give a deno subcommand its `@std` packages, wherever the script lies. */
export async function stdFlags(): Promise<string[]> {
  // Deno downloads all that its lock names before a program starts, so the lock must never name
  // what only development uses.
  const flags = [`--config=${fileURLToPath(CONFIG)}`, "--no-lock"];
  if (await stdSource() === "jsr") return flags;
  const map = standInMap(await readMap(CONFIG), await readMap(STAND_INS));
  const url = `data:application/json,${encodeURIComponent(JSON.stringify(map))}`;
  return [...flags, `--import-map=${url}`];
}

/**
 * Joins the imports of deno.json with the stand-ins. `--import-map` replaces the imports of
 * deno.json, so each other entry is repeated, and an `npm:` one gets the subpath entry that
 * deno.json implies.
 */
export function standInMap(config: ImportMap, standIns: ImportMap): ImportMap {
  const imports: Record<string, string> = {};
  for (const [name, target] of Object.entries(config.imports)) {
    if (target.startsWith("jsr:")) {
      if (standIns.imports[name] === undefined) {
        throw new Error(`Cannot stand in for "${name}": add it to stand_ins/import_map.json`);
      }
    } else if (target.startsWith("npm:")) {
      imports[name] = target;
      imports[`${name}/`] ??= `npm:/${target.slice("npm:".length).replace(/^\//, "")}/`;
    } else {
      imports[name] = new URL(target, ROOT).href;
    }
  }
  for (const [name, target] of Object.entries(standIns.imports)) {
    imports[name] = new URL(target, STAND_INS).href;
  }
  return { imports };
}

/** Says where the packages come from: told by LMCP_STD, remembered for some minutes, or probed. */
async function stdSource(): Promise<StdSource> {
  const told = Deno.env.get("LMCP_STD");
  if (told === "jsr" || told === "stand-ins") return told;
  if (told) throw new Error(`LMCP_STD must be jsr or stand-ins: got "${told}"`);
  const note = `${tmpdir()}/lmcp-std-${userInfo().uid}`;
  let source = await remembered(note);
  if (!source) {
    source = await jsrAnswers() ? "jsr" : "stand-ins";
    await remember(note, source);
  }
  Deno.env.set("LMCP_STD", source);
  if (source === "stand-ins") {
    console.error("std: JSR cannot be reached, so the stand-ins in stand_ins/ are used");
  }
  return source;
}

/** Asks deno itself for one small module, so its proxy, mirror and cache settings all count. */
async function jsrAnswers(): Promise<boolean> {
  const { imports } = await readMap(CONFIG);
  const probe = new Deno.Command(Deno.execPath(), {
    args: ["info", "--no-config", "--no-lock", `${imports["@std/assert"]}/exists`],
    stdin: "null",
    stdout: "null",
    stderr: "null",
    signal: AbortSignal.timeout(PROBE_MS),
  });
  return (await probe.output()).success;
}

async function remembered(note: string): Promise<StdSource | undefined> {
  try {
    const { mtime } = await Deno.stat(note);
    if (!mtime || Date.now() - mtime.getTime() > BELIEVED_MS) return undefined;
    const source = await Deno.readTextFile(note);
    return source === "jsr" || source === "stand-ins" ? source : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Notes a verdict by a rename, so a link that somebody planted under the name is not followed. */
async function remember(note: string, source: StdSource): Promise<void> {
  const draft = await Deno.makeTempFile({ prefix: "lmcp-std-" });
  await Deno.writeTextFile(draft, source);
  await Deno.rename(draft, note);
}

async function readMap(url: URL): Promise<ImportMap> {
  return JSON.parse(await Deno.readTextFile(url));
}

/** Runs the subcommand, hands on SIGTERM, and returns its exit code. */
async function run([subcommand = "--help", ...rest]: string[]): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [subcommand, ...await stdFlags(), ...rest],
  }).spawn();
  Deno.addSignalListener("SIGTERM", () => child.kill("SIGTERM"));
  Deno.addSignalListener("SIGINT", () => {}); // the terminal tells the child too; its exit is ours
  return (await child.status).code;
}

if (import.meta.main) Deno.exit(await run(Deno.args));
