// What a call of fetch asks for, checked and made ready to be sent.
// Called by `fetch.ts`. Refuses what would let a caller write a request of its own on the wire.

import { ToolError } from "../src/server/define.ts";
import { VERSION } from "../src/version.ts";
import type { FetchRequest } from "./fetch_hops.ts";

/** Made from the URL and the body, or about the connection, which is not the caller's. */
const OURS =
  /^(host|content-length|transfer-encoding|connection|upgrade|keep-alive|te|trailer|expect|proxy-.*)$/;

/** What a caller gives of a request. */
export interface RequestInput {
  readonly url: string;
  readonly method?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string;
  readonly as?: "markdown" | "text" | "raw";
}

/** Makes the request. @throws {ToolError} */
export function fetchRequest(input: RequestInput): FetchRequest {
  const { method = "GET", body } = input;
  const url = readUrl(input.url);
  if (body !== undefined && (method === "GET" || method === "HEAD")) {
    throw new ToolError(`body goes with a method that sends one: got ${method}; try POST or PUT`);
  }
  const headers = new Map([
    ["user-agent", `lmcp/${VERSION}`],
    ["accept", input.as === "raw" ? "*/*" : "text/markdown, text/html;q=0.9, */*;q=0.8"],
    ["accept-encoding", "gzip, deflate, br"],
    ...(body === undefined ? [] : [["content-type", "text/plain;charset=UTF-8"]] as const),
  ]);
  for (const [name, value] of Object.entries(input.headers ?? {})) {
    headers.set(checkedName(name), checkedValue(name, value));
  }
  return {
    url,
    method,
    headers,
    body: body === undefined ? undefined : new TextEncoder().encode(body),
  };
}

function readUrl(text: string): URL {
  const got = JSON.stringify(text);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) {
    throw new ToolError(`url must be a whole URL: got ${got}; try "https://example.com/page", say`);
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new ToolError(
      `url must begin with http:// or https://: got ${got}; for a file of this machine there is ` +
        "read_file",
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new ToolError(
      "url must not hold a user or password; send them in an Authorization header",
    );
  }
  return url;
}

function checkedName(name: string): string {
  const lower = name.toLowerCase();
  if (OURS.test(lower)) {
    throw new ToolError(`headers must not hold ${name}: fetch makes it itself; leave it out`);
  }
  if (/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) return lower;
  throw new ToolError(
    `headers must have names of letters, digits and "-": got ${JSON.stringify(name)}`,
  );
}

function checkedValue(name: string, value: string): string {
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return value;
  throw new ToolError(
    `headers must have values on one line, of latin1 characters: ${name} has others`,
  );
}
