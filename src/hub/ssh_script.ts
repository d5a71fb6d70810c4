// What is sent to a host over ssh: a script for bash on its standard input. Everything that a caller
// said stands in it as a quoted word, never as text of the script, and never on a command line.
//
// The script says when it begins and how it ends, by marks that nothing else can print: what a login
// shell prints, or what is cut off, is told apart from the command's own output. It watches its
// standard input: when that ends (the hub cancels, or is gone, or the connection broke), everything
// that it started is ended, by its process group and, on Linux, by a mark in the environment.

/** What is to be run on a host. */
export interface SshScript {
  /** Lines of bash; their standard output is the answer. */
  readonly body: string;
  /** What the body finds on its standard input; without it, it is at its end. */
  readonly input?: Uint8Array;
}

/** A script as it is sent, and the marks that its output is read by. */
export interface FramedScript {
  readonly text: string;
  readonly begins: string;
  /** Followed by the exit code and a line break. */
  readonly ends: string;
}

/** A text as one word of bash. It must not hold a NUL. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The lines of a script that set variables. */
export function assign(values: { readonly [name: string]: string }): string {
  return Object.entries(values).map(([name, value]) => `${name}=${quote(value)}\n`).join("");
}

/** A path as the file tools take it, in `$p`: `~` is the home folder, relative is to it, too. */
export function assignPath(path: string): string {
  return `${assign({ p: path })}case $p in '~') p=$HOME ;; '~/'*) p=$HOME/\${p#'~/'} ;;
/*) ;; *) p=$PWD/$p ;; esac
`;
}

/** Puts a script between its marks and under its watch. */
export function frame({ body, input }: SshScript): FramedScript {
  const mark = crypto.randomUUID();
  // Bash reads all of it before it runs any: what follows on its input is not taken for script.
  const text = `{
exec 2>/dev/null 4<&0
printf '\\036%s\\n' lmcp-begin-${mark}
${input === undefined ? "exec 5</dev/null\n" : inputLines(input.length, mark)}set -m
(
exec 4<&- 5<&-
export LMCP_SSH_CALL=${mark}
${body}
) <&5 &
c=$!
exec 5<&-
(
while read -r _ <&4; do :; done
trap '' TERM
marked() { grep -lsF LMCP_SSH_CALL=${mark} /proc/[0-9]*/environ | tr -dc '0-9\\n'; }
every() { kill "-$1" -- "-$c"; for k in $(marked); do kill "-$1" "$k"; done; }
every TERM
n=0
while [ $n -lt 20 ] && { kill -0 -- "-$c" || [ -n "$(marked)" ]; }; do sleep 0.1; n=$((n + 1)); done
every KILL
) >/dev/null &
w=$!
wait $c
s=$?
kill -TERM -- "-$w"
wait $w
printf '\\036%s %d\\n' lmcp-end-${mark} "$s"
exit 0
}
`;
  return { text, begins: `\x1elmcp-begin-${mark}\n`, ends: `\x1elmcp-end-${mark} ` };
}

// The input goes through a file that has no name any more when the body runs: a body that does not
// read it must not keep the watcher from seeing the end of ours.
function inputLines(length: number, mark: string): string {
  return `i=$(mktemp "\${TMPDIR:-/tmp}/lmcp.XXXXXXXX") && head -c ${length} <&4 >"$i" &&
[ "$(wc -c <"$i")" -eq ${length} ] && exec 5<"$i" ||
{ rm -f -- "$i"; printf '\\036%s full\\n' lmcp-end-${mark}; exit 0; }
rm -f -- "$i"
`;
}
