// The content type of a file by the end of its name, for file_server.ts. Types the tests of this
// project do not serve are left out; a file without a known type is sent without one.

const TYPES: Record<string, string> = {
  bin: "application/octet-stream",
  css: "text/css; charset=UTF-8",
  csv: "text/csv; charset=UTF-8",
  gif: "image/gif",
  gz: "application/gzip",
  htm: "text/html; charset=UTF-8",
  html: "text/html; charset=UTF-8",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  js: "text/javascript; charset=UTF-8",
  json: "application/json; charset=UTF-8",
  md: "text/markdown; charset=UTF-8",
  mjs: "text/javascript; charset=UTF-8",
  mp3: "audio/mpeg",
  pdf: "application/pdf",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain; charset=UTF-8",
  wasm: "application/wasm",
  wav: "audio/wave",
  webp: "image/webp",
  xml: "application/xml",
  zip: "application/zip",
};

/** The content type for a path, or undefined where its ending is unknown. */
export function contentType(path: string): string | undefined {
  return TYPES[/\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? ""];
}
