// deno-lint-ignore-file no-console -- it reports to people
// Writes conformance/fixtures/mod.ts, which imports every fixture file by name: programs that are
// bundled, or that run from a registry, have no folder to look into. A test sees that it is up to date.
//
//   deno run -A scripts/fixture_index.ts

import { fileURLToPath } from "node:url";

const FOLDER = new URL("../conformance/fixtures/", import.meta.url);

/** The text that conformance/fixtures/mod.ts must have. */
export function fixtureIndex(): string {
  const paths = fixturePaths();
  const names = paths.map((_path, at) => `f${at}`);
  const imports = paths.map((path, at) =>
    `import f${at} from "./${path}" with { type: "json" };\n`
  );
  return `// All scenarios, by revision. Written by scripts/fixture_index.ts: run it when a file comes or goes.

import { byRevision, type FixtureFile } from "../scenarios/fixture_file.ts";
import type { Fixture } from "../scenarios/scenario.ts";
${imports.join("")}
const FILES: readonly unknown[] = [${names.join(", ")}];

/** The scenarios of every revision, the newest first. */
export const FIXTURES: readonly Fixture[] = byRevision(FILES as readonly FixtureFile[]);
`;
}

/** The fixture files, by their paths in the folder, in order. */
export function fixturePaths(): string[] {
  const paths: string[] = [];
  for (const { name: folder, isDirectory } of Deno.readDirSync(FOLDER)) {
    if (!isDirectory) continue;
    for (const { name } of Deno.readDirSync(new URL(`${folder}/`, FOLDER))) {
      if (name.endsWith(".json")) paths.push(`${folder}/${name}`);
    }
  }
  return paths.sort();
}

if (import.meta.main) {
  const path = fileURLToPath(new URL("mod.ts", FOLDER));
  Deno.writeTextFileSync(path, fixtureIndex());
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", path] }).output();
  console.error(`Wrote ${path}`);
}
