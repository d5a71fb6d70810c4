// Paths that try to lead out of the roots, or to trip a tool, and what must come of each. The table
// of `hostile_paths_test.ts`; used by tests only. Each row gets a fresh tree, made by
// `makeHostileTree`.

/** What must come of a path, whichever tool is given it. */
export type Outcome =
  /** Refused, as it leads out of the roots. */
  | "outside"
  /** Refused, as nothing is there; writing makes a file of that odd name inside the root, or not. */
  | "missing"
  /** Refused, as a symlink leads to nothing; writing also as it leads out. */
  | "dangling"
  /** Refused, as it is no path, or one that the system does not take. */
  | "no path"
  /** Refused, as it is lmcp's own, or shows the environment or memory of a process. */
  | "protected"
  /** Refused, as it is a pipe, a socket or a device. */
  | "special"
  /** The file that is meant. */
  | "file"
  /** The file that is meant, but not to write to, as such a path names a folder. */
  | "file to read"
  /** The folder that is meant. */
  | "folder";

/** A path, and what must come of it. */
export interface HostilePath {
  /** What is tried. */
  readonly tries: string;
  readonly path: string;
  readonly outcome: Outcome;
  /** Whether it holds on Linux alone: names differ by case and form there, and /proc is there. */
  readonly linux?: true;
}

/** Where things are. */
export interface HostileTree {
  /** The only root. It ends in `/root`, and a folder that ends in `/root-evil` is beside it. */
  readonly root: string;
  readonly outside: string;
  /** lmcp's state folder, inside the root. */
  readonly state: string;
  /** lmcp's token file, inside the root. */
  readonly token: string;
}

/** What no answer may hold: it is in all files that are outside or protected. */
export const SECRET = "the-secret-text";
/** What is in the files that may be read. */
export const PUBLIC = "public text\n";

/** Where things are below a folder. */
export function hostileTree(scratch: string): HostileTree {
  const root = `${scratch}/root`;
  return { root, outside: `${scratch}/outside`, state: `${root}/.state`, token: `${root}/token` };
}

/** Makes all that the paths lead to. */
export async function makeHostileTree({ root, outside, state, token }: HostileTree): Promise<void> {
  for (const dir of [`${root}/d`, outside, `${root}-evil`, `${state}/keys`, `${state}/jobs/j-1`]) {
    await Deno.mkdir(dir, { recursive: true });
  }
  const files = {
    [`${root}/in.txt`]: PUBLIC,
    [`${root}/d/f`]: PUBLIC,
    [`${root}/caf\u00e9`]: PUBLIC,
    [`${outside}/f`]: SECRET,
    [`${outside}/linked`]: PUBLIC,
    [`${root}-evil/f`]: SECRET,
    [`${state}/keys/key`]: SECRET,
    [`${state}/jobs/j-1/job.json`]: SECRET,
    [token]: SECRET,
  };
  for (const [path, text] of Object.entries(files)) await Deno.writeTextFile(path, text);
  const links = {
    "link-file": `${outside}/f`,
    "link-rel": "../outside/f",
    "link-dir": outside,
    "link-evil": "../root-evil",
    "chain": "link-file",
    "chain-dir": "link-dir",
    "loop": "loop-back",
    "loop-back": "loop",
    "itself": "itself",
    "dangling": `${outside}/new`,
    "dangling-rel": "../outside/new",
    "dangling-dir": `${outside}/new-dir`,
    "up": "..",
    "far": "d/../../outside/f",
    "inside": "in.txt",
    "inside-full": `${root}/in.txt`,
    "inside-dir": "d",
    "to-proc-root": "/proc/self/root",
    "to-cwd": "/proc/self/cwd",
    "to-environ": "/proc/self/environ",
    "to-fds": "/dev/fd",
    "to-stdin": "/dev/stdin",
    "to-zero": "/dev/zero",
    "to-state": ".state",
    "to-token": "token",
  };
  for (const [name, target] of Object.entries(links)) await Deno.symlink(target, `${root}/${name}`);
  await Deno.link(`${outside}/linked`, `${root}/hard`);
  await Deno.link(token, `${root}/token-by-link`);
  await Deno.link(`${state}/keys/key`, `${root}/d/key-by-link`);
  await new Deno.Command("mkfifo", { args: [`${root}/fifo`] }).output();
}

/** The table. */
export function hostilePaths({ root, outside, state, token }: HostileTree): HostilePath[] {
  const row = (outcome: Outcome, linux?: true) => (tries: string, ...paths: string[]) =>
    paths.map((path) => ({ tries, path, outcome, ...(linux && { linux }) }));
  const out = row("outside");
  const missing = row("missing");
  const noPath = row("no path");
  const own = row("protected");
  const file = row("file");
  const folder = row("folder");
  const upper = root.toUpperCase();
  return [
    ...out("steps up", "..", "../", "../outside/f", "./../outside/f", "d/../../outside/f"),
    ...out("steps up, doubled slashes", "d/..//../outside/f", `/${root}/..//outside/f`),
    ...out("steps up from a full path", `${root}/../outside/f`, `${root}/./d/../../outside/f`),
    ...out("steps up beyond the top", `${"../".repeat(40)}etc/passwd`, "/../../etc/passwd"),
    ...missing("steps up through what is not there", "none/../../outside/f", "in.txt/../in.txt"),
    ...missing("looks like a step up", ".../outside/f", ".. /outside/f", "..;/outside/f", "..."),
    ...file("steps up and stays inside", "d/../in.txt", `${root}/d/./..//in.txt`, "./in.txt"),
    ...out("a full path", `${outside}/f`, outside, "/etc/passwd", "//etc/passwd", "/./etc/passwd"),
    ...out("the top folder", "/", "//", "/.", "/.."),
    ...out("a folder whose name begins alike", `${root}-evil/f`, "../root-evil/f", `${root}-evil`),
    ...out("a name that begins alike and is not there", `${root}evil/f`, `${root}-`),
    ...row("outside", true)("another case", `${upper}/in.txt`, `${root.slice(0, -4)}ROOT/in.txt`),
    ...row("missing", true)("another case of a name", "IN.TXT", "In.txt"),
    ...row("missing", true)("another form of Unicode", "cafe\u0301"),
    ...missing("space around", "in.txt ", " in.txt", "in.txt\t"),
    ...missing("a dot or quote around", "in.txt.", '"in.txt"', "'in.txt'", "`in.txt`"),
    ...row("file to read")("a slash after a file", "in.txt/", "in.txt/."),
    ...folder("a folder, however it is spelled", ".", "./", "d/", "d/.", root, `${root}//`),
    ...noPath("nothing", ""),
    ...noPath("a NUL", "in.txt\0", "in.txt\0/../../outside/f", "../outside/f\0.txt", "\0"),
    ...missing("line ends", "in.txt\n", "in.txt\n../outside/f", "in.txt\r\n"),
    ...noPath("a name that is too long", "n".repeat(300), `d/${"n".repeat(3_000)}`),
    ...noPath("a path that is too long", "d/../".repeat(2_000) + "in.txt"),
    ...out("a home folder", "~", "~/f", "~/../outside/f"),
    ...missing(
      "a home folder as only shells know it",
      "~root/f",
      "~+/in.txt",
      "$HOME/f",
      "${HOME}",
    ),
    ...missing("a URL", "file:///etc/passwd", `file://localhost${outside}/f`, "file:../outside/f"),
    ...missing("percent-encoding", "%2e%2e/outside/f", "..%2foutside%2ff", "%2e%2e%2foutside%2ff"),
    ...missing(
      "percent-encoding twice, or wrong",
      "..%252foutside",
      "..%c0%afoutside",
      "in.txt%00",
    ),
    ...missing("backslashes", "..\\outside\\f", "..\\/outside/f", "C:\\f", "\\\\host\\share\\f"),
    ...missing("dots and slashes that only look so", "\u2024\u2024/outside/f", "\u2025/outside/f"),
    ...missing("wide and mathematical ones", "\uff0e\uff0e\uff0foutside", "..\u2215outside\u2215f"),
    ...missing("characters that are not seen", "in\u200b.txt", "\u202ein.txt", "in.txt\ufeff"),
    ...missing("a glob", "*", "../outsid?/f".slice(3), "{in,out}.txt"),
    ...out("a symlink out", "link-file", "link-rel", "link-dir", "link-dir/f", "link-evil/f"),
    ...out("a symlink to a symlink out", "chain", "chain-dir/f", "chain-dir/../outside/f", "far"),
    ...out("a symlink up", "up", "up/outside/f", "up/root-evil", "up/../outside/f"),
    ...row("dangling")("a symlink out to nothing", "dangling", "dangling-rel", "dangling-dir/new"),
    ...out("something new behind a symlink out", "link-dir/new", "link-dir/sub/new"),
    ...noPath("symlinks in a circle", "loop", "itself", "loop/f"),
    ...file("a symlink inside", "inside", "inside-full", "inside-dir/f", "up/root/in.txt"),
    ...folder("a symlink to a folder inside", "inside-dir", "inside-dir/", "up/root/d"),
    ...row("outside", true)(
      "the ways round of /proc",
      `/proc/self/root${outside}/f`,
      "/proc/self/root/etc/passwd",
      "/proc/thread-self/root/etc/passwd",
      "/proc/self/cwd",
      "/proc/self/cwd/deno.json",
      "to-proc-root/etc/passwd",
      "to-cwd/deno.json",
      "/proc/self/exe",
      "/proc/self/maps",
    ),
    ...row("outside", true)("environments and memory", "/proc/self/environ", "/proc/1/environ"),
    ...row("outside", true)("the same by a symlink", "to-environ", "to-proc-root/proc/self/mem"),
    ...row("outside", true)("open files", "/dev/fd", "/proc/self/fd", "to-fds", "to-fds/999"),
    ...out("devices", "/dev/null", "/dev/zero", "/dev/full", "/dev/tty", "to-zero"),
    ...row("special")("a pipe inside", "fifo", "./fifo", `${root}/d/../fifo`),
    ...row("special")("a socket inside", "socket", "d/../socket"),
    ...own("lmcp's token", token, "token", "to-token", "token-by-link", "d/../token"),
    ...own("lmcp's state", state, ".state", "to-state/keys/key", ".state/jobs/j-1/job.json"),
    ...own("a second name of lmcp's key", "d/key-by-link"),
    // To be a second name of a file is nothing that a file tells of where its other names are.
    ...file("a hard link to a file outside", "hard"),
  ];
}
