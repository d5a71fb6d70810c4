// Reads the values of options: numbers, addresses, origins, names. Each refuses in one sentence that
// begins with where the value came from. Used by the option tables. Looks at text only: what needs
// the disk is checked where it is used.

import { canBeAllowed } from "../tools/fetch_policy.ts";
import { UsageError } from "./cli_options.ts";

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/i;

/** Where a server says that it lives. */
export const HEALTH_PATH = "/healthz";

/** Whether an address to listen on can be reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/** An address to listen on; brackets around an IPv6 one are taken off. */
export function readHost(text: string, source: string): string {
  const host = text.replace(/^\[(.*)\]$/, "$1");
  if (/^[^:]+:\d+$/.test(host)) {
    throw refusal(source, "an address alone", text, "the port goes to --port");
  }
  if (/^[\w.:%-]+$/.test(host)) return host;
  throw refusal(
    source,
    "an address of this machine",
    text,
    "127.0.0.1 is this machine alone, 0.0.0.0 every address of it",
  );
}

/** A port. */
export function readPort(text: string, source: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw refusal(source, "a whole number from 0 to 65535", text, "0 picks a free port");
}

/** Seconds. */
export function readSeconds(text: string, source: string): number {
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) <= 3_600) return Number(text);
  throw refusal(source, "seconds from 0 to 3600", text, "2 or 0.5, say");
}

/** The path of the endpoint. */
export function readPath(text: string, source: string): string {
  if (text === HEALTH_PATH) {
    throw refusal(source, `a path other than ${HEALTH_PATH}`, text, "/mcp is the usual one");
  }
  // What a URL would change ("/a b", "/../x") no request could ever ask for.
  if (URL.canParse(text, "http://host") && new URL(text, "http://host").pathname === text) {
    return text;
  }
  throw refusal(source, 'a path that starts with "/", as it stands in a URL', text, "/mcp, say");
}

/** An origin, as browsers send it. */
export function readOrigin(text: string, source: string): readonly string[] {
  if (text === "*") {
    throw refusal(source, "one origin", text, "name each that may call, with one option each");
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.host === "") {
    throw refusal(source, "an origin", text, "https://app.example.com, say");
  }
  // Origins of other schemes than the Web's own, such as vscode-webview://id, have no `origin`.
  const origin = `${url.protocol}//${url.host}`;
  if (origin === text) return [text];
  throw refusal(source, "an origin, without a path", text, `${origin} would be one`);
}

/** A host name that requests may ask for, with or without a port. */
export function readHostName(text: string, source: string): readonly string[] {
  if (/^([\w.-]+|\[[\da-fA-F:.]+\])(:\d+)?$/.test(text)) return [text];
  throw refusal(source, "a host name, without scheme and path", text, "pi5.lan, say");
}

/** What fetch may reach beside public addresses. */
export function readReachable(text: string, source: string): readonly string[] {
  if (canBeAllowed(text)) return [text];
  throw refusal(
    source,
    "a host name, an address or a block of addresses",
    text,
    "nas.lan, 192.168.1.5 or 192.168.0.0/16, say; without scheme, port and path",
  );
}

/** The address of a SearXNG. */
export function readSearxng(text: string, source: string): string {
  if (/^https?:$/.test(URL.canParse(text) ? new URL(text).protocol : "")) return text;
  throw refusal(source, "an http or https URL", text, "http://127.0.0.1:8888, say");
}

/** A name for the server. */
export function readName(text: string, source: string): string {
  if (/^[^\s\p{Cc}]([^\p{Cc}]{0,98}[^\s\p{Cc}])?$/u.test(text)) return text;
  throw refusal(source, "a name of 1 to 100 characters on one line", text, '"pi5-tools", say');
}

/**
 * Who the only token of a server belongs to. `lmcp token` gives the same name, so that what belongs
 * to it stays its own when the server goes over to a file of tokens.
 */
export const ONLY_NAME = "default";

/** Who a token is for: a word, as it stands in the file of tokens. */
export function readTokenName(text: string, source: string): string {
  if (/^[^\s\p{Cc}#]{1,100}$/u.test(text)) return text;
  throw refusal(source, 'one word of 1 to 100 characters, none of them "#"', text, "laptop, say");
}

/** A file or folder; it is looked at when it is used. */
export function readFilePath(text: string, source: string): string {
  if (text !== "" && !text.includes("\0")) return text;
  throw refusal(source, "the path of a file or folder", text, "leave the option out for none");
}

/** Several names, with commas between them. */
export function readNames(text: string, source: string): readonly string[] {
  const names = text.split(",").map((name) => name.trim()).filter((name) => name !== "");
  if (names.length > 0) return names;
  throw refusal(source, "names with commas between them", text, "shell,read_file, say");
}

/** One of a few words. */
export function oneOf<const T extends string>(words: readonly T[]) {
  return (text: string, source: string): T => {
    const word = words.find((each) => each === text);
    if (word !== undefined) return word;
    throw new UsageError(`${source} must be ${words.join(" or ")}: got ${JSON.stringify(text)}`);
  };
}

function refusal(source: string, wanted: string, got: string, advice: string): UsageError {
  return new UsageError(`${source} must be ${wanted}: got ${JSON.stringify(got)}; ${advice}`);
}
