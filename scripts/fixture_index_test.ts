import { assert, assertEquals } from "@std/assert";
import { fixtureIndex, fixturePaths } from "./fixture_index.ts";

Deno.test("conformance/fixtures/mod.ts imports every fixture file, and no other", async () => {
  const written = await Deno.readTextFile(
    new URL("../conformance/fixtures/mod.ts", import.meta.url),
  );
  const imports = (text: string) =>
    [...text.matchAll(/from "\.\/(.*\.json)"/g)].map(([, at]) => at);
  assert(fixturePaths().length > 20);
  assertEquals(imports(fixtureIndex()), fixturePaths());
  assertEquals(
    imports(written),
    fixturePaths(),
    "run: deno run -A scripts/fixture_index.ts",
  );
});
