// How commands are run on this host: which shell, which PATH, which environment.
// Made once with the host; asked by `shell` and by jobs. The login shell is run once, when first
// needed or when `prepare` is called, and never for more than two seconds. Never gives a child
// lmcp's own secrets.

import { FileError, type Files, type Runtime } from "../src/runtime/runtime.ts";
import { CALL_MARK } from "./marked_processes.ts";
import type { ProcessRegistry } from "./process_registry.ts";
import { runProcess } from "./run_process.ts";

type Env = { readonly [name: string]: string };

const LOGIN_MS = 2_000;
const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const SECRET = /^LMCP_.*(TOKEN|SECRET|KEY|PASS)/;

// Nothing may wait for a person at a terminal. NO_COLOR is not among these: colours are taken out
// of what a model is shown, and the variable would change what programs under test do.
const UNATTENDED: Env = {
  PAGER: "cat",
  GIT_PAGER: "cat",
  GIT_TERMINAL_PROMPT: "0",
  SSH_ASKPASS_REQUIRE: "never",
  TERM: "dumb",
};

/** How to start a command. */
export interface ShellCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Env;
}

/** How commands are run on a host. */
export interface ShellSettings {
  /** Starts finding out what `command` needs, so that the first call does not wait for it. */
  prepare(): void;
  /** The PATH that commands are run with: the login shell's, then what lmcp's own has besides. */
  path(): Promise<string>;
  /**
   * How to start a text as a command whose standard output is both its streams, in the order they
   * were written. `env` is added to the environment.
   */
  command(text: string, env: Env): Promise<ShellCommand>;
}

/** Makes the settings of a host. `secretEnv` names variables that no child is given. */
export function openShellSettings(
  runtime: Runtime,
  processes: ProcessRegistry,
  secretEnv: readonly string[],
): ShellSettings {
  const own = cleanEnv(runtime.environ(), secretEnv);
  let found: Promise<{ shell: string; path: string }> | undefined;

  async function find(): Promise<{ shell: string; path: string }> {
    const path = await loginPath(processes, own);
    return { shell: await findShell(runtime, path), path };
  }

  return {
    prepare: () => void (found ??= find()),
    path: async () => (await (found ??= find())).path,
    command: async (text, env) => {
      const { shell, path } = await (found ??= find());
      return { ...inOneStream(shell, text), env: { ...own, PATH: path, ...UNATTENDED, ...env } };
    },
  };
}

// A first shell makes the two streams one and is then replaced by the shell that runs the command.
// That one is no different from one started directly: $0, $@, line numbers, exit code and signals
// are its own. In POSIX mode the first one reads no start-up file, and unlike a plain `sh` it passes
// on variables whose names a shell cannot use.
function inOneStream(shell: string, text: string): { command: string; args: readonly string[] } {
  const bash = shell.endsWith("/bash");
  const name = bash ? "bash" : "sh";
  const exec = ["-c", 'exec "$@" 2>&1', name];
  return {
    command: shell,
    args: [...(bash ? ["--posix"] : []), ...exec, shell, "-c", text, name],
  };
}

function cleanEnv(environ: { [name: string]: string }, secretEnv: readonly string[]): Env {
  const env: { [name: string]: string } = {};
  for (const [name, value] of Object.entries(environ)) {
    // An lmcp that a call of another started gives its own marks: its jobs are not of that call.
    if (name === CALL_MARK || SECRET.test(name) || secretEnv.includes(name)) continue;
    env[name] = value;
  }
  return env;
}

// A service manager starts lmcp with a PATH that lacks what the user's own shell would find.
async function loginPath(processes: ProcessRegistry, own: Env): Promise<string> {
  const ownPath = own.PATH || DEFAULT_PATH;
  const decoder = new TextDecoder();
  const mark = `lmcp-${crypto.randomUUID()}`;
  let printed = "";
  try {
    await runProcess(processes, {
      command: own.SHELL || "sh",
      args: ["-lc", `printf '${mark}%s${mark}' "$PATH"`],
      env: { ...own, ...UNATTENDED },
      timeoutMs: LOGIN_MS,
      signal: new AbortController().signal,
      onOutput: (bytes) => {
        if (printed.length < 1024 * 1024) printed += decoder.decode(bytes, { stream: true });
        return Promise.resolve();
      },
    });
  } catch {
    // Without a login shell that runs, lmcp's own PATH is what there is.
    return ownPath;
  }
  const login = printed.split(mark)[1] ?? "";
  return [...new Set([...login.split(":"), ...ownPath.split(":")])].filter(Boolean).join(":");
}

async function findShell(runtime: Runtime, path: string): Promise<string> {
  for (const name of ["bash", "sh"]) {
    for (const dir of path.split(":")) {
      if (await isProgram(runtime.files, `${dir}/${name}`)) return `${dir}/${name}`;
    }
  }
  return "/bin/sh";
}

async function isProgram(files: Files, path: string): Promise<boolean> {
  try {
    const { type, mode } = await files.stat(path);
    return type === "file" && (mode === null || (mode & 0o111) !== 0);
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}
