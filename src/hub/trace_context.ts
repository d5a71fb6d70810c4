// The trace of a call, as W3C wrote it down, in `_meta`: what the caller sent travels on to the hosts;
// where it sent none, one is begun, so that one id finds the call in the hub's log and the host's.

import type { JsonObject } from "../jsonrpc/message.ts";

const KEYS = ["traceparent", "tracestate", "baggage"];
const PARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}/;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
/** What travels with every call must not be a way to make calls large. */
const MOST_CHARS = 8_192;

/** The trace of one call. */
export interface Trace {
  readonly id: string;
  /** Members of `_meta` for the hosts. */
  readonly meta: JsonObject;
}

/** Reads the trace from a request's `_meta`, or begins one. */
export function traceOf(meta: JsonObject): Trace {
  const { traceparent } = meta;
  const id = typeof traceparent === "string" ? PARENT.exec(traceparent)?.[1] : undefined;
  if (id === undefined) {
    const digits = randomDigits();
    const own = digits.slice(0, 32);
    return { id: own, meta: { traceparent: `00-${own}-${digits.slice(32)}-00` } };
  }
  const carried: JsonObject = {};
  for (const key of KEYS) {
    const value = meta[key];
    if (typeof value === "string" && value.length <= MOST_CHARS) carried[key] = value;
  }
  return { id, meta: carried };
}

/** The 48 hex digits of a trace and its first span. */
function randomDigits(): string {
  let digits = "";
  for (const byte of crypto.getRandomValues(new Uint8Array(24))) digits += HEX[byte];
  return digits;
}
