// Searches without ripgrep: the walk of our own, and our own automaton over each file.
// Used where ripgrep is not there, and under `--root`, because only here every folder and file is
// opened by its handle. Gives what `search_ripgrep.ts` gives; one table of tests holds both to it.

import type { Files } from "../src/runtime/runtime.ts";
import { Breather } from "./breather.ts";
import { LineFinder } from "./line_finder.ts";
import type {
  Candidate,
  SearchedFile,
  SearchEngine,
  SearchLine,
  SearchPlace,
  SearchText,
} from "./search_query.ts";
import { isUnreadable, walkFiles } from "./search_walk.ts";
import { within } from "./within.ts";
import { NotText, pieceBuffer, textPieces } from "./text_pieces.ts";

/** Files that are read at a time. */
const AT_ONCE = 8;
const ENDING_MS = 500;

/** Makes the engine. */
export function builtinEngine(files: Files): SearchEngine {
  return {
    name: "built-in",
    async *files(place) {
      for await (const { path } of candidates(files, place)) yield path;
    },
    lines: (place, text, most) => searchedFiles(files, place, text, most),
  };
}

async function* searchedFiles(
  files: Files,
  place: SearchPlace,
  text: SearchText,
  most: number,
): AsyncGenerator<SearchedFile> {
  const enough = new AbortController();
  const signal = AbortSignal.any([place.signal, enough.signal]);
  const breather = new Breather(signal);
  const buffers: Uint8Array<ArrayBuffer>[] = [];
  const going: Promise<SearchedFile>[] = [];
  try {
    for await (const file of candidates(files, { ...place, signal })) {
      const task = searchFile(file, { place, text, most, breather, buffers });
      // It is awaited in its turn; failing before that must not count as unhandled.
      task.catch(() => {});
      going.push(task);
      if (going.length >= AT_ONCE) yield await going.shift()!;
    }
    while (going.length > 0) yield await going.shift()!;
  } finally {
    enough.abort();
    // A read that hangs is left behind.
    await within(ENDING_MS, Promise.allSettled(going));
  }
}

async function* candidates(files: Files, place: SearchPlace): AsyncGenerator<Candidate> {
  const { start } = place;
  if ("openDir" in start) yield* walkFiles(files, await start.openDir(), place);
  else if (place.wants(start.file.path)) yield start.file;
}

interface Search {
  readonly place: SearchPlace;
  readonly text: SearchText;
  readonly most: number;
  readonly breather: Breather;
  /** Those that no file is read into now. */
  readonly buffers: Uint8Array<ArrayBuffer>[];
}

async function searchFile(
  { path, open }: Candidate,
  { place, text, most, breather, buffers }: Search,
): Promise<SearchedFile> {
  const after = place.from?.path === path ? place.from.line ?? 0 : 0;
  const finder = new LineFinder({ text, after, most, breather });
  let lines: readonly SearchLine[] = [];
  try {
    const opened = await open();
    const buffer = buffers.pop() ?? pieceBuffer();
    try {
      for await (const piece of textPieces(opened.file, buffer)) {
        if (!await finder.take(piece)) break;
      }
      lines = finder.lines;
    } finally {
      buffers.push(buffer);
      opened.close();
    }
  } catch (error) {
    if (!isUnreadable(error) && !(error instanceof NotText)) throw error;
    if (!(error instanceof NotText && error.binary)) place.onUnreadable();
  }
  return { path, lines };
}
