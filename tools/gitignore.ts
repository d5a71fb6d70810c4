// Reads .gitignore files as ripgrep does, so that both ways of searching leave out the same.
// deno-lint-ignore-file no-control-regex -- it asks whether a text is ASCII
// Used by the search's own walk. Knows nothing of files: it is given the text and asked of paths.

import { Automaton } from "./automaton.ts";
import { parseGlob } from "./glob.ts";

/** What one .gitignore says. */
export interface IgnoreRules {
  /**
   * What is said of a path, relative to the folder of the .gitignore: `true` ignored, `false` kept
   * by a `!` rule, undefined nothing.
   */
  ignores(path: string, isDir: boolean): boolean | undefined;
}

interface Rule {
  matches(path: string, name: string): boolean;
  readonly onlyDirs: boolean;
  readonly keeps: boolean;
}

/** Reads the text of a .gitignore. Lines that make no sense are left out. */
export function parseGitignore(text: string): IgnoreRules {
  const rules = text.replace(/^\uFEFF/, "").split(/\r?\n/).map(parseRule)
    .filter((rule) => rule !== undefined)
    .reverse();
  return {
    ignores(text, isDir) {
      const path = byteText(text);
      const name = path.slice(path.lastIndexOf("/") + 1);
      // The last rule that matches counts.
      const rule = rules.find((each) => (isDir || !each.onlyDirs) && each.matches(path, name));
      return rule && !rule.keeps;
    },
  };
}

function parseRule(line: string): Rule | undefined {
  if (line.startsWith("#")) return undefined;
  let glob = line.endsWith("\\ ") ? line : line.trimEnd();
  const keeps = glob.startsWith("!");
  if (keeps) glob = glob.slice(1);
  const onlyDirs = glob.endsWith("/");
  if (onlyDirs) glob = glob.slice(0, -1);
  if (glob === "") return undefined;
  const byName = !glob.includes("/");
  if (glob.startsWith("/")) glob = glob.slice(1);
  const matches = matcher(byteText(glob), byName);
  return matches && { matches, onlyDirs, keeps };
}

function matcher(glob: string, byName: boolean): Rule["matches"] | undefined {
  if (!/[*?[\\{]/.test(glob)) return (path, name) => (byName ? name : path) === glob;
  try {
    const automaton = new Automaton(parseGlob(glob), { ignoreCase: false, whole: true });
    return (path, name) => automaton.matches(byName ? name : path);
  } catch {
    // What ripgrep and git pass over as well: a "[" that is not closed.
    return undefined;
  }
}

// Git and ripgrep compare bytes, of which a "?" is one: here each byte is made a character.
function byteText(text: string): string {
  if (!/[^\x00-\x7f]/.test(text)) return text;
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}
