import { assert, assertEquals, assertLess, assertMatch, assertStringIncludes } from "@std/assert";
import type { JsonObject } from "../src/jsonrpc/message.ts";
import type { Host } from "./host.ts";
import { readFile } from "./read_file.ts";
import { type CallAnswer, callTool } from "./testing/call_tool.ts";
import { withHost } from "./testing/host.ts";

const PNG = Uint8Array.from(
  atob(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  ),
  (char) => char.charCodeAt(0),
);

function read(host: Host, args: JsonObject, signal?: AbortSignal): Promise<CallAnswer> {
  return callTool(readFile(host), args, signal === undefined ? {} : { signal });
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `sha256:${Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

Deno.test("read_file gives the text as it is, with hash and facts", () =>
  withHost(async (host, scratch) => {
    const path = `${scratch}/a.txt`;
    const text = "\uFEFFone\r\n\ttwo  \n\nzwölf 😀\r\nlast";
    await Deno.writeTextFile(path, text);
    const { content, structured } = await read(host, { path });
    assertEquals(content, [{ type: "text", text }]);
    const { mtime, ...rest } = structured;
    assertMatch(String(mtime), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assertEquals(rest, {
      path,
      text,
      encoding: "utf-8",
      first_line: 1,
      last_line: 5,
      total_lines: 5,
      truncated: false,
      next_offset: null,
      size: new TextEncoder().encode(text).length,
      hash: await sha256(new TextEncoder().encode(text)),
    });
  }));

Deno.test("read_file goes on where it said, until every line was shown once", () =>
  withHost(async (host, scratch) => {
    const path = `${scratch}/long.txt`;
    const text = Array.from({ length: 5000 }, (_, n) => `line ${n} ${"x".repeat(n % 90)}\n`).join(
      "",
    );
    await Deno.writeTextFile(path, text);
    let all = "";
    let calls = 0;
    for (let offset: unknown = 1; offset !== null; calls++) {
      const { content, structured } = await read(host, { path, offset });
      all += structured.text;
      const said = content.map((block) => block.type === "text" ? block.text : "").join("");
      assertLess(said.length, host.outputLimit + 1);
      assertEquals(structured.truncated, structured.next_offset !== null);
      if (structured.next_offset !== null) {
        assertStringIncludes(said, `of 5000; go on with offset ${structured.next_offset}`);
      }
      offset = structured.next_offset;
    }
    assertEquals(all, text);
    assert(calls > 5);
  }));

Deno.test("read_file shows a window, with numbers where asked, and takes numbers as text", () =>
  withHost(async (host, scratch) => {
    const path = `${scratch}/a.txt`;
    await Deno.writeTextFile(path, "a\nb\nc\nd\n");
    const { structured } = await read(host, { path, offset: "2", limit: "2", line_numbers: true });
    assertEquals(structured.text, "     2\tb\n     3\tc\n");
    assertEquals([structured.first_line, structured.last_line], [2, 3]);
  }));

Deno.test("read_file says that a file is empty, and what is past the end", () =>
  withHost(async (host, scratch) => {
    await Deno.writeTextFile(`${scratch}/empty`, "");
    const empty = await read(host, { path: `${scratch}/empty` });
    assertEquals([empty.structured.text, empty.structured.total_lines], ["", 0]);
    assertStringIncludes(empty.text, "The file is empty");
    await Deno.writeTextFile(`${scratch}/two`, "a\nb\n");
    const past = await read(host, { path: `${scratch}/two`, offset: 3 });
    assert(past.isError);
    assertStringIncludes(past.text, "from line 3: the file has only 2 lines");
  }));

Deno.test("read_file shows the start of a line that is too long, and base64 reads the rest", () =>
  withHost(async (host, scratch) => {
    const path = `${scratch}/wide`;
    const bytes = new TextEncoder().encode(`${"é".repeat(40_000)}\nnext\n`);
    await Deno.writeFile(path, bytes);
    const first = await read(host, { path });
    assertStringIncludes(first.text, "Line 1 is too long");
    assertEquals([first.structured.truncated, first.structured.next_offset], [true, 2]);
    const parts: number[] = [];
    for (let offset: unknown = 1; offset !== null;) {
      const { structured } = await read(host, { path, encoding: "base64", offset });
      for (const char of atob(String(structured.text))) parts.push(char.charCodeAt(0));
      offset = structured.next_offset;
    }
    assertEquals(new Uint8Array(parts), bytes);
  }, { outputLimit: 20_000 }));

Deno.test("read_file gives an image as image content and nothing that would hide it", () =>
  withHost(async (host, scratch) => {
    // What it is counts, not what it is called.
    await Deno.writeFile(`${scratch}/picture.txt`, PNG);
    const { content, structured } = await read(host, { path: `${scratch}/picture.txt` });
    assertEquals(content[0], { type: "image", data: PNG.toBase64(), mimeType: "image/png" });
    assertEquals(structured, {});
    assert(content[1]?.type === "text");
    assertStringIncludes(content[1].text, await sha256(PNG));
  }));

Deno.test("read_file gives other binary as a blob, and says how to see it otherwise", () =>
  withHost(async (host, scratch) => {
    const bytes = new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 255]);
    await Deno.writeFile(`${scratch}/a ü.bin`, bytes);
    const { content, text } = await read(host, { path: `${scratch}/a ü.bin` });
    assertEquals(content[2], {
      type: "resource",
      resource: {
        uri: `file://${scratch}/a%20%C3%BC.bin`,
        mimeType: "application/octet-stream",
        blob: bytes.toBase64(),
      },
    });
    assertStringIncludes(text, "encoding latin1");
    const latin1 = await read(host, { path: `${scratch}/a ü.bin`, encoding: "latin1" });
    assertEquals(latin1.structured.text, "\x7fELF\0\x01\x02ÿ");
  }));

Deno.test("read_file refuses binary that is too large to send, and says how to read it", () =>
  withHost(async (host, scratch) => {
    const path = `${scratch}/big.bin`;
    const bytes = new Uint8Array(1024 * 1024 + 1);
    await Deno.writeFile(path, bytes);
    const { isError, text } = await read(host, { path });
    assert(isError);
    assertStringIncludes(text, "encoding base64 reads it in parts");
    const part = await read(host, { path, encoding: "base64", offset: bytes.length, limit: 9 });
    assertEquals([part.structured.first_byte, part.structured.last_byte], [1048577, 1048577]);
    assertEquals(part.structured.hash, await sha256(bytes));
  }));

Deno.test("read_file reads UTF-16 by its mark, and shows bytes that are no text as U+FFFD", () =>
  withHost(async (host, scratch) => {
    await Deno.writeFile(`${scratch}/u16`, new Uint8Array([0xff, 0xfe, 0x61, 0, 10, 0, 0x62, 0]));
    const wide = await read(host, { path: `${scratch}/u16` });
    assertEquals([wide.structured.text, wide.structured.encoding], ["\uFEFFa\nb", "utf-16le"]);
    await Deno.writeFile(`${scratch}/bad`, new Uint8Array([97, 0xff, 98]));
    const bad = await read(host, { path: `${scratch}/bad`, encoding: "utf-8" });
    assertEquals(bad.structured.text, "a\uFFFDb");
    assertStringIncludes(bad.text, "not utf-8");
  }));

Deno.test("read_file says what a path is that is no file, at once", () =>
  withHost(async (host, scratch) => {
    await new Deno.Command("mkfifo", { args: [`${scratch}/pipe`] }).output();
    using _socket = Deno.listen({ transport: "unix", path: `${scratch}/socket` });
    for (
      const [path, said] of [
        [scratch, "it is a folder; list_dir lists it"],
        [`${scratch}/pipe`, "it is a named pipe"],
        [`${scratch}/socket`, "it is a socket"],
        ["/dev/null", "it is a device"],
        ["/dev/zero", "it is a device"],
        ["", "name a file or folder"],
        ["a\0b", "NUL character"],
      ] as const
    ) {
      const { isError, text } = await read(host, { path });
      assert(isError, path);
      assertStringIncludes(text, said);
    }
  }));

Deno.test("read_file suggests names for a file that is not there", () =>
  withHost(async (host, scratch) => {
    await Deno.mkdir(`${scratch}/src`);
    await Deno.writeTextFile(`${scratch}/src/server.ts`, "");
    const name = await read(host, { path: `${scratch}/src/Server.tx` });
    assertStringIncludes(name.text, `there is no "Server.tx" in "${scratch}/src"`);
    assertStringIncludes(name.text, 'did you mean "server.ts"?');
    const folder = await read(host, { path: `${scratch}/scr/server.ts` });
    assertStringIncludes(folder.text, `there is no "scr" in "${scratch}"; did you mean "src"?`);
    const below = await read(host, { path: `${scratch}/src/server.ts/x` });
    assertStringIncludes(below.text, `"${scratch}/src/server.ts" is a file, not a folder`);
  }));

Deno.test("read_file takes ~ for the home folder, and a relative path from the first root", () =>
  withHost(async (host, scratch) => {
    await Deno.writeTextFile(`${scratch}/in`, "here");
    assertEquals((await read(host, { path: "in" })).structured.text, "here");
    assertEquals((await read(host, { path: "./x/../in" })).isError, true);
    assertEquals(host.files.absolute("~/x"), `${Deno.env.get("HOME")}/x`);
    assertEquals(host.files.absolute("~"), Deno.env.get("HOME"));
    assertEquals(host.files.absolute("a//./b/"), `${scratch}/a/b`);
    assertEquals(host.files.absolute("/."), "/.");
  }, (scratch) => ({ roots: [scratch] })));

Deno.test({
  name: "read_file reads files of /proc, whose size is 0",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    withHost(async (host) => {
      const { structured } = await read(host, { path: "/proc/self/status", limit: 1 });
      assertMatch(String(structured.text), /^Name:\t/);
      assert(Number(structured.size) > 100);
    }),
});

Deno.test("read_file needs no memory for what it skips, and gives no hash of a huge file", () =>
  withHost(async (host, scratch) => {
    const path = `${scratch}/huge`;
    const block = new TextEncoder().encode(`${"x".repeat(1023)}\n`.repeat(1024));
    using file = await Deno.open(path, { write: true, create: true });
    for (let count = 0; count < 300; count++) await file.write(block);
    await file.write(new TextEncoder().encode("the end\n"));
    const before = Deno.memoryUsage().rss;
    const { structured, text } = await read(host, { path, offset: 300 * 1024 + 1 });
    assertEquals(structured.text, "the end\n");
    assertEquals([structured.hash, structured.total_lines], [null, 300 * 1024 + 1]);
    assertStringIncludes(text, "No hash");
    // Loose, as the collector runs when it likes; the exact figure is measured in tests/long.
    assertLess(Deno.memoryUsage().rss - before, 200 * 1024 * 1024);
    const start = await read(host, { path, limit: 1 });
    assertEquals([start.structured.total_lines, start.structured.next_offset], [null, 2]);
  }));

Deno.test("read_file ends when the call is cancelled", () =>
  withHost(async (host, scratch) => {
    const path = `${scratch}/sparse`;
    await Deno.writeTextFile(path, "");
    await Deno.truncate(path, 200 * 1024 * 1024);
    const leaving = new AbortController();
    const call = read(host, { path, encoding: "latin1" }, leaving.signal);
    leaving.abort(new Error("cancelled"));
    assertEquals((await call).isError, true);
  }));
