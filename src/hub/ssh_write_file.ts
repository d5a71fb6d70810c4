// `write_file` over ssh: a whole file at once, by a complete new one that takes the old one's place,
// or more at its end. Keeps mode and owner, writes through symlinks, and looks at the hash that is
// expected just before, as the tool itself does.

import type { JsonObject } from "../jsonrpc/message.ts";
import type { ToolResult } from "../protocol/types.ts";
import type { TextEncoding } from "../../tools/encodings.ts";
import { changed, checkExpected } from "../../tools/expected_hash.ts";
import { fileFailure } from "../../tools/file_failure.ts";
import { hashBytes } from "../../tools/file_hash.ts";
import { encodeText } from "../../tools/text_encoding.ts";
import { FileError, type FileErrorCode } from "../runtime/runtime.ts";
import { ToolError } from "../server/define.ts";
import { type HostCall, HostFailed } from "./link.ts";
import type { Ssh } from "./ssh_run.ts";
import { assign, assignPath } from "./ssh_script.ts";

const MOST_ANSWER = 64 * 1024;

interface WriteInput {
  readonly path: string;
  readonly content: string;
  readonly encoding?: TextEncoding;
  readonly mode?: string;
  readonly create_dirs?: boolean;
  readonly append?: boolean;
  readonly expected_hash?: string;
}

// Answers are a word, and what belongs to it, each ended by a NUL.
const SCRIPT = `say() { printf '%s\\0' "$@"; exit; }
hash() { { sha256sum <"$1" || shasum -a 256 <"$1" || openssl dgst -sha256 -r <"$1"; } | head -c 64; }
n=0
while [ -L "$p" ]; do
  n=$((n + 1)); [ $n -gt 40 ] && say loop
  t=$(readlink -- "$p") || say other
  case $t in /*) p=$t ;; *) p=\${p%/*}/$t ;; esac
done
f=\${p%/*}; f=\${f:-/}
if [ ! -d "$f" ]; then
  [ -n "$dirs" ] || say no_folder "$f"
  mkdir -p -- "$f" || say not_permitted
fi
f=$(cd -- "$f" && pwd -P) || say not_permitted
p=\${f%/}/\${p##*/}
[ -d "$p" ] && say is_a_dir
[ -e "$p" ] && [ ! -f "$p" ] && say not_a_file
expect() {
  [ -n "$expected" ] || return 0
  [ -e "$p" ] || say gone
  h=$(hash "$p"); [ "$h" = "$expected" ] || say changed "$h"
}
new=1; [ -e "$p" ] && new=0
expect
if [ -n "$append" ] && [ $new = 0 ]; then
  [ -w "$p" ] || say not_permitted
  cat >>"$p" || say no_space
  s=$(wc -c <"$p")
  say ok 0 $((s)) "$p" "$(hash "$p")"
fi
t=$(mktemp "$f/.lmcp.XXXXXXXX") || say not_permitted
trap 'rm -f -- "$t"' EXIT
cat >"$t" || say no_space
[ "$(wc -c <"$t")" -eq $bytes ] || say no_space
if [ $new = 0 ]; then
  o=$(stat -c '%u:%g' -- "$p" || stat -f '%u:%g' -- "$p"); [ -n "$o" ] && chown "$o" "$t"
  m=$(stat -c '%a' -- "$p" || stat -f '%Lp' -- "$p")
else
  m=$(printf '%o' $((0666 & ~$(umask))))
fi
m=\${mode:-$m}; chmod "\${m:-644}" "$t"
sync -- "$t"
[ $new = 0 ] && expect
mv -f -- "$t" "$p" || say not_permitted
trap - EXIT
say ok $new $bytes "$p"
`;

/** Writes a file of a host. @throws {ToolError} what the caller can mend. */
export async function writeFileOverSsh(
  ssh: Ssh,
  target: string,
  call: HostCall,
): Promise<ToolResult> {
  const input = call.args as unknown as WriteInput;
  const { path, append = false } = input;
  const bytes = encodeText(input.content, input.encoding ?? "utf-8");
  if (/(?:^|\/)\.{0,2}$/.test(path) || path.includes("\0")) {
    throw new ToolError(`path must be that of a file: got ${JSON.stringify(path)}`);
  }
  const decoder = new TextDecoder();
  let answer = "";
  const outcome = await ssh.run({
    target,
    script: { body: assignPath(path) + settings(input, bytes.length) + SCRIPT, input: bytes },
    timeoutMs: call.timeoutMs,
    signal: call.signal,
    onOutput(part) {
      if (answer.length < MOST_ANSWER) answer += decoder.decode(part, { stream: true });
      return Promise.resolve();
    },
  });
  call.signal.throwIfAborted();
  const [word = "", ...facts] = answer.split("\0");
  if (word !== "ok") {
    if (outcome.how === "timed_out" || word === "") {
      throw new HostFailed("it did not get to say whether the file was written; read it", false);
    }
    throw failure(word, facts, input);
  }
  const [created, size, realPath = path, hash = ""] = facts;
  const written: JsonObject = {
    path: realPath,
    created: created === "1",
    bytes: bytes.length,
    size: Number(size),
    hash: append && created !== "1"
      ? (hash === "" ? null : `sha256:${hash}`)
      : await hashBytes(bytes),
  };
  const content = [{ type: "text" as const, text: JSON.stringify(written) }];
  return { content, structuredContent: written };
}

function settings(input: WriteInput, bytes: number): string {
  const { mode, expected_hash: expected } = input;
  if (mode !== undefined && !/^(?:0o?)?[0-7]{3,4}$/.test(mode)) {
    throw new ToolError(
      `Cannot use ${JSON.stringify(mode)} as mode: give three or four octal digits, such as "0644"`,
    );
  }
  // A hash that is none is refused before anything is sent.
  const digits = expected?.trim().toLowerCase().replace(/^sha256:/, "");
  if (digits !== undefined) checkExpected(input.path, expected, `sha256:${digits}`);
  return assign({
    bytes: String(bytes),
    mode: mode?.replace(/^0o/, "") ?? "",
    dirs: input.create_dirs ? "1" : "",
    append: input.append ? "1" : "",
    expected: digits ?? "",
  });
}

function failure(word: string, [fact]: readonly string[], { path }: WriteInput): unknown {
  const wanted = `Cannot write ${JSON.stringify(path)}`;
  switch (word) {
    case "changed":
      return changed(path, fact === undefined || fact === "" ? undefined : `sha256:${fact}`);
    case "gone":
      return new ToolError(
        `${wanted}: a file with that hash was expected, but there is none; leave expected_hash ` +
          "out to make a new file",
        { code: "changed", path, hash: null },
      );
    case "no_folder":
      return new ToolError(
        `${wanted}: there is no folder ${JSON.stringify(fact)}; create_dirs makes missing folders`,
        { code: "not_found", path },
      );
    case "not_a_file":
      return new ToolError(`${wanted}: it is not a regular file`, { code: "not_a_file", path });
    default:
      return fileFailure(new FileError(word as FileErrorCode, path, word), "write", path);
  }
}
