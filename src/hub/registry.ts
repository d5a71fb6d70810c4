// The registry of a hub: its text to its hosts, and what is wrong with it by line.
// Read at start and whenever the file changes, by `registry_file.ts`; never opens anything itself.

import { sshTargetProblem } from "./ssh_target.ts";

/** A host of the hub. */
export interface Backend {
  /** The name it is called by. */
  readonly name: string;
  /** The address of its lmcp; undefined for a host that is reached over ssh only. */
  readonly url: string | undefined;
  /** The file that its token is in; `openRegistry` joins a relative one to the registry's folder. */
  readonly tokenFile: string | undefined;
  /** The token, where the registry itself holds it. */
  readonly token: string | undefined;
  /** What ssh is told to reach. */
  readonly ssh: string | undefined;
  /** Names of groups that it is in. */
  readonly tags: readonly string[];
}

/** What reading a registry gave: its hosts, or what is wrong with each bad line. */
export type Registry =
  | { readonly ok: true; readonly backends: readonly Backend[] }
  | { readonly ok: false; readonly problems: readonly string[] };

const OPTIONS = ["token", "token-file", "ssh", "tags"];
/** Problems that are told of; a file that is something else altogether has one on each line. */
const MOST_PROBLEMS = 10;
const SHOWN = 60;

/** Reads a registry: a host a line, `#` begins a comment. */
export function parseRegistry(text: string): Registry {
  const backends: Backend[] = [];
  const problems: string[] = [];
  const names = new Set<string>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const words = line.replace(/(^|\s)#.*$/, "").trim().split(/\s+/).filter((word) => word !== "");
    if (words.length === 0) continue;
    try {
      const backend = parseLine(words);
      if (names.has(backend.name)) throw new TypeError(`host "${backend.name}" is there twice`);
      names.add(backend.name);
      backends.push(backend);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      problems.push(`line ${index + 1}: ${error.message}`);
    }
  }
  if (problems.length === 0) return { ok: true, backends };
  const left = problems.length - MOST_PROBLEMS;
  const more = left > 0 ? [`and ${left} more lines are wrong`] : [];
  return { ok: false, problems: [...problems.slice(0, MOST_PROBLEMS), ...more] };
}

/** @throws {TypeError} saying what is wrong. */
function parseLine([name = "", url, ...options]: readonly string[]): Backend {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name)) {
    throw new TypeError(
      `name must be letters, digits, ".", "_" or "-", not beginning with a sign: got ${
        shown(name)
      }`,
    );
  }
  if (url === undefined) {
    throw new TypeError(`host "${name}" must have a URL, or "-" for ssh only: got nothing`);
  }
  if (url !== "-") checkUrl(url);
  const given = readOptions(options);
  const { ssh } = given;
  const problem = ssh === undefined ? undefined : sshTargetProblem(ssh);
  if (problem !== undefined) throw new TypeError(problem);
  if (url === "-" && ssh === undefined) {
    throw new TypeError(`host "${name}" has no URL, so it must have ssh=TARGET`);
  }
  if (given.token !== undefined && given["token-file"] !== undefined) {
    throw new TypeError(`host "${name}" must have token or token-file, not both`);
  }
  if (given.token !== undefined && !/^[\x21-\x7e]+$/.test(given.token)) {
    throw new TypeError(`the token of host "${name}" must be of ASCII letters, digits and signs`);
  }
  const tags = given.tags?.split(",").filter((tag) => tag !== "") ?? [];
  const badTag = tags.find((tag) => !/^[\w.-]+$/.test(tag));
  if (badTag !== undefined) {
    throw new TypeError(`tags must be words with "," between them: got ${shown(badTag)}`);
  }
  return {
    name,
    url: url === "-" ? undefined : url,
    tokenFile: given["token-file"],
    token: given.token,
    ssh,
    tags,
  };
}

function readOptions(options: readonly string[]): { [name: string]: string | undefined } {
  const given: { [name: string]: string | undefined } = {};
  for (const option of options) {
    const equals = option.indexOf("=");
    const key = equals < 0 ? option : option.slice(0, equals);
    if (!OPTIONS.includes(key)) {
      throw new TypeError(`option must be one of ${OPTIONS.join(", ")}: got ${shown(key)}`);
    }
    const value = equals < 0 ? "" : option.slice(equals + 1);
    if (value === "") throw new TypeError(`option "${key}" must have a value, as in ${key}=VALUE`);
    if (given[key] !== undefined) throw new TypeError(`option "${key}" is there twice`);
    given[key] = value;
  }
  return given;
}

function checkUrl(url: string): void {
  const parsed = /^https?:\/\//.test(url) && URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined) {
    throw new TypeError(
      `URL must begin with http:// or https://, or be "-" for ssh only: got ${shown(url)}`,
    );
  }
  if (parsed.username === "" && parsed.password === "") return;
  throw new TypeError("URL must hold no user or password; token-file= names the file of a token");
}

/** A word as it is told, without what may be secret in it: all callers see what is wrong. */
function shown(word: string): string {
  const told = word.replace(/=[^]*$/, "=...").replace(/\/\/[^/]*@/, "//...@");
  return JSON.stringify(told.length > SHOWN ? `${told.slice(0, SHOWN)}...` : told);
}
