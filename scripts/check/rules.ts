// The table of rules that check.ts runs, and the rules that need more than a pattern. Each finds
// violations in a tree and says what to do; none changes a file.

import { cycles, layers, shippedModules } from "./layers.ts";
import { matches, MODULE_PATTERNS, TEXT_PATTERNS } from "./patterns.ts";
import { isTest, lineAt, type Module, type Tree, type Violation } from "./tree.ts";

/** A rule: its name in the report, and how to find what breaks it. */
export interface Rule {
  name: string;
  find(tree: Tree): Iterable<Violation>;
}

const MAX_LINES = 300;
const BASES = new Set(["Error", "TransformStream"]);
const VAGUE = /^(?:utils?|helpers?|managers?|misc|common)$/;

/** All rules, in the order of the report. */
export const RULES: Rule[] = [
  { name: "layers", find: layers },
  { name: "cycles", find: cycles },
  { name: "runtime names", find: runtimeNames },
  { name: "development package", find: developmentPackages },
  { name: "length", find: outsideTests(length) },
  { name: "header", find: outsideTests(header) },
  { name: "file name", find: inModules(fileName) },
  { name: "empty catch", find: inModules(emptyCatch) },
  { name: "inheritance", find: inModules(inheritance) },
  ...[...MODULE_PATTERNS, ...TEXT_PATTERNS].map((rule): Rule => ({
    name: rule.name,
    find: (tree) => matches(rule, tree),
  })),
];

/** What a rule finds in one module; its path is added by inModules(). */
type Finding = Omit<Violation, "path">;

function inModules(find: (module: Module) => Iterable<Finding>): Rule["find"] {
  return function* (tree) {
    for (const module of tree.modules.values()) {
      for (const finding of find(module)) yield { path: module.path, ...finding };
    }
  };
}

/** As inModules(), without the tests themselves, and the suites that all runtimes run. */
function outsideTests(find: (module: Module) => Iterable<Finding>): Rule["find"] {
  return inModules((module) => /_(?:test|suite)\.ts$/.test(module.path) ? [] : find(module));
}

function* length({ text }: Module): Generator<Finding> {
  const lines = text.replace(/\n$/, "").split("\n").length;
  if (lines <= MAX_LINES) return;
  yield {
    line: MAX_LINES + 1,
    advice: `${lines} lines, ${MAX_LINES} at most: split it by concern`,
  };
}

/** The first comment must be about the file, not the doc of the first thing in it. */
function* header({ text, code }: Module): Generator<Finding> {
  const opening = text.replace(/^#!.*\n/, "");
  const comment = /^\s*(?:(?:\/\/.*\n\s*?)+|\/\*[^]*?\*\/)/.exec(opening)?.[0];
  const ownLine = /^\s*?\n\s*?\n/.test(opening.slice(comment?.length ?? 0));
  const isDoc = /\/\*\*[^]*\*\/$/.test(comment ?? "") && !/@module\b/.test(comment ?? "") &&
    !ownLine && !/^\s*(?:import\b|export\s*(?:type\s*)?[{*])/.test(code);
  if (comment && !isDoc) return;
  yield {
    line: 1,
    advice: "begin with a comment: what the file is, who calls it, what it must never do",
  };
}

function* fileName({ path }: Module): Generator<Finding> {
  const words = path.split(/[/_.]/);
  const vague = words.find((word) => VAGUE.test(word));
  if (vague) {
    yield { line: 1, advice: `"${vague}" says nothing: name the file after what it exports` };
  }
}

/** A catch that does nothing needs a comment: in its block, on its line or on the line above. */
function* emptyCatch({ text, spoken, code }: Module): Generator<Finding> {
  const blocks = code.matchAll(
    /\bcatch\s*(?:\([^)]*\)\s*)?\{\s*\}|\.catch\(\s*(?:\([^)]*\)|[\w$]+)\s*=>\s*\{\s*\}/g,
  );
  for (const { 0: found, index } of blocks) {
    const start = text.lastIndexOf("\n", text.lastIndexOf("\n", index) - 1) + 1;
    const end = (text + "\n").indexOf("\n", index + found.length);
    if (text.slice(start, end) !== spoken.slice(start, end)) continue;
    yield {
      line: lineAt(text, index),
      advice: "handle the error, or say there why it is no error",
    };
  }
}

function* inheritance({ code }: Module): Generator<Finding> {
  for (const { index } of code.matchAll(/(?<![.\w$#])class\b/g)) {
    let head = code.slice(index, index + 1000).replaceAll("=>", "  ");
    for (let before = ""; before !== head;) {
      before = head;
      head = head.replace(/<[^<>]*>/, "");
    }
    const base = /^class\s*(?!extends\b)[\w$]*\s*extends\s+([\w$.]+)|^class\s+extends\s+([\w$.]+)/
      .exec(head);
    const name = base?.[1] ?? base?.[2];
    if (!name || BASES.has(name)) continue;
    yield {
      line: lineAt(code, index),
      advice: `do not extend ${name}: hold one, or pass functions in`,
    };
  }
}

/** Whether a module must run anywhere: the product without src/runtime/, as far as it is shipped. */
function runsAnywhere(path: string, shipped: Set<string>): boolean {
  if (isTest(path) || path.startsWith("src/runtime/")) return false;
  return /^(?:mod\.ts$|src\/|tools\/)/.test(path) || shipped.has(path);
}

function* runtimeNames(tree: Tree): Generator<Violation> {
  const shipped = shippedModules(tree);
  const names =
    /\b(?:Deno|Bun)\b|globalThis\s*\??\.\s*process\b|(?<![.\w$#])process\b(?!\s*(?:\(|\??:))|\bimport\.meta\.main\b/g;
  for (const { path, code, imports } of tree.modules.values()) {
    if (!runsAnywhere(path, shipped)) continue;
    for (const { 0: name, index } of code.matchAll(names)) {
      if (name === "import.meta.main" && (path === "mod.ts" || path === "src/cli.ts")) continue;
      yield {
        path,
        line: lineAt(code, index),
        advice: `"${name}" belongs in src/runtime/; ask for what it gives`,
      };
    }
    for (const { specifier, line } of imports) {
      if (!specifier.startsWith("node:")) continue;
      yield { path, line, advice: `"${specifier}" belongs in src/runtime/; ask for what it gives` };
    }
  }
}

/** Shipped code must not import what only development has: `jsr:` does not resolve everywhere. */
function* developmentPackages(tree: Tree): Generator<Violation> {
  const shipped = shippedModules(tree);
  const names = Object.entries(tree.config.imports ?? {})
    .filter(([, target]) => target.startsWith("jsr:"))
    .map(([name]) => name);
  for (const { path, imports } of tree.modules.values()) {
    if (isTest(path) || !shipped.has(path) && !/^(?:src|tools)\//.test(path)) continue;
    for (const { specifier, line } of imports) {
      const isJsr = specifier.startsWith("jsr:") ||
        names.some((name) => specifier === name || specifier.startsWith(`${name}/`));
      if (isJsr) {
        yield {
          path,
          line,
          advice: `"${specifier}" is for tests and scripts; shipped code does without`,
        };
      }
    }
  }
}
