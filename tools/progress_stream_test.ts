import { assert, assertEquals } from "@std/assert";
import { ProgressStream } from "./progress_stream.ts";

const encode = (text: string) => new TextEncoder().encode(text);

function collect() {
  const sent: { progress: number; message: string | undefined }[] = [];
  const stream = new ProgressStream({
    progress: (progress, _total, message) => void sent.push({ progress, message }),
  });
  return { sent, stream, text: () => sent.map(({ message }) => message ?? "").join("") };
}

Deno.test("ProgressStream sends the first output at once and the rest at its end", () => {
  const { sent, stream } = collect();
  stream.push(encode("one\n"));
  assertEquals(sent.map(({ message }) => message), ["one\n"]);
  stream.push(encode("two\n"));
  stream.push(encode("three\n"));
  assertEquals(sent.length, 1);
  stream.stop();
  assertEquals(sent.map(({ message }) => message), ["one\n", "two\nthree\n"]);
  assert(sent[1]!.progress > sent[0]!.progress);
});

Deno.test("ProgressStream sends plain text, and no character in two halves", () => {
  const { stream, text } = collect();
  const bytes = encode("\x1b[31mgrün\x1b[0m €\n");
  for (const byte of bytes) stream.push(Uint8Array.of(byte));
  stream.stop();
  assertEquals(text(), "grün €\n");
});

Deno.test("ProgressStream sends the last state of a bar", () => {
  const { sent, stream } = collect();
  stream.push(encode("start\n"));
  stream.push(encode("\r 10%\r 20%"));
  stream.push(encode("\r 30%"));
  stream.stop();
  assertEquals(sent.at(-1)!.message, " 30%");
});

Deno.test("ProgressStream sends the last lines of a flood, whole", () => {
  const { sent, stream } = collect();
  stream.push(encode("first\n"));
  for (let i = 0; i < 5_000; i++) stream.push(encode(`zeile ä ${i}\n`));
  stream.stop();
  const { message } = sent.at(-1)!;
  assert(message!.length > 1_000 && message!.length <= 4_000, `${message!.length} characters`);
  assert(/^zeile ä \d+\n/.test(message!) && message!.endsWith("zeile ä 4999\n"), message);
});

Deno.test("ProgressStream sends nothing and leaves no timer after its end", () => {
  const { sent, stream } = collect();
  stream.stop();
  assertEquals(sent, []);
});

Deno.test("ProgressStream beats in silence, without text, and goes on growing", async () => {
  const sent: { progress: number; message: string | undefined }[] = [];
  await new Promise<void>((resolve) => {
    const stream = new ProgressStream({
      progress: (progress, _total, message) => {
        if (sent.push({ progress, message }) < 4) return;
        stream.stop();
        resolve();
      },
    }, 5);
    stream.push(encode("text\n"));
  });
  assertEquals(sent.map(({ message }) => message), ["text\n", undefined, undefined, undefined]);
  assert(sent.every(({ progress }, i) => i === 0 || progress > sent[i - 1]!.progress));
});
