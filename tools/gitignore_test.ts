import { assertEquals } from "@std/assert";
import { parseGitignore } from "./gitignore.ts";

// A .gitignore, a path (a folder's ends with a slash), and what is said of it.
const CASES: readonly (readonly [string, string, boolean | undefined])[] = [
  ["*.log", "a.log", true],
  ["*.log", "sub/a.log", true],
  ["*.log", "a.txt", undefined],
  ["*.log\n!keep.log", "keep.log", false],
  ["!keep.log\n*.log", "keep.log", true],
  ["/top", "top", true],
  ["/top", "sub/top", undefined],
  ["dir/", "dir/", true],
  ["dir/", "dir", undefined],
  ["dir/", "sub/dir/", true],
  ["a/b", "a/b", true],
  ["a/b", "x/a/b", undefined],
  ["**/b", "x/a/b", true],
  ["a/**", "a/x/y", true],
  ["a/**", "a/", undefined],
  ["a/**/b", "a/b", true],
  ["a/**/b", "a/x/y/b", true],
  ["*", "any", true],
  ["# note\n\\#odd\n\\!odd", "#odd", true],
  ["# note\n\\#odd\n\\!odd", "!odd", true],
  ["# note", "# note", undefined],
  ["trailing   ", "trailing", true],
  ["kept\\ ", "kept ", true],
  ["crlf\r\nnext\r\n", "crlf", true],
  ["\uFEFFfirst", "first", true],
  ["[", "[", undefined],
  ["[\nnext", "next", true],
  ["file?", "fileä", undefined],
  ["fileä", "fileä", true],
  ["\n\n/\n", "a", undefined],
];

for (const [text, path, ignored] of CASES) {
  Deno.test(`parseGitignore() of ${JSON.stringify(text)} says ${ignored} of "${path}"`, () => {
    const isDir = path.endsWith("/");
    assertEquals(parseGitignore(text).ignores(path.replace(/\/$/, ""), isDir), ignored);
  });
}
