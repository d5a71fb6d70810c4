// Copies the declarations that the entries of the package need, and no others. Called by
// scripts/build_npm.ts. A declaration that is missing is an error: its users would get `any`.

import { dirname, join } from "node:path";

/** Copies the declarations of the entries (`mod.d.ts`) and of all that they import. */
export async function copyDeclarations(
  entries: readonly string[],
  from: string,
  to: string,
): Promise<void> {
  const waiting = [...entries];
  const seen = new Set(waiting);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const raw = await readDeclaration(join(from, path));
    const text = withLibraries(withoutInternals(raw.replaceAll(EXAMPLE, "")));
    await Deno.mkdir(dirname(join(to, path)), { recursive: true });
    await Deno.writeTextFile(join(to, path), text);
    for (const [, specifier = ""] of text.matchAll(/\b(?:from|import)\s*\(?"(\.[^"]+)"/g)) {
      const next = join(dirname(path), specifier.replace(/\.js$/, ".d.ts"));
      if (!seen.has(next)) waiting.push(next);
      seen.add(next);
    }
  }
}

// They are for those who read the documentation or the sources, and would weigh 2 % of the package.
const EXAMPLE = /\n\s*\*\s*\n\s*\* @example\b[^]*?(?=\n\s*\*\s*\n\s*\* @|\n\s*\*\/)/g;

const INTERNAL = /\/\*\*(?:(?!\*\/)[^])*@internal(?:(?!\*\/)[^])*\*\/\s*readonly \w+\??: [^;]+;/g;

/** Leaves out members that are not for users, and the imports that only these need. */
function withoutInternals(text: string): string {
  const open = text.replaceAll(INTERNAL, "");
  if (open === text) return text;
  return open.replaceAll(/^import type \{ (\w+) \} from "[^"]+";\n/gm, (line, name) => {
    const uses = open.split(new RegExp(`\\b${name}\\b`)).length - 1;
    return uses > 1 ? line : "";
  });
}

/** Names the library of TypeScript that a project for ES2022 would not have of itself. */
function withLibraries(text: string): string {
  return /\bAsyncDisposable\b|\bSymbol\.asyncDispose\b/.test(text)
    ? `/// <reference lib="esnext.disposable" />\n${text}`
    : text;
}

async function readDeclaration(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(
      `No declaration ${path} was made: an export of its module lacks an explicit type; ` +
        "`deno publish --dry-run` says which",
    );
  }
}
