// The program that a job runs under: a few lines of shell that outlive the server and put the exit
// code on disk. Started by `job_start.ts`, from the file `run` in the job's folder. It asks nothing
// of the server, and none of its processes lives longer than what the job itself started.
//
// In that folder it makes: `log`, what the job prints; `cut`, when something of that could not
// be kept; `born`, which process it is; `exit`, how the command ended, by a rename; and where the
// job has an input, the pipes `in` and `close`: a process holds the first open until a line is
// written to the second.

import { PRINT_BOOT, printStart } from "./process_birth.ts";

/** Bytes of a job's output that are kept. */
export const JOB_LOG_BYTES = 64 * 1024 * 1024;

// Variables begin with lmcp_, since assigning to one of the environment would change the command's.
// Until `born` is there, problems go to standard output, which the server reads; then that is
// closed. A shell says on its standard error when a signal ended a command, and so tells exit code
// 137 from SIGKILL (not in POSIX mode, nor for SIGINT and SIGPIPE: those two read as 130 and 141).
// The room for `exit` is taken at the start, as the disk may be full at the end.
/** The text of `run`. */
export const SUPERVISOR = `set -e
exec 2>&1
trap : TERM INT HUP
lmcp_dir=\${0%/*} lmcp_blocks=$1 lmcp_input=$2 lmcp_path=$PATH lmcp_mask=$(umask)
shift 2
PATH=$lmcp_path:/usr/bin:/bin:/usr/sbin
umask 077
if [ -n "$BASH_VERSION" ]; then
  set +o posix
  lmcp_blocks=$((lmcp_blocks / 2))
fi
mkfifo "$lmcp_dir/out"
(
  trap '' TERM INT HUP QUIT XFSZ
  ulimit -f "$lmcp_blocks" || :
  cat >"$lmcp_dir/log" || { : >"$lmcp_dir/cut"; exec cat >/dev/null; }
) <"$lmcp_dir/out" >/dev/null 2>&1 &
exec 3>"$lmcp_dir/out"
rm "$lmcp_dir/out"
if [ "$lmcp_input" = "$lmcp_dir/in" ]; then
  mkfifo "$lmcp_dir/in" "$lmcp_dir/close"
  exec 4<>"$lmcp_dir/close"
  (
    trap '' TERM INT HUP QUIT
    exec 3>&- >"$lmcp_dir/in"
    read -r lmcp_line <&4
  ) </dev/null >/dev/null 2>&1 &
fi
if [ -r /proc/$$/stat ]; then
  read -r lmcp_boot </proc/sys/kernel/random/boot_id
  lmcp_start=$(read -r lmcp_stat <"/proc/$$/stat"; set -- \${lmcp_stat##*) }; echo "\${20}")
else
  lmcp_boot=$(${PRINT_BOOT})
  lmcp_start=$(${printStart("$$")})
fi
: >"$lmcp_dir/said"
printf '%80s\\n' '' >"$lmcp_dir/exit.new"
printf '{"pid":%s,"boot":"%s","start":"%s"}\\n' \\
  $$ "$lmcp_boot" "$lmcp_start" >"$lmcp_dir/born.new"
mv "$lmcp_dir/born.new" "$lmcp_dir/born"
exec >/dev/null 2>"$lmcp_dir/said"
set +e
umask "$lmcp_mask"
PATH=$lmcp_path "$@" <"$lmcp_input" >&3 3>&- 4>&-
lmcp_code=$?
exec 3>&-
lmcp_end="\\"code\\":$lmcp_code"
if [ "$lmcp_code" -gt 128 ] && [ -s "$lmcp_dir/said" ]; then
  lmcp_end="\\"signal\\":\\"SIG$(kill -l "$lmcp_code")\\""
fi
printf '%-80s\\n' "{$lmcp_end}" 1<>"$lmcp_dir/exit.new" &&
  mv -f "$lmcp_dir/exit.new" "$lmcp_dir/exit"
[ "$lmcp_input" != "$lmcp_dir/in" ] || echo >&4
wait
`;

/** What a job reads: nothing, what `job_input` writes, or a file. */
export type JobInput = "none" | "open" | { readonly file: string };

/** The arguments of a POSIX shell that make it run `run` in a job's folder. */
export function supervisorArgs(
  dir: string,
  input: JobInput,
  command: readonly string[],
): readonly string[] {
  const reads = input === "none" ? "/dev/null" : input === "open" ? `${dir}/in` : input.file;
  return [`${dir}/run`, String(JOB_LOG_BYTES / 512), reads, ...command];
}
