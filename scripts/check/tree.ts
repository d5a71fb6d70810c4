// The tree that the rules look at: every text file, and for each TypeScript file its views and
// imports. Read once by check.ts; the rules only look.

import { join, normalize, relative } from "node:path/posix";
import { viewsOf } from "./views.ts";

/** A text file of the tree. */
export interface TextFile {
  /** Its path from the root, with slashes. */
  path: string;
  text: string;
}

/** A TypeScript file of the tree. */
export interface Module extends TextFile {
  spoken: string;
  code: string;
  imports: Import[];
}

/** What a module imports, by `import`, `export … from`, a type import or a literal `import()`. */
export interface Import {
  specifier: string;
  /** The module of the tree that is meant, where it is one. */
  target?: string;
  dynamic: boolean;
  line: number;
}

/** The files under a root. */
export interface Tree {
  root: string;
  files: TextFile[];
  modules: Map<string, Module>;
  config: Config;
}

/** What the rules need of deno.json. */
export interface Config {
  name?: string;
  exports?: Record<string, string>;
  imports?: Record<string, string>;
}

/** A place where a rule is broken, and what to do about it. */
export interface Violation {
  path: string;
  line: number;
  advice: string;
}

const SKIPPED = new Set([".git", "node_modules", "npm", "dist", "coverage"]);
const IMPORT = /(?<![.\w$#])(import\s*\(|import|from)\s*(["'`]) *\2/g;

/** Reads a tree. */
export async function readTree(root: string): Promise<Tree> {
  const files: TextFile[] = [];
  for await (const path of filesUnder(root)) {
    const bytes = await Deno.readFile(path);
    if (bytes.includes(0)) continue; // not text
    files.push({ path: relative(root, path), text: new TextDecoder().decode(bytes) });
  }
  files.sort((a, b) => a.path < b.path ? -1 : 1);
  const config = JSON.parse(files.find((file) => file.path === "deno.json")?.text ?? "{}");
  const modules = new Map<string, Module>();
  for (const file of files) {
    if (file.path.endsWith(".ts")) {
      modules.set(file.path, { ...file, ...viewsOf(file.text), imports: [] });
    }
  }
  for (const module of modules.values()) {
    module.imports.push(...importsOf(module, modules, config));
  }
  return { root, files, modules, config };
}

/** The line, counted from 1, on which an offset lies. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** Whether a file is a test, or in a `testing/` folder for the tests beside it; neither is shipped. */
export function isTest(path: string): boolean {
  return /_test\.ts$|^(?:tools|src\/[^/]+)\/testing\//.test(path);
}

async function* filesUnder(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    if (SKIPPED.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory) yield* filesUnder(path);
    else if (entry.isFile) yield path;
  }
}

function* importsOf(
  { path, text, code }: Module,
  modules: Map<string, Module>,
  config: Config,
): Generator<Import> {
  for (const match of code.matchAll(IMPORT)) {
    const end = match.index + match[0].length - 1;
    const specifier = text.slice(text.lastIndexOf(match[2]!, end - 1) + 1, end);
    const target = resolve(path, specifier, config);
    yield {
      specifier,
      ...target !== undefined && modules.has(target) && { target },
      dynamic: match[1]!.endsWith("("),
      line: lineAt(text, match.index),
    };
  }
}

/** The path that a specifier means: relative, by an alias of deno.json, or by the package's name. */
function resolve(from: string, specifier: string, config: Config): string | undefined {
  if (/^\.\.?\//.test(specifier)) return join(from, "..", specifier);
  const local = config.imports?.[specifier] ??
    (config.name && (specifier + "/").startsWith(config.name + "/")
      ? config.exports?.["." + specifier.slice(config.name.length)]
      : undefined);
  return local?.startsWith("./") ? normalize(local) : undefined;
}
