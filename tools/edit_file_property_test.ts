import { assertEquals } from "@std/assert";
import { editFile } from "./edit_file.ts";
import { callTool } from "./testing/call_tool.ts";
import { withHost } from "./testing/host.ts";

function randomFrom(start: number): (below: number) => number {
  let seed = start;
  return (below) => (seed = (seed * 48271) % 2147483647) % below;
}

const PIECES = ["alpha", " beta", "\tgamma", "zwölf", "€", "😀", "", "  ", "$&", "\\n", "\0"];
const INVALID = [[0xff], [0xc3, 0x28], [0x80], [0xed, 0xa0, 0x80]];

/** A file of lines with any endings, a mark or none, and bytes that are no text. */
function randomFile(random: (below: number) => number, breaks: readonly string[]): Uint8Array {
  const bytes: number[] = random(3) === 0 ? [0xef, 0xbb, 0xbf] : [];
  const add = (text: string) => bytes.push(...new TextEncoder().encode(text));
  const lines = 4 + random(12);
  for (let line = 0; line < lines; line++) {
    if (random(4) === 0) bytes.push(...INVALID[random(INVALID.length)]!);
    add(`${line}:${PIECES[random(PIECES.length)]}${PIECES[random(PIECES.length)]}`);
    if (random(6) === 0) bytes.push(...INVALID[random(INVALID.length)]!);
    if (line < lines - 1 || random(2) === 0) add(breaks[random(breaks.length)]!);
  }
  return new Uint8Array(bytes);
}

Deno.test("edit_file leaves identical bytes after an edit and its inverse", () =>
  withHost(async (host, scratch) => {
    const tool = editFile(host);
    const path = `${scratch}/file`;
    const random = randomFrom(42);
    let done = 0;
    for (let round = 0; round < 250; round++) {
      const mixed = random(3) === 0;
      const breaks = mixed ? ["\n", "\r\n"] : random(2) === 0 ? ["\r\n"] : ["\n"];
      const before = randomFile(random, breaks);
      await Deno.writeFile(path, before);
      // A stretch of valid text, as a model would copy it; with `\n` for every break half the time.
      const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(before);
      const runs = text.split("\uFFFD").filter((run) => run.length > 1);
      const run = runs[random(runs.length)]!;
      const start = random(run.length - 1);
      const exact = run.slice(start, start + 1 + random(run.length - start))
        .replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, "");
      const plain = random(2) === 0;
      const old_string = plain ? exact.replaceAll("\r\n", "\n") : exact;
      // As many line breaks as before: where breaks are mixed, others could not be told apart.
      const count = old_string.split("\n").length;
      const ending = plain || !exact.includes("\r\n") ? "\n" : "\r\n";
      const new_string = Array.from({ length: count }, (_, n) => `<${round}.${n}ü>`).join(ending);
      const there = await callTool(tool, { path, old_string, new_string });
      if (there.isError) continue;
      const back = await callTool(tool, { path, old_string: new_string, new_string: old_string });
      assertEquals(back.isError, false, `${JSON.stringify(old_string)}: ${back.text}`);
      assertEquals(await Deno.readFile(path), before, JSON.stringify({ old_string, text }));
      done++;
    }
    assertEquals(done > 100, true, `only ${done} rounds counted`);
  }));

Deno.test("edit_file loses no edit of two writers of one file", () =>
  withHost(async (host, scratch) => {
    const rounds = 200;
    const path = `${scratch}/file`;
    await Deno.writeTextFile(path, "first:0\nsecond:0\n");
    await Deno.symlink("file", `${scratch}/link`);
    const write = async (name: string, through: string) => {
      for (let count = 0; count < rounds; count++) {
        const { isError, text } = await callTool(editFile(host), {
          path: through,
          old_string: `${name}:${count}\n`,
          new_string: `${name}:${count + 1}\n`,
        });
        assertEquals(isError, false, text);
      }
    };
    await Promise.all([write("first", path), write("second", `${scratch}/link`)]);
    assertEquals(await Deno.readTextFile(path), `first:${rounds}\nsecond:${rounds}\n`);
    assertEquals([...Deno.readDirSync(scratch)].length, 2);
  }));
