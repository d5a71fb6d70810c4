// Sentences for the failures of node:http, node:tls, node:dns and node:zlib.
// Called by `node_request.ts`. Never lets a message of the runtime through where it has a sentence
// of its own.

import { RequestError } from "./http_request.ts";

const REASONS: { readonly [code: string]: readonly [RequestError["code"], string] } = {
  ENOTFOUND: ["not_found", "the name has no address"],
  ENODATA: ["not_found", "the name has no address"],
  EAI_NONAME: ["not_found", "the name has no address"],
  EAI_AGAIN: ["not_found", "the name could not be looked up now"],
  ECONNREFUSED: ["unreachable", "nothing listens there"],
  EHOSTUNREACH: ["unreachable", "there is no way to it"],
  ENETUNREACH: ["unreachable", "there is no way to its network"],
  EADDRNOTAVAIL: ["unreachable", "there is no way to it"],
  ETIMEDOUT: ["unreachable", "it did not answer the connection"],
  ECONNRESET: ["closed", "it closed the connection before the answer was whole"],
  EPIPE: ["closed", "it closed the connection before it had the request"],
  ERR_STREAM_PREMATURE_CLOSE: ["closed", "it closed the connection before the answer was whole"],
  HPE_HEADER_OVERFLOW: ["bad_answer", "its header section is larger than 64 KiB"],
};

/** The `RequestError` of a failure. */
export function requestError(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  // Of a host with several addresses, each failed in its own way: the first says enough.
  if (error instanceof AggregateError && error.errors.length > 0) {
    return requestError(error.errors[0]);
  }
  const message = error instanceof Error ? error.message.split("\n")[0]! : String(error);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const known = REASONS[code];
  if (known !== undefined) return new RequestError(...known);
  if (code.startsWith("HPE_")) return new RequestError("bad_answer", "its answer is not HTTP");
  if (
    /^(Z_|ERR_BROTLI|ERR__ERROR|ERR_PADDING)/.test(code) || /brotli|incorrect|zlib/i.test(message)
  ) {
    return new RequestError("bad_answer", "the compression of its answer is broken");
  }
  if (/cert|issuer|self.signed|altname|tls|ssl|handshake/i.test(`${code} ${message}`)) {
    return new RequestError("untrusted", `no trusted TLS connection could be made (${message})`);
  }
  return new RequestError("other", message);
}
