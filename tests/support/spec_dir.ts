// Where the official schemas and examples are, as data for tests: `-- --spec DIR` behind the test
// command, or LMCP_SPEC_DIR. A plain clone has none, and tests without them.

/** The folder with a `<revision>/schema.json` for each revision; undefined where there is none. */
export function specDir(): string | undefined {
  const at = Deno.args.indexOf("--spec");
  const given = at < 0 ? Deno.env.get("LMCP_SPEC_DIR") : Deno.args[at + 1];
  return given === undefined || given === "" ? undefined : given;
}
