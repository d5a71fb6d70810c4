// What a server asks for with `WWW-Authenticate`, read leniently: a header that cannot be read says
// nothing, and never fails a request a second time. Called by `http_channel.ts`. spec: RFC 9110 11.6.1

/** A challenge: a scheme and what belongs to it. */
export interface Challenge {
  /** The scheme in lower case, such as `bearer`. */
  readonly scheme: string;
  /** The parameters, by their names in lower case: `resource_metadata`, `scope`, `error`. */
  readonly params: { readonly [name: string]: string };
}

const PARAM = /^([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))/;
const SCHEME = /^([A-Za-z][\w!#$%&'*+.^`|~-]*)(?:\s+|$)/;

/** The challenges of a header, in order. */
export function parseChallenges(header: string): readonly Challenge[] {
  const found: { scheme: string; params: { [name: string]: string } }[] = [];
  let rest = header.trim();
  while (rest !== "") {
    const param = PARAM.exec(rest);
    const scheme = param === null ? SCHEME.exec(rest) : null;
    const last = found.at(-1);
    if (param !== null && last !== undefined) {
      const [whole, name = "", quoted, plain = ""] = param;
      last.params[name.toLowerCase()] ??= quoted?.replace(/\\(.)/g, "$1") ?? plain;
      rest = rest.slice(whole.length);
    } else if (scheme !== null) {
      found.push({ scheme: scheme[1]!.toLowerCase(), params: {} });
      rest = rest.slice(scheme[0].length);
    } else {
      rest = rest.slice(1); // What is neither is passed over.
    }
    rest = rest.replace(/^[\s,]+/, "");
  }
  return found;
}

/** The challenge that matters most to an MCP client: the one for bearer tokens, else the first. */
export function readChallenge(header: string | null): Challenge | undefined {
  if (header === null) return undefined;
  const all = parseChallenges(header);
  return all.find(({ scheme }) => scheme === "bearer") ?? all[0];
}
