import { assertEquals } from "@std/assert";
import { filesOf, makeTree, searchTest, type Tree } from "./testing/search_engines.ts";

interface NameCase {
  readonly name: string;
  readonly tree: Tree;
  readonly args?: { readonly [name: string]: unknown };
  readonly files: readonly string[];
}

const NAMES: readonly NameCase[] = [
  {
    name: "lists all files in the order of the bytes of their paths",
    tree: {
      "b": "",
      "a/z": "",
      "a.b": "",
      "a-b/x": "",
      "B": "",
      "ä": "",
      "\u{1F600}": "",
      "\uFF5E": "",
      "empty/": "",
    },
    files: ["B", "a-b/x", "a.b", "a/z", "b", "ä", "\uFF5E", "\u{1F600}"],
  },
  {
    name: "matches a glob without a slash against names at any depth",
    tree: { "a.ts": "", "src/b.ts": "", "src/deep/c.tsx": "", "src/ts": "" },
    args: { pattern: "*.ts" },
    files: ["a.ts", "src/b.ts"],
  },
  {
    name: "matches a glob with a slash against the path",
    tree: { "a.ts": "", "src/b.ts": "", "src/deep/c.ts": "", "x/src/d.ts": "" },
    args: { pattern: "src/**/*.ts" },
    files: ["src/b.ts", "src/deep/c.ts"],
  },
  {
    name: "takes ./, a leading and a trailing slash for what is meant",
    tree: { "src/b.ts": "", "src/deep/c.ts": "", "x/src/d.ts": "" },
    args: { pattern: "./src/" },
    files: ["src/b.ts", "src/deep/c.ts"],
  },
  {
    name: "knows braces, classes, ? and escapes",
    tree: { "a1.js": "", "a2.ts": "", "b1.ts": "", "a12.ts": "", "a*.ts": "" },
    args: { pattern: "a?.{js,ts}" },
    files: ["a*.ts", "a1.js", "a2.ts"],
  },
  {
    name: "takes an escaped star for a star",
    tree: { "a*.ts": "", "ab.ts": "" },
    args: { pattern: "a\\*.ts" },
    files: ["a*.ts"],
  },
  {
    name: "ignores case where asked to",
    tree: { "README.md": "", "readme.MD": "", "Äpfel.md": "", "x.txt": "" },
    args: { pattern: "{readme,äpfel}.md", case: "insensitive" },
    files: ["README.md", "readme.MD", "Äpfel.md"],
  },
  {
    name: "goes by the pattern's capitals with smart case",
    tree: { "Makefile": "", "makefile": "" },
    args: { pattern: "Make*", case: "smart" },
    files: ["Makefile"],
  },
  {
    name: "leaves out hidden files and folders",
    tree: { ".env": "", ".config/x": "", "a/.b": "", "a/c": "" },
    files: ["a/c"],
  },
  {
    name: "shows hidden files where asked to, but never .git",
    tree: { ".env": "", ".config/x": "", ".git/config": "", "sub/.git": "gitdir: x", "a": "" },
    args: { hidden: true },
    files: [".config/x", ".env", "a"],
  },
  {
    name: "honours .gitignore, nested and negated, outside of a repository, too",
    tree: {
      ".gitignore": "*.log\n!keep.log\n/dist\nnode_modules/\nlogs/**\n# note\n\\#odd\n",
      "a.log": "",
      "keep.log": "",
      "dist/x": "",
      "sub/dist/y": "",
      "node_modules/m/i.js": "",
      "sub/node_modules": "a file",
      "logs/today": "",
      "#odd": "",
      "sub/.gitignore": "!a.log\nz*\n",
      "sub/a.log": "",
      "sub/zoo": "",
      "zoo": "",
    },
    files: ["keep.log", "sub/a.log", "sub/dist/y", "sub/node_modules", "zoo"],
  },
  {
    name: "does not honour .gitignore where asked not to",
    tree: { ".gitignore": "*.log\n", "a.log": "", "b": "" },
    args: { ignore: false },
    files: ["a.log", "b"],
  },
  {
    name: "goes by no other file than .gitignore",
    tree: {
      ".ignore": "a\n",
      ".git/info/exclude": "b\n",
      "a": "",
      "b": "",
    },
    files: ["a", "b"],
  },
  {
    name: "does not let a repository be told by the one around it",
    tree: {
      ".gitignore": "*.log\n",
      "inner/.git/HEAD": "",
      "inner/a.log": "",
      "inner/sub/b.log": "",
      "plain/c.log": "",
    },
    files: ["inner/a.log", "inner/sub/b.log"],
  },
  {
    name: "does not show a hidden file that .gitignore keeps",
    tree: { ".gitignore": "*\n!.env\n!x\n", ".env": "", "x": "", "y": "" },
    files: ["x"],
  },
  {
    name: "does not follow symlinks inside, nor show them",
    tree: { "real/a": "", "link": "->real", "file": "->real/a", "loop": "->.", "gone": "->none" },
    files: ["real/a"],
  },
  {
    name: "finds names with spaces, line breaks, quotes and leading dashes",
    tree: { "-rf": "", "a b": "", "new\nline": "", "q\"uo'te": "", "--files/x": "" },
    files: ["--files/x", "-rf", "a b", "new\nline", "q\"uo'te"],
  },
];

for (const { name, tree, args = {}, files } of NAMES) {
  searchTest(name, async ({ dir, search }) => {
    await makeTree(dir, tree);
    const answer = await search(args);
    assertEquals(answer.isError, false, answer.text);
    assertEquals(filesOf(answer, dir), files);
    assertEquals(answer.structured.truncated, false);
  });
}
