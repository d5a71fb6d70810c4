import { assertEquals } from "@std/assert";
import { isInside, joinPath, lastName, parentPath } from "./path_inside.ts";

Deno.test("isInside() goes by whole segments", () => {
  for (
    const [path, dir, expected] of [
      ["/allowed", "/allowed", true],
      ["/allowed/a/b", "/allowed", true],
      ["/allowed-evil", "/allowed", false],
      ["/allowed-evil/a", "/allowed", false],
      ["/allowe", "/allowed", false],
      ["/", "/allowed", false],
      ["/anything", "/", true],
      ["/", "/", true],
      ["pipe:[12]", "/", false],
    ] as const
  ) assertEquals(isInside(path, dir), expected, `${path} in ${dir}`);
});

Deno.test("joinPath(), parentPath() and lastName() agree on the root folder too", () => {
  for (const [dir, name, path] of [["/", "a", "/a"], ["/a", "b", "/a/b"]] as const) {
    assertEquals(joinPath(dir, name), path);
    assertEquals(parentPath(path), dir);
    assertEquals(lastName(path), name);
  }
});
