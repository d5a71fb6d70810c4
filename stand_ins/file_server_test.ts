// Holds the stand-in for `@std/http/file-server` to the behaviour of the real one: where JSR
// answers, each test runs on both. The files are real, the requests need no socket.

import { assert, assertEquals } from "@std/assert";
import * as mapped from "@std/http/file-server";
import * as standIn from "./http/file_server.ts";

type FileServer = typeof standIn;
type Ask = (path: string, init?: RequestInit, more?: standIn.ServeDirOptions) => Promise<Response>;

function both(name: string, test: (ask: Ask, m: FileServer, root: string) => Promise<void>): void {
  const run = (m: FileServer) => async () => {
    const fsRoot = await Deno.makeTempDir();
    try {
      await Deno.mkdir(`${fsRoot}/sub`);
      await Deno.writeTextFile(`${fsRoot}/a.html`, "<p>hi</p>");
      await Deno.writeTextFile(`${fsRoot}/ten.txt`, "0123456789");
      await Deno.writeTextFile(`${fsRoot}/.hidden`, "secret");
      await Deno.writeTextFile(`${fsRoot}/sub/index.html`, "index");
      const ask: Ask = (path, init, more) =>
        m.serveDir(new Request(`http://host${path}`, init), { fsRoot, quiet: true, ...more });
      await test(ask, m, fsRoot);
    } finally {
      await Deno.remove(fsRoot, { recursive: true });
    }
  };
  Deno.test(`file server stand-in: ${name}`, run(standIn));
  if (mapped.serveDir as unknown === standIn.serveDir) return;
  Deno.test(`@std/http/file-server: ${name}`, run(mapped as unknown as FileServer));
}

async function seen(response: Response, ...headers: string[]): Promise<unknown[]> {
  const values = headers.map((name) => response.headers.get(name));
  return [response.status, await response.text(), ...values];
}

both("serveDir() sends a file with its type and length", async (ask) => {
  const names = ["content-type", "content-length", "accept-ranges"];
  const html = "text/html; charset=UTF-8";
  assertEquals(await seen(await ask("/a.html"), ...names), [200, "<p>hi</p>", html, "9", "bytes"]);
  assertEquals(await seen(await ask("/a.html", { method: "HEAD" }), ...names), [
    200,
    "",
    html,
    "9",
    "bytes",
  ]);
});

both("serveDir() serves index.html and redirects to the folder's slash", async (ask) => {
  assertEquals(await seen(await ask("/sub/")), [200, "index"]);
  const moved = await ask("/sub?x=1");
  assertEquals(await seen(moved, "location"), [301, "", "http://host/sub/?x=1"]);
  assertEquals((await ask("/sub/", {}, { showIndex: false })).status, 404);
});

both("serveDir() keeps to its folder, its methods and what is not hidden", async (ask) => {
  assertEquals(await seen(await ask("/none")), [404, "Not Found"]);
  assertEquals((await ask("/.hidden")).status, 404);
  assertEquals((await ask("/.hidden", {}, { showDotfiles: true })).status, 200);
  assertEquals(await seen(await ask("/a.html", { method: "POST" })), [405, "Method Not Allowed"]);
  assert((await ask("/..%2f..%2fetc%2fpasswd")).status >= 300);
});

both("serveDir() sends the range that is asked for", async (ask) => {
  const range = async (value: string) =>
    seen(await ask("/ten.txt", { headers: { range: value } }), "content-range");
  assertEquals(await range("bytes=0-3"), [206, "0123", "bytes 0-3/10"]);
  assertEquals(await range("bytes=8-99"), [206, "89", "bytes 8-9/10"]);
  assertEquals(await range("bytes=-2"), [206, "89", "bytes 8-9/10"]);
  assertEquals(await range("bytes=10-"), [416, "Range Not Satisfiable", "bytes */10"]);
  assertEquals(await range("lines=1-2"), [200, "0123456789", null]);
});

both("serveDir() answers 304 to who has the file already", async (ask) => {
  const { headers } = await ask("/a.html");
  const etag = headers.get("etag")!;
  const date = headers.get("last-modified")!;
  const status = async (init: Record<string, string>) =>
    (await ask("/a.html", { headers: init })).status;
  assertEquals(await status({ "if-none-match": etag }), 304);
  assertEquals(await status({ "if-modified-since": date }), 304);
  assertEquals(await status({ "if-none-match": `"other"`, "if-modified-since": date }), 200);
});

both("serveDir() takes a URL root and adds headers", async (ask) => {
  const more = { urlRoot: "files", headers: ["x-a: b"] };
  assertEquals(await seen(await ask("/files/ten.txt", {}, more), "x-a"), [200, "0123456789", "b"]);
  assertEquals(await seen(await ask("/ten.txt", {}, more), "x-a"), [404, "Not Found", "b"]);
});

both("serveFile() sends one file, and nothing for a folder", async (_ask, m, root) => {
  const get = (path: string) => m.serveFile(new Request("http://host/"), path);
  assertEquals(await seen(await get(`${root}/ten.txt`)), [200, "0123456789"]);
  assertEquals((await get(`${root}/sub`)).status, 404);
  assertEquals((await get(`${root}/none`)).status, 404);
});
