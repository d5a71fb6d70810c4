// The checks of `lmcp doctor` that look at the machine: runtime, state folder, open files, shell, ssh.
// Called by `cli_doctor.ts`. They start programs only to ask them their version, and change nothing.

import { openHost } from "../tools/mod.ts";
import { smallFileText } from "../tools/small_file.ts";
import { stateDirPath } from "../tools/state_dir.ts";
import type { Finding } from "./cli_doctor_check.ts";
import { shellWords } from "./cli_shell_words.ts";
import { FileError, type Runtime } from "./runtime/runtime.ts";
import { VERSION } from "./version.ts";

/** The oldest that the tests run on. */
const LEAST: { readonly [runtime: string]: string } = { deno: "2.9", bun: "1.3", node: "20.0" };
/** Each stream and each process takes some. */
const LEAST_FILES = 4_096;

/** Whether the runtime is one that lmcp is tested on. */
export function checkRuntime(runtime: Runtime): Promise<Finding[]> {
  const { runtime: { name, version }, os, arch } = runtime.system();
  const about = "runtime";
  const says = `lmcp ${VERSION} on ${name} ${version}, ${os} ${arch}`;
  const least = LEAST[name] ?? "0";
  const old = isOlder(version, least);
  const untested = os === "linux" ? [] : [
    { level: "warn", about: "system", says: `${os} is not among the systems that it is tested on` },
  ] satisfies Finding[];
  return Promise.resolve([
    old
      ? { level: "warn", about, says, advice: `It is tested from ${name} ${least} on; update it.` }
      : { level: "ok", about, says },
    ...untested,
  ]);
}

/** Whether one version is older than another, by its first two numbers. */
export function isOlder(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0] = than.split(".").map(Number);
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}

/** Whether jobs and logs can be kept, from others too. */
export async function checkState(runtime: Runtime): Promise<Finding[]> {
  const about = "state folder";
  let path: string;
  try {
    path = stateDirPath(runtime);
  } catch (error) {
    return [{ level: "fail", about, says: error instanceof Error ? error.message : String(error) }];
  }
  try {
    const { type, mode, uid } = await runtime.files.stat(path);
    const own = runtime.system().uid;
    if (type !== "dir") {
      return [{ level: "fail", about, says: `${path} is a ${type}`, advice: "Move it away." }];
    }
    if (uid !== null && own !== undefined && uid !== own) {
      return [{
        level: "fail",
        about,
        says: `${path} belongs to user ${uid}, and lmcp runs as ${own}`,
        advice: `Give it over: chown -R ${own} ${path}; or set XDG_STATE_HOME to another place.`,
      }];
    }
    return mode !== null && (mode & 0o077) !== 0
      ? [{
        level: "warn",
        about,
        says: `others may enter ${path}, which holds output and keys`,
        advice: `lmcp closes it when it keeps something there; or at once: chmod 700 ${path}`,
      }]
      : [{ level: "ok", about, says: path }];
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    if (error.code !== "not_found") return [{ level: "fail", about, says: error.message }];
    const locked = await lockedParent(runtime, path);
    return locked === undefined
      ? [{ level: "ok", about, says: `${path}, made when it is needed` }]
      : [{
        level: "fail",
        about,
        says: `${path} cannot be made: only others may write in ${locked}`,
        advice: "Set XDG_STATE_HOME to a folder of the user that lmcp runs as.",
      }];
  }
}

/** The nearest folder above a path that is there, if its mode keeps this user from writing in it. */
async function lockedParent(runtime: Runtime, path: string): Promise<string | undefined> {
  const own = runtime.system().uid;
  for (let above = path; above.includes("/");) {
    above = above.slice(0, above.lastIndexOf("/"));
    const folder = above === "" ? "/" : above;
    try {
      const { mode, uid } = await runtime.files.stat(folder);
      // Of groups nothing is known here: who may write by one is believed.
      const mayWrite = own === 0 || mode === null || (mode & 0o022) !== 0 ||
        (uid === own && (mode & 0o200) !== 0);
      return mayWrite ? undefined : folder;
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      if (error.code !== "not_found") return folder;
    }
  }
  return undefined;
}

/** Whether enough files can be open at once. */
export async function checkFiles(runtime: Runtime): Promise<Finding[]> {
  const about = "open files";
  const text = await smallFileText(runtime.files.open("/proc/self/limits", { read: true }));
  const soft = /^Max open files\s+(\S+)/m.exec(text ?? "")?.[1];
  if (soft === undefined) return [];
  const says = `${soft} at once`;
  return [
    Number(soft) < LEAST_FILES
      ? {
        level: "warn",
        about,
        says,
        advice: `Each stream and command takes some: "ulimit -n ${LEAST_FILES}" before lmcp, or ` +
          `LimitNOFILE=${LEAST_FILES} in its unit.`,
      }
      : { level: "ok", about, says },
  ];
}

/** Which shell runs commands, with which PATH, and whether the search has ripgrep. */
export async function checkShell(runtime: Runtime): Promise<Finding[]> {
  const host = await openHost(runtime, {});
  try {
    const { command } = await host.shell.command("true", {});
    const path = await host.shell.path();
    const own = new Set((runtime.env("PATH") ?? "").split(":"));
    const added = path.split(":").filter((dir) => !own.has(dir));
    const more = added.length === 0 ? "" : `; the login shell adds ${added.join(":")}`;
    return [
      command.endsWith("/bash")
        ? { level: "ok", about: "shell", says: `${command}, PATH=${path}${more}` }
        : {
          level: "warn",
          about: "shell",
          says: `${command}, as there is no bash on PATH=${path}`,
          advice: "Models write for bash: install it.",
        },
      await onPath(runtime, "rg", path)
        ? { level: "ok", about: "search", says: "ripgrep is there" }
        : {
          level: "warn",
          about: "search",
          says: "there is no ripgrep (rg) on the PATH: search_files searches by itself, slower",
          advice: "Install ripgrep.",
        },
    ];
  } finally {
    await host.close();
  }
}

/** Whether the hub could fall back to ssh. */
export async function checkSsh(runtime: Runtime): Promise<Finding[]> {
  const [program = "ssh"] = shellWords(runtime.env("LMCP_HUB_SSH") ?? "ssh");
  const about = "ssh";
  return [
    await onPath(runtime, program, runtime.env("PATH") ?? "")
      ? { level: "ok", about, says: `${program} is there, for a hub to fall back to` }
      : {
        level: "warn",
        about,
        says: `there is no ${program}: a hub cannot fall back to it`,
        advice: "Install OpenSSH's client, or name another with LMCP_HUB_SSH.",
      },
  ];
}

async function onPath(runtime: Runtime, program: string, path: string): Promise<boolean> {
  const places = program.includes("/")
    ? [program]
    : path.split(":").map((dir) => `${dir}/${program}`);
  for (const place of places) {
    try {
      const { type, mode } = await runtime.files.stat(place);
      if (type === "file" && (mode === null || (mode & 0o111) !== 0)) return true;
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
    }
  }
  return false;
}
