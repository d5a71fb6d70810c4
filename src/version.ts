// lmcp's own version, in the one place that shipped code reads it from.
// A test holds it to the version in deno.json.

/** The version of lmcp. */
export const VERSION = "0.1.0";
