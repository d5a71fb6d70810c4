// The registry as a file: found, read, and read again when it has changed. A bad edit is reported
// with its lines, and the last good registry stays. Asked at each use: a look at a file's time costs
// less than watching it, works the same on every system and file system, and needs no timer.

import { FileError, type FileInfo, type Runtime } from "../runtime/runtime.ts";
import { smallFileText } from "../../tools/small_file.ts";
import { type Backend, parseRegistry, type Registry } from "./registry.ts";

/** What is read of it at the most: some 10,000 hosts. */
const MOST_BYTES = 1024 * 1024;

/** The variable that names the registry. */
export const BACKENDS_VARIABLE = "LMCP_HUB_BACKENDS";

/** A registry that can change. */
export interface RegistrySource {
  /** The hosts of now, from the last registry that was right. */
  backends(): Promise<readonly Backend[]>;
  /** What is wrong with the registry of now; none while it is right. */
  problems(): readonly string[];
  /** Where it is, for people. */
  readonly path: string;
}

/**
 * No registry could be found or read. The message says where it was looked for, or what is wrong.
 *
 * @example
 * ```ts
 * import { openRegistry, RegistryError } from "@lmcp/lmcp/hub";
 * import { openRuntime } from "@lmcp/lmcp/runtime";
 *
 * const failed = await openRegistry(await openRuntime(), "/no/such/file", () => {})
 *   .catch((error) => error);
 * if (!(failed instanceof RegistryError)) throw failed;
 * ```
 */
export class RegistryError extends Error {
  /** The name of the class, for logs. */
  override readonly name: string = "RegistryError";
}

/**
 * Finds the registry.
 *
 * @throws {RegistryError} saying where it was looked for.
 *
 * @example
 * ```ts
 * import { findRegistry } from "@lmcp/lmcp/hub";
 * import { openRuntime } from "@lmcp/lmcp/runtime";
 *
 * const path = await findRegistry(await openRuntime(), "/etc/my/backends.conf");
 * if (path !== "/etc/my/backends.conf") throw new Error("what is given comes first");
 * ```
 */
export async function findRegistry(runtime: Runtime, given: string | undefined): Promise<string> {
  const named = given ?? runtime.env(BACKENDS_VARIABLE);
  if (named !== undefined) return named;
  const home = runtime.env("HOME");
  const config = runtime.env("XDG_CONFIG_HOME") ??
    (home === undefined ? undefined : `${home}/.config`);
  const places = [
    ...(config === undefined ? [] : [`${config}/lmcp/backends.conf`]),
    "/etc/lmcp/backends.conf",
  ];
  for (const place of places) {
    if (await infoOf(runtime, place) !== undefined) return place;
  }
  throw new RegistryError(
    `no registry of hosts was found: looked at --backends and ${BACKENDS_VARIABLE} (not given), ` +
      `then for ${
        places.join(" and ")
      }; write a line "NAME URL [token-file=FILE] [ssh=TARGET]" a ` +
      "host into one of them",
  );
}

/**
 * Opens a registry. `onProblem` is told of each bad edit, once, and of what is right again.
 *
 * @throws {RegistryError} when it cannot be read, or is wrong: there is no good one to keep yet.
 *
 * @example
 * ```ts
 * import { createHub, openRegistry } from "@lmcp/lmcp/hub";
 * import { openRuntime } from "@lmcp/lmcp/runtime";
 * import { openHost } from "@lmcp/lmcp/tools";
 *
 * const runtime = await openRuntime();
 * const path = "/tmp/backends-of-an-example.conf";
 * const file = await runtime.files.open(path, { write: true, create: true, truncate: true });
 * await file.write(new TextEncoder().encode("pi5 http://pi5.lan:8080/mcp\n"));
 * file.close();
 * const registry = await openRegistry(runtime, path, (problem) => runtime.stderr(problem));
 * const hub = createHub({ registry, host: await openHost(runtime) });
 * await hub.close();
 * await runtime.files.remove(path);
 * ```
 */
export async function openRegistry(
  runtime: Runtime,
  path: string,
  onProblem: (message: string) => void,
): Promise<RegistrySource> {
  let backends: readonly Backend[] = [];
  let problems: readonly string[] = [];
  let seen = "";
  let reading: Promise<void> | undefined;

  /** Reads it if it has changed; gives what there is to tell of it. */
  async function read(): Promise<string | undefined> {
    const info = await infoOf(runtime, path);
    const now = info === undefined ? "gone" : `${info.mtimeMs} ${info.size} ${info.ino}`;
    if (now === seen) return undefined;
    seen = now;
    const parsed = await parse(info);
    if (!parsed.ok) {
      ({ problems } = parsed);
      return `${path}: ${problems.join("; ")}`;
    }
    const mended = problems.length > 0;
    backends = parsed.backends.map((backend) => withTokenPath(backend, path));
    problems = [];
    if (isOpen(info) && backends.some(({ token }) => token !== undefined)) {
      return `${path} holds tokens and other users can read it: "chmod 600 ${path}" keeps them out, ` +
        "or token-file= keeps the tokens elsewhere";
    }
    return mended ? `${path} is right again: its hosts are used` : undefined;
  }

  async function parse(info: FileInfo | undefined): Promise<Registry> {
    const wrong = (problem: string): Registry => ({ ok: false, problems: [problem] });
    if (info !== undefined && info.size > MOST_BYTES) {
      return wrong(`it must not be larger than 1 MiB: got ${info.size} bytes`);
    }
    const text = info === undefined
      ? undefined
      : await smallFileText(runtime.files.open(path, { read: true }));
    if (text === undefined) return wrong("it cannot be read");
    const parsed = parseRegistry(text);
    // Most editors empty a file before they write it, and a full disk leaves it so.
    return parsed.ok && parsed.backends.length === 0 && backends.length > 0
      ? wrong("it names no host any more")
      : parsed;
  }

  async function readAgain(): Promise<void> {
    const message = await read();
    if (message === undefined) return;
    onProblem(problems.length > 0 ? `${message}; the hosts known before stay` : message);
  }

  const first = await read();
  if (problems.length > 0) throw new RegistryError(`registry ${first}`);
  if (first !== undefined) onProblem(first);
  return {
    path,
    problems: () => problems,
    async backends() {
      reading ??= readAgain().finally(() => reading = undefined);
      await reading;
      return backends;
    },
  };
}

/** A relative token file is found from the registry's folder, wherever the program was started. */
function withTokenPath(backend: Backend, registry: string): Backend {
  const { tokenFile } = backend;
  if (tokenFile === undefined || /^(\/|[A-Za-z]:[\\/])/.test(tokenFile)) return backend;
  return {
    ...backend,
    tokenFile: `${registry.slice(0, registry.lastIndexOf("/") + 1)}${tokenFile}`,
  };
}

async function infoOf(runtime: Runtime, path: string): Promise<FileInfo | undefined> {
  try {
    return await runtime.files.stat(path);
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

function isOpen(info: FileInfo | undefined): boolean {
  return info !== undefined && info.mode !== null && (info.mode & 0o077) !== 0;
}
