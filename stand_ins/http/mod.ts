// Stand-in for `@std/http`: used by tests where JSR cannot be reached (scripts/std.ts). It has what
// this project uses, no more.

export * from "./file_server.ts";
