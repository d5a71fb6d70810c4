// The options of the commands that serve, host or hub: what the server is called, what it offers, what it says,
// and, over HTTP, where it listens and to whom. The table is all there is to an option: its name,
// its value, its help. Runs nothing.

import { allRefused, flag, refused, value, valueOr, type Values, values } from "./cli_options.ts";
import {
  oneOf,
  readFilePath,
  readHost,
  readHostName,
  readName,
  readNames,
  readOrigin,
  readPath,
  readPort,
  readReachable,
  readSearxng,
  readSeconds,
} from "./cli_values.ts";

/** What the host server takes, over whatever. */
export const OFFER_OPTIONS = {
  "name": value("NAME", "What the server calls itself (this machine's name, and -tools)", readName),
  "root": values(
    "DIR",
    "The file tools stay inside DIR; repeatable. shell is not contained (everywhere)",
    (text, source) => [readFilePath(text, source)],
  ),
  "tools": values("A,B", "Offer these tools only (all)", readNames),
  "no-tools": values("A,B", "Do not offer these tools (none)", readNames),
  "read-only": flag("Offer only tools that read: no shell, no writing"),
  "fetch-allow": values(
    "HOST|CIDR",
    "Let fetch reach HOST, or addresses in CIDR, that are not public; repeatable (none)",
    readReachable,
  ),
  "searxng": value(
    "URL",
    "Let web_search ask the SearXNG at URL; with a key of Brave Search, set LMCP_BRAVE_KEY",
    readSearxng,
    "LMCP_SEARXNG_URL",
  ),
  "audit": value(
    "FILE",
    "Add a JSON line to FILE for each call: who, tool, ms, outcome",
    readFilePath,
  ),
  "log-format": valueOr(
    "text",
    "FORMAT",
    "How standard error is written: text or json",
    oneOf(["text", "json"]),
  ),
  "drain": valueOr(2, "SECONDS", "What calls in flight get when the server ends", readSeconds),
};

/** What serving over HTTP takes beside them. */
export const HTTP_OPTIONS = {
  "host": valueOr(
    "127.0.0.1",
    "ADDRESS",
    "Address to listen on; beyond loopback a token is needed",
    readHost,
    "LMCP_HOST",
  ),
  "port": valueOr(8080, "PORT", "Port to listen on; 0 picks a free one", readPort, "LMCP_PORT"),
  "path": valueOr("/mcp", "PATH", "Path of the endpoint, exactly", readPath),
  "token-file": value(
    "FILE",
    "Ask for the token in FILE, which must have mode 0600; LMCP_TOKEN is a token itself",
    readFilePath,
  ),
  "tokens": value(
    "FILE",
    'Ask for one of the tokens in FILE: a line "NAME sha256:HEX" each, made by "lmcp token"',
    readFilePath,
  ),
  "conf": value(
    "FILE",
    'Ask for the token in FILE, in a line ".godparticle = TOKEN"',
    readFilePath,
  ),
  "allow-host": values(
    "NAME",
    "Host header to take beside the loopback names; repeatable (beyond loopback: any)",
    readHostName,
  ),
  "allow-origin": values("ORIGIN", "Web pages of ORIGIN may call; repeatable (none)", readOrigin),
  "tls-cert": value("FILE", "Serve HTTPS with the PEM certificate in FILE", readFilePath),
  "tls-key": value("FILE", "The PEM key of the certificate", readFilePath),
  "bound-slow-clients": flag(
    "End connections that send too slowly on Deno, too, by a slower server; Bun and Node always do",
  ),
  "insecure-no-auth": flag("Serve beyond loopback without a token: anyone may call"),
  "metrics": flag("Show numbers for Prometheus at /metrics, to whoever may call"),
};

const ON_THE_COMMAND_LINE =
  "must not be given: every user of this machine can read a command line; put the token into a " +
  "file for --token-file, or into LMCP_TOKEN";

/** What `lmcp serve` takes. */
export const SERVE_OPTIONS = {
  ...HTTP_OPTIONS,
  ...OFFER_OPTIONS,
  "stdio": flag('The same as "lmcp stdio"'),
  "token": refused(ON_THE_COMMAND_LINE),
};

/** What `lmcp stdio` takes. */
export const STDIO_OPTIONS = {
  ...OFFER_OPTIONS,
  ...allRefused(HTTP_OPTIONS, 'is for HTTP: "lmcp stdio" has no use for it; leave it out'),
};

const OF_THE_MACHINE = {
  "root": OFFER_OPTIONS.root,
  "fetch-allow": OFFER_OPTIONS["fetch-allow"],
  "searxng": OFFER_OPTIONS.searxng,
};

/** What the hub takes, over whatever. */
export const HUB_OFFER_OPTIONS = {
  "backends": value(
    "FILE",
    'The hosts, one a line: "NAME URL [token-file=FILE] [ssh=TARGET] [tags=A,B]"; reread when it ' +
      "changes (backends.conf in ~/.config/lmcp or /etc/lmcp)",
    readFilePath,
    "LMCP_HUB_BACKENDS",
  ),
  "name": value("NAME", "What the hub calls itself (this machine's name, and -hub)", readName),
  "tools": OFFER_OPTIONS.tools,
  "no-tools": OFFER_OPTIONS["no-tools"],
  "read-only": flag("Offer only tools that read, on every host"),
  "audit": OFFER_OPTIONS.audit,
  "log-format": OFFER_OPTIONS["log-format"],
  "drain": OFFER_OPTIONS.drain,
  ...allRefused(
    OF_THE_MACHINE,
    "is for the lmcp of each host: give it there, and leave it out here",
  ),
};

const STATUS_OPTIONS = {
  "status-page": flag(
    "Show the hosts to browsers at /, behind the token; nothing can be changed there",
  ),
};

/** What `lmcp hub` takes. */
export const HUB_OPTIONS = {
  ...HTTP_OPTIONS,
  ...HUB_OFFER_OPTIONS,
  ...STATUS_OPTIONS,
  "stdio": flag("Serve standard input and output instead of HTTP"),
  "token": refused(ON_THE_COMMAND_LINE),
};

/** What `lmcp hub --stdio` takes. */
export const HUB_STDIO_OPTIONS = {
  ...HUB_OFFER_OPTIONS,
  ...allRefused(
    { ...HTTP_OPTIONS, ...STATUS_OPTIONS },
    'is for HTTP: "lmcp hub --stdio" has no use for it; leave it out',
  ),
};

/** What was said to the hub, over whatever. */
export type HubValues = Values<typeof HUB_OFFER_OPTIONS>;

/** What was said to a command that serves, over whatever. */
export type OfferValues = Values<typeof OFFER_OPTIONS>;

/** What was said to a command that serves over HTTP. */
export type HttpValues = Values<typeof HTTP_OPTIONS>;
