import { assert, assertEquals, assertRejects } from "@std/assert";
import type { OpenFile } from "../src/runtime/runtime.ts";
import { openRuntime } from "../src/runtime/open_runtime.ts";
import { NotText, pieceBuffer, textPieces } from "./text_pieces.ts";

const { files } = await openRuntime();

async function withFile<T>(bytes: Uint8Array, use: (file: OpenFile) => Promise<T>): Promise<T> {
  const path = await Deno.makeTempFile({ prefix: "lmcp-test-" });
  await Deno.writeFile(path, bytes);
  const file = await files.open(path, { read: true });
  try {
    return await use(file);
  } finally {
    file.close();
    await Deno.remove(path);
  }
}

async function piecesOf(text: string, buffer?: Uint8Array<ArrayBuffer>): Promise<string[]> {
  const bytes = new TextEncoder().encode(text);
  return await withFile(bytes, (file) => Array.fromAsync(textPieces(file, buffer)));
}

Deno.test("textPieces() gives the text in pieces of whole lines, whatever their length", async () => {
  const line = (length: number) => `${"ä".repeat(length)}\n`;
  for (const lengths of [[1, 2, 3], [40_000, 1, 40_000, 700_000, 5], [3_000_000, 1]]) {
    const text = lengths.map(line).join("").repeat(3);
    const pieces = await piecesOf(text);
    assertEquals(pieces.join(""), text);
    assert(pieces.every((piece) => piece.endsWith("\n")));
  }
});

Deno.test("textPieces() ends the last line, and gives nothing of an empty file", async () => {
  assertEquals(await piecesOf("a\nb"), ["a\nb\n"]);
  assertEquals(await piecesOf(""), []);
});

Deno.test("textPieces() uses one buffer for file after file", async () => {
  const buffer = pieceBuffer();
  assertEquals(await piecesOf("the first file\n", buffer), ["the first file\n"]);
  assertEquals(await piecesOf("next\n", buffer), ["next\n"]);
});

Deno.test("textPieces() takes no mark of the file before for its own", async () => {
  const buffer = pieceBuffer();
  assertEquals(await piecesOf("\uFEFFa\n", buffer), ["a\n"]);
  assertEquals(await piecesOf("", buffer), []);
  assertEquals(await piecesOf("b", buffer), ["b\n"]);
});

Deno.test("textPieces() refuses binary files, and lines without end", async () => {
  const binary = new Uint8Array([0x61, 0x0a, 0]);
  const error = await withFile(
    binary,
    (file) => assertRejects(() => Array.fromAsync(textPieces(file)), NotText),
  );
  assertEquals(error.binary, true);
  const endless = new Uint8Array(17 * 1024 * 1024).fill(0x61);
  const long = await withFile(
    endless,
    (file) => assertRejects(() => Array.fromAsync(textPieces(file)), NotText),
  );
  assertEquals(long.binary, false);
});
