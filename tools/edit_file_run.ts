// What the tool edit_file does when it is called. Loaded by `edit_file.ts` at the first call.
// The rest of the file stays byte for byte as it is. A file that changes meanwhile is not written.

import { text, ToolError } from "../src/server/define.ts";
import { atomicWrite } from "./atomic_write.ts";
import { changed, checkExpected, currentHash } from "./expected_hash.ts";
import type { FilePlace } from "./file_access.ts";
import { fileFailure } from "./file_failure.ts";
import { blocksOf, hashBytes, joined } from "./file_hash.ts";
import { type FileUnits, fileUnits } from "./file_units.ts";
import type { Host } from "./host.ts";
import { nearMiss } from "./near_miss.ts";
import { quoted } from "./path_inside.ts";
import { findText, lineAt, replaceText } from "./text_edit.ts";
import { unifiedDiff } from "./unified_diff.ts";

const MOST_BYTES = 32 * 1024 * 1024;
const PLACES_SHOWN = 20;

interface Edit {
  readonly old_string: string;
  readonly new_string: string;
  readonly replace_all?: boolean | undefined;
}

interface EditInput extends Partial<Edit> {
  readonly path: string;
  readonly edits?: readonly Edit[];
  readonly expected_hash?: string;
}

interface Edited {
  readonly content: string;
  readonly replaced: number;
  readonly notes: readonly string[];
}

/** Edits a file. @throws {ToolError} what the caller can mend. */
export async function runEditFile(host: Host, input: EditInput, signal: AbortSignal) {
  const edits = editsOf(input);
  const place = await host.files.openPlace(input.path);
  try {
    return await host.files.locks.hold(
      place.path,
      signal,
      () => edit(host, place, edits, input.expected_hash, signal),
    );
  } finally {
    place.close();
  }
}

function editsOf(input: EditInput): readonly Edit[] {
  const { old_string, new_string, replace_all, edits } = input;
  if (edits !== undefined && (old_string ?? new_string ?? replace_all) !== undefined) {
    throw new ToolError("Cannot edit: give either edits or old_string and new_string, not both");
  }
  if (edits !== undefined) return edits;
  if (old_string === undefined || new_string === undefined) {
    throw new ToolError("Cannot edit: give old_string and new_string (or edits)");
  }
  return [{ old_string, new_string, replace_all }];
}

async function edit(
  host: Host,
  place: FilePlace,
  edits: readonly Edit[],
  expected: string | undefined,
  signal: AbortSignal,
) {
  const old = await place.look();
  if (old === undefined) {
    // Opening what is not there tells what is there instead.
    (await host.files.openFile(place.path)).close();
    throw changed(place.path, undefined);
  }
  const bytes = await readWhole(place, signal);
  const hash = await hashBytes(bytes);
  checkExpected(place.path, expected, hash);
  const units = fileUnits(bytes);
  const { content, replaced, notes } = applyAll(units, edits, place.path);
  const edited = units.toBytes(content);
  await atomicWrite(host.runtime.files, place, {
    bytes: edited,
    old,
    signal,
    async verify() {
      const now = await currentHash(host.runtime, place, signal);
      if (now !== hash) throw changed(place.path, now);
    },
  });
  const limit = Math.max(200, host.outputLimit - 1000);
  const diff = unifiedDiff(place.path, units.content, content, limit, units.toText);
  const places = replaced === 1 ? "1 place" : `${replaced} places`;
  const said = [`Replaced ${places} in ${place.path}.`, ...notes].join(" ");
  return {
    content: [text(`${said}\n${diff.text}`)],
    structuredContent: {
      path: place.path,
      replaced,
      added: diff.added,
      removed: diff.removed,
      diff: diff.text,
      hash: await hashBytes(edited),
      ...(notes.length > 0 && { note: notes.join(" ") }),
    },
  };
}

async function readWhole(
  place: FilePlace,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const opened = await place.dir.openFile(place.name);
  try {
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const block of blocksOf(opened, signal)) {
      pieces.push(block.slice());
      size += block.length;
      if (size > MOST_BYTES) {
        throw new ToolError(
          `Cannot edit ${quoted(place.path)}: it is larger than 32 MiB; use the shell (sed, perl)`,
          { code: "too_large", path: place.path },
        );
      }
    }
    return joined(pieces);
  } catch (error) {
    throw fileFailure(error, "edit", place.path);
  } finally {
    opened.close();
  }
}

/** Does all edits in order. @throws {ToolError} when one cannot be done. */
function applyAll(units: FileUnits, edits: readonly Edit[], path: string): Edited {
  let edited: Edited = { content: units.content, replaced: 0, notes: [] };
  edits.forEach((each, index) => {
    const which = edits.length === 1 ? "" : ` (edit ${index + 1} of ${edits.length})`;
    const none = edits.length === 1 ? "" : "; no edit was made";
    edited = apply(units, edited, each, `Cannot edit ${quoted(path)}${which}`, none);
  });
  if (edited.content === units.content) {
    throw new ToolError(
      `Cannot edit ${quoted(path)}: the file would stay as it is (line endings are always kept; ` +
        "write_file can change them)",
    );
  }
  return edited;
}

function apply(
  units: FileUnits,
  before: Edited,
  { old_string, new_string, replace_all = false }: Edit,
  cannot: string,
  none: string,
): Edited {
  if (old_string === "") {
    throw new ToolError(`${cannot}: old_string is empty${none}; write_file makes or fills a file`);
  }
  if (old_string === new_string) {
    throw new ToolError(
      `${cannot}: old_string and new_string are the same${none}; give as new_string what is to ` +
        "stand there",
    );
  }
  const { content } = before;
  const found = findText(content, units.fromText(old_string), replace_all);
  if (found.places.length === 0) {
    const why = nearMiss(units.toText(content), old_string);
    throw new ToolError(`${cannot}: old_string is not in the file${none}. ${why}`, {
      code: "no_match",
    });
  }
  if (found.places.length > 1 && !replace_all) {
    const lines = found.places.slice(0, PLACES_SHOWN).map(({ start }) => lineAt(content, start));
    const more = found.places.length > lines.length ? " and more" : "";
    throw new ToolError(
      `${cannot}: old_string is in the file ${found.places.length} times (on lines ` +
        `${[...new Set(lines)].join(", ")}${more})${none}; ` +
        "add lines around it to make it one place, or set replace_all",
      { code: "several_matches", lines },
    );
  }
  const notes = [...before.notes];
  if (found.others > 0) {
    notes.push(
      `${found.others} more would match but for their line endings (CRLF) and were left.`,
    );
  }
  return {
    content: replaceText(content, found.places, units.fromText(new_string)),
    replaced: before.replaced + found.places.length,
    notes,
  };
}
