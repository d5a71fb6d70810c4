import { assertEquals } from "@std/assert";
import { SshOutput } from "./ssh_output.ts";

const SCRIPT = { text: "", begins: "\x1ebegin-1\n", ends: "\x1eend-1 " };

function streamOf(chunks: readonly string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });
}

async function read(chunks: readonly string[], stderr = "") {
  let text = "";
  const decoder = new TextDecoder();
  const output = new SshOutput(
    { stdout: streamOf(chunks), stderr: streamOf([stderr]) },
    SCRIPT,
    (bytes) => {
      text += decoder.decode(bytes, { stream: true });
      return Promise.resolve();
    },
  );
  await output.done;
  return { text, output };
}

Deno.test("SshOutput finds the marks wherever the chunks are cut", async () => {
  const whole = "hello\x1ebegin-1\nü one\x1eend-\ntwo\x1eend-1 17\nlate";
  for (let size = 1; size <= whole.length; size++) {
    const chunks = whole.match(new RegExp(`[^]{1,${size}}`, "g"))!;
    const { text, output } = await read(chunks);
    assertEquals([text, output.code, output.begun], ["ü one\x1eend-\ntwo", 17, true], `by ${size}`);
  }
});

Deno.test("SshOutput knows what did not begin, did not end, and found no room", async () => {
  const never = await read(["motd\n", "denied"], "Permission denied\n");
  assertEquals([never.output.begun, never.output.code, never.text], [false, undefined, ""]);
  assertEquals([never.output.before, never.output.stderr], ["motd\ndenied", "Permission denied\n"]);
  const broken = await read(["\x1ebegin-1\n", "half of it, long enough to be given"]);
  assertEquals([broken.output.begun, broken.output.code], [true, undefined]);
  const full = await read(["\x1ebegin-1\n\x1eend-1 full\n"]);
  assertEquals([full.output.full, full.output.code], [true, undefined]);
});
