// What one search asks, and what both ways of searching answer: ripgrep and the walk of our own.
// Types shared by `search_files.ts` and its two engines; both must give the same answer.

import type { Automaton } from "./automaton.ts";
import type { OpenedDir, OpenedFile } from "./opened_dir.ts";

/** Files or matching lines, when nobody says. */
export const DEFAULT_LIMIT = 200;

/** A file to look at. */
export interface Candidate {
  /** Relative to the folder of the search. */
  readonly path: string;
  /** Opens it; may be called while others are looked at. */
  open(): Promise<OpenedFile>;
}

/** Where files are looked for. */
export interface SearchPlace {
  /** The folder that all paths are relative to, with no symlink left in it. */
  readonly folder: string;
  /** What to look at: the folder, or one file in it. */
  readonly start: { openDir(): Promise<OpenedDir> } | { readonly file: Candidate };
  /** Whether a path is asked for. */
  readonly wants: (path: string) => boolean;
  /** Whether all are, but for lmcp's own. */
  readonly wantsAll: boolean;
  /** Look at names that begin with a dot, too. */
  readonly hidden: boolean;
  /** Leave out what the .gitignore files in `dir` say. */
  readonly ignore: boolean;
  /** Begin after this path; with a line, after that line of it. */
  readonly from: SearchPoint | undefined;
  readonly signal: AbortSignal;
  /** Told when something could not be read. */
  readonly onUnreadable: () => void;
}

/** A place in the results. */
export interface SearchPoint {
  readonly path: string;
  readonly line: number | undefined;
}

/** What is looked for in the files. */
export interface SearchText {
  /** For ripgrep. */
  readonly rust: string;
  readonly automaton: Automaton;
  /** A text that every matching line holds; `""` for none. */
  readonly required: string;
  readonly ignoreCase: boolean;
  /** Lines to show before and after a match. */
  readonly context: number;
}

/** A line of a file: a match, or beside one. */
export interface SearchLine {
  readonly number: number;
  /** Without its line break; long ones are cut. */
  readonly text: string;
  readonly match: boolean;
}

/** A file that was looked through, whether it has matches or not. */
export interface SearchedFile {
  readonly path: string;
  readonly lines: readonly SearchLine[];
}

/** A way of searching. Results come in the order of their paths, byte by byte. */
export interface SearchEngine {
  readonly name: "ripgrep" | "built-in";
  /** The files that are wanted; `most` of them are enough. */
  files(place: SearchPlace, most: number): AsyncIterable<string>;
  /**
   * The files that were looked through, with the matches in them; some without any are left out.
   * `most` matches are enough, in each and in all.
   */
  lines(place: SearchPlace, text: SearchText, most: number): AsyncIterable<SearchedFile>;
}
