// What a browser is told of an allowed origin: none is allowed unless the options name it.
// Called by `guard.ts`.

import { SESSION_HEADER_TITLE } from "./http_session_header.ts";

/** Headers of a response. */
export type HeaderMap = { readonly [name: string]: string };

/** What an answer carries where no origin has to be told anything. */
export const NO_HEADERS: HeaderMap = {};

/** Methods of the endpoint. */
export const METHODS = "GET, POST, DELETE, OPTIONS";

const REQUEST_HEADERS = [
  "Authorization",
  "Content-Type",
  "Accept",
  "Last-Event-ID",
  "MCP-Protocol-Version",
  "Mcp-Method",
  "Mcp-Name",
  SESSION_HEADER_TITLE,
];

/** The headers by which a browser lets a page of `origin` read an answer. */
export function corsOf(origin: string): HeaderMap {
  return {
    "access-control-allow-origin": origin,
    "access-control-expose-headers": `${SESSION_HEADER_TITLE}, WWW-Authenticate`,
    "vary": "Origin",
  };
}

/** Answers a browser's question before the request; `cors` is undefined without an origin. */
export function preflight(cors: HeaderMap | undefined, wanted: string | null): Response {
  if (cors === undefined) return new Response(null, { status: 204, headers: { allow: METHODS } });
  return new Response(null, {
    status: 204,
    headers: {
      ...cors,
      "access-control-allow-methods": METHODS,
      "access-control-allow-headers": [...REQUEST_HEADERS, ...paramHeaders(wanted)].join(", "),
      "access-control-max-age": "86400",
    },
  });
}

/** The headers of a tool's arguments, which have names of the tool's own. */
function paramHeaders(wanted: string | null): string[] {
  return (wanted ?? "").split(",").map((name) => name.trim()).filter((name) =>
    /^mcp-param-[a-z0-9!#$%&'*+.^_`|~-]{1,64}$/i.test(name)
  );
}
