// The rules that are a pattern and the places where it must not be found. Part of the table in
// rules.ts. A rule looks at one view of a file (views.ts), so that comments, or strings too, do not
// count where they should not.

import { isTest, lineAt, type Tree, type Violation } from "./tree.ts";

/** A pattern that must not be found in one view of some modules. */
export interface PatternRule {
  name: string;
  pattern: RegExp;
  view: "text" | "spoken" | "code";
  /** Whether the rule holds for a file. */
  holds(path: string): boolean;
  /** What to do, told that `found` was found. */
  advice(found: string): string;
}

const REVISIONS = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"];
const KNOWS_REVISIONS =
  /^src\/(?:eras\/|protocol\/revisions\.ts|transports\/http_(?:session\w*|sse)\.ts|client\/(?:connect|modern|session)\.ts)/;

/** The rules on what a module may say. */
export const MODULE_PATTERNS: PatternRule[] = [
  {
    name: "revisions",
    pattern: new RegExp(`(?<!\\d)(?:${REVISIONS.join("|")})(?!\\d)`, "g"),
    view: "spoken",
    holds: (path) => /^(?:mod\.ts|src\/|tools\/|examples\/)/.test(path) && eraBlind(path),
    advice: (date) =>
      `"${date}" belongs in src/eras/ or src/protocol/revisions.ts; ask those instead`,
  },
  {
    name: "session header",
    pattern: /mcp-session-id/gi,
    view: "spoken",
    holds: (path) => /^(?:mod\.ts|src\/|tools\/|examples\/)/.test(path) && eraBlind(path),
    advice: (header) =>
      `"${header}" belongs in src/eras/ or the session files of the transports and client`,
  },
  {
    name: "default export",
    pattern: /\bexport\s+default\b|\bas\s+default\b(?=[^;]*\})/g,
    view: "code",
    holds: () => true,
    advice: () => "export it by its name",
  },
  {
    name: "enum",
    pattern: /(?<![.\w$#])enum\s+[\w$]+\s*\{/g,
    view: "code",
    holds: () => true,
    advice: () => "use a union of string literals",
  },
];

/** The rules on what any text file may say. */
export const TEXT_PATTERNS: PatternRule[] = [
  {
    name: "registry host",
    pattern:
      /\b(?:registry\.[\w-]+(?:\.[\w-]+)+|(?:[\w-]+\.)*(?:npmjs\.(?:org|com)|jsr\.io|pypi\.org|crates\.io|deb\.debian\.org|proxy\.golang\.org))\b/gi,
    view: "text",
    holds: () => true,
    advice: (host) =>
      `"${host}" ties the project to one host; name the package, not where it comes from`,
  },
  {
    name: "machine path",
    pattern:
      /(?<![\w.~@:/$}*-])\/(?:root|work|home\/(?!(?:me|you|user|pi|alice|bob)\b)[\w-]+|Users\/(?!(?:me|you|user|alice|bob)\b)[\w-]+|tmp\/bash_jobs)\/[\w.]/g,
    view: "text",
    holds: () => true,
    advice: (path) => `"${path}…" is a path of one machine; make it relative, or use a placeholder`,
  },
];

/** Finds the matches of a rule. */
export function* matches(rule: PatternRule, tree: Tree): Generator<Violation> {
  const files = rule.view === "text" ? tree.files : tree.modules.values();
  for (const file of files) {
    if (!rule.holds(file.path)) continue;
    const view = rule.view === "text" ? file.text : tree.modules.get(file.path)![rule.view];
    for (const { 0: found, index } of view.matchAll(rule.pattern)) {
      yield { path: file.path, line: lineAt(view, index), advice: rule.advice(found) };
    }
  }
}

function eraBlind(path: string): boolean {
  return !isTest(path) && !KNOWS_REVISIONS.test(path);
}
