import { assert, assertEquals } from "@std/assert";
import { Beat } from "../protocol/beat.ts";
import { type Body, readBody } from "./body.ts";

async function readWithin(ms: number, request: Request, maxBytes: number): Promise<Body> {
  const deadline = new Beat(ms);
  try {
    return await readBody(request, maxBytes, deadline);
  } finally {
    deadline.close();
  }
}

Deno.test("readBody() lets others have a turn while a body comes in many small chunks", async () => {
  let chunks = 0;
  let turn = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (turn || chunks === 100_000) controller.close();
      else controller.enqueue(Uint8Array.of(0x20));
      chunks++;
    },
  });
  setTimeout(() => turn = true, 0);
  const request = new Request("http://localhost/mcp", { method: "POST", body });
  const read = await readWithin(60_000, request, 1_000_000);
  assertEquals(read.ok, true);
  assertEquals(turn, true, `${chunks} chunks were read without a turn for anyone else`);
});

Deno.test("readBody() gives up on a body that trickles in, and stops reading it", async () => {
  let cancelled = false;
  let timer: ReturnType<typeof setInterval> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      timer = setInterval(() => controller.enqueue(Uint8Array.of(0x20)), 5);
    },
    cancel() {
      clearInterval(timer);
      cancelled = true;
    },
  });
  const request = new Request("http://localhost/mcp", { method: "POST", body });
  assertEquals(await readWithin(50, request, 1_000), { ok: false, why: "late" });
  assert(cancelled);
});
