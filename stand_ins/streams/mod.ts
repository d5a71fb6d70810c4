// Stand-in for `@std/streams`: used by tests and fixtures where JSR cannot be reached
// (scripts/std.ts). It has what this project uses, no more.

export { TextLineStream, type TextLineStreamOptions } from "./text_line_stream.ts";
export { toText } from "./to_text.ts";
