// Stand-in for `@std/http/file-server`: files of a folder over HTTP, with index pages, validators
// and single ranges, as the real one; directory listings and CORS are left out. Tests of `fetch` use
// it as the server they fetch from.

import { join, normalize } from "node:path/posix";
import { contentType } from "./content_type.ts";

/** Options of serveDir(). */
export interface ServeDirOptions {
  /** The folder that is served; the current one by default. */
  fsRoot?: string;
  /** The part of the URL's path that stands for the folder. */
  urlRoot?: string;
  /** Serves files whose name starts with a dot. */
  showDotfiles?: boolean;
  /** Serves index.html for a folder; true by default. */
  showIndex?: boolean;
  /** Logs nothing, which is what this stand-in always does. */
  quiet?: boolean;
  /** Lines such as "x-name: value" that each response gets. */
  headers?: string[];
}

/** Options of serveFile(). */
export interface ServeFileOptions {
  /** What Deno.stat() said of the file, if it was asked already. */
  fileInfo?: Deno.FileInfo;
}

/** Answers a request with a file of a folder. */
export async function serveDir(req: Request, opts: ServeDirOptions = {}): Promise<Response> {
  const response = await answer(req, opts).catch((error) =>
    error instanceof Deno.errors.NotFound ? plain(404) : plain(500)
  );
  for (const line of opts.headers ?? []) {
    const [name, ...value] = line.split(":");
    response.headers.append(name!, value.join(":").trim());
  }
  return response;
}

/** Answers a request with the file at a path. */
export async function serveFile(
  req: Request,
  filePath: string,
  { fileInfo }: ServeFileOptions = {},
): Promise<Response> {
  if (req.method !== "GET" && req.method !== "HEAD") return plain(405);
  const info = fileInfo ?? await statOf(filePath);
  if (!info || info.isDirectory) return plain(404);

  const headers = new Headers({ server: "deno", "accept-ranges": "bytes" });
  const type = contentType(filePath);
  if (type) headers.set("content-type", type);
  const etag = `W/"${info.size.toString(16)}-${(info.mtime?.getTime() ?? 0).toString(16)}"`;
  headers.set("etag", etag);
  if (info.mtime) headers.set("last-modified", info.mtime.toUTCString());
  if (isFresh(req, etag, info.mtime)) return new Response(null, { ...STATUS[304], headers });

  const range = req.method === "GET" && info.size > 0 ? rangeOf(req, info.size) : undefined;
  if (range === "outside") {
    headers.set("content-range", `bytes */${info.size}`);
    return plain(416, headers);
  }
  const [first, last] = range ?? [0, info.size - 1];
  headers.set("content-length", `${last - first + 1}`);
  if (range) headers.set("content-range", `bytes ${first}-${last}/${info.size}`);
  const body = req.method === "HEAD" ? null : await readPart(filePath, first, last);
  return new Response(body, { ...STATUS[range ? 206 : 200], headers });
}

const STATUS = {
  200: { status: 200, statusText: "OK" },
  206: { status: 206, statusText: "Partial Content" },
  304: { status: 304, statusText: "Not Modified" },
  404: { status: 404, statusText: "Not Found" },
  405: { status: 405, statusText: "Method Not Allowed" },
  416: { status: 416, statusText: "Range Not Satisfiable" },
  500: { status: 500, statusText: "Internal Server Error" },
};

async function answer(req: Request, opts: ServeDirOptions): Promise<Response> {
  if (req.method !== "GET" && req.method !== "HEAD") return plain(405);
  const url = new URL(req.url);
  const path = normalize(decodeURIComponent(url.pathname));
  const base = opts.urlRoot ? `/${opts.urlRoot}` : "";
  if (base && path !== base && !path.startsWith(`${base}/`)) return plain(404);

  const file = join(opts.fsRoot ?? ".", path.slice(base.length));
  const info = await Deno.stat(file.replace(/\/$/, "") || "/");
  const wanted = info.isDirectory ? path.replace(/\/?$/, "/") : path.replace(/\/$/, "");
  if (wanted !== decodeURIComponent(url.pathname)) {
    url.pathname = wanted;
    return new Response(null, { status: 301, headers: { location: url.href } });
  }
  const index = info.isDirectory && opts.showIndex !== false;
  if (!index && info.isDirectory) return plain(404);
  if (!opts.showDotfiles && /\/\.[^/]*$/.test(file)) return plain(404);
  return await serveFile(req, index ? join(file, "index.html") : file);
}

async function statOf(path: string): Promise<Deno.FileInfo | undefined> {
  return await Deno.stat(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  });
}

/** Whether the client's copy is still good; If-None-Match counts before If-Modified-Since. */
function isFresh(req: Request, etag: string, mtime: Date | null): boolean {
  const tags = req.headers.get("if-none-match");
  if (tags !== null) return tags.split(",").some((tag) => ["*", etag].includes(tag.trim()));
  const since = Date.parse(req.headers.get("if-modified-since") ?? "");
  return mtime !== null && mtime.getTime() < since + 1000;
}

/** The one range a request asks for, by its first and last byte. */
function rangeOf(req: Request, size: number): [number, number] | "outside" | undefined {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(req.headers.get("range") ?? "") ?? [];
  if (!from && !to) return undefined;
  const first = from ? Number(from) : Math.max(0, size - Number(to));
  const last = from && to ? Math.min(Number(to), size - 1) : size - 1;
  return first > last ? "outside" : [first, last];
}

async function readPart(
  path: string,
  first: number,
  last: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const whole = await Deno.readFile(path);
  return whole.subarray(first, last + 1);
}

function plain(status: keyof typeof STATUS, headers?: Headers): Response {
  const init = STATUS[status];
  return new Response(init.statusText, headers ? { ...init, headers } : init);
}
