import { assert, assertEquals } from "@std/assert";
import { fromLineStart, TailBytes } from "./tail_bytes.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("TailBytes gives back all that came while it is little", () => {
  const tail = new TailBytes(10);
  assertEquals(tail.empty, true);
  for (const part of ["ab", "", "cdefghijklm"]) tail.push(encode(part));
  assertEquals(tail.empty, false);
  const { bytes, cut } = tail.take();
  assertEquals([decode(bytes).endsWith("defghijklm"), tail.empty], [true, true]);
  assertEquals(cut, true);
  tail.push(encode("anew"));
  const again = tail.take();
  assertEquals([decode(again.bytes), again.cut], ["anew", false]);
});

Deno.test("TailBytes gives the last bytes of any stream, at least as many as its limit", () => {
  for (const sizes of [[1], [7], [10], [19], [64], [3, 40, 1, 1], [9, 10, 11]]) {
    const tail = new TailBytes(10);
    let all = "";
    for (let i = 0; i < 200; i++) {
      const part = String.fromCharCode(97 + i % 26).repeat(sizes[i % sizes.length]!);
      const bytes = encode(part);
      tail.push(bytes);
      bytes.fill(0); // the caller may use its buffer again
      all += part;
    }
    const { bytes, cut } = tail.take();
    assertEquals(all.endsWith(decode(bytes)), true);
    assert(bytes.length >= 10 && bytes.length <= 20, `kept ${bytes.length}`);
    assertEquals(cut, true);
  }
});

Deno.test("TailBytes is not cut by what just fits", () => {
  const tail = new TailBytes(10);
  for (let i = 0; i < 20; i++) tail.push(encode("x"));
  assertEquals([tail.take().cut], [false]);
});

Deno.test("fromLineStart() starts at a whole line where one is near, else at a whole character", () => {
  assertEquals(decode(fromLineStart(encode("rest\nline\nline 2"))), "line\nline 2");
  assertEquals(
    decode(fromLineStart(encode("a long rest of a line\nend"))),
    "a long rest of a line\nend",
  );
  assertEquals(decode(fromLineStart(encode("€uro").subarray(1))), "uro");
  assertEquals(fromLineStart(Uint8Array.of(0x80, 0x81)).length, 2);
});
