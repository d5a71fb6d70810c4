// Stand-in for `@std/cli`: used by scripts and tests where JSR cannot be reached (scripts/std.ts).
// It has what this project uses, no more: a missing name fails the type check, never at run time.

export { type Args, parseArgs, type ParseOptions } from "./parse_args.ts";
