// The headers of a request that the transport looks at, read in one pass that counts all of them.
// Made by `guard.ts`. A pass costs less than asking for each by name: that copies one every time.

import { SESSION_HEADER } from "./http_session_header.ts";

/** What the headers of a request say; null for one that is absent. */
export class RequestHead {
  /** Characters of all names and values, with what stands between them. */
  size = 0;
  host: string | null = null;
  origin: string | null = null;
  authorization: string | null = null;
  accept: string | null = null;
  contentType: string | null = null;
  contentLength: string | null = null;
  /** `MCP-Protocol-Version` */
  version: string | null = null;
  /** `Mcp-Method` */
  method: string | null = null;
  /** `Mcp-Name` */
  name: string | null = null;
  /** The name of a session */
  session: string | null = null;
  readonly #headers: Headers;

  /** Made by `readHead`. */
  constructor(headers: Headers) {
    this.#headers = headers;
  }

  /** Any other header, by its name in lower case. */
  get(name: string): string | null {
    return this.#headers.get(name);
  }

  /** Takes one header. */
  take(name: string, value: string): void {
    this.size += name.length + value.length + 4;
    switch (name) {
      case "host":
        this.host = value;
        break;
      case "origin":
        this.origin = value;
        break;
      case "authorization":
        this.authorization = value;
        break;
      case "accept":
        this.accept = value;
        break;
      case "content-type":
        this.contentType = value;
        break;
      case "content-length":
        this.contentLength = value;
        break;
      case "mcp-protocol-version":
        this.version = value;
        break;
      case "mcp-method":
        this.method = value;
        break;
      case "mcp-name":
        this.name = value;
        break;
      case SESSION_HEADER:
        this.session = value;
        break;
    }
  }
}

/** Headers that give all of themselves at once, as Bun's do: cheaper than a call for each. */
interface Gathered {
  toJSON?(): { readonly [name: string]: string | readonly string[] };
}

/** Reads the headers of a request. */
export function readHead(headers: Headers): RequestHead {
  const head = new RequestHead(headers);
  const all = (headers as Gathered).toJSON?.();
  if (all === undefined) headers.forEach((value, name) => head.take(name, value));
  else for (const name in all) head.take(name, String(all[name]));
  return head;
}
