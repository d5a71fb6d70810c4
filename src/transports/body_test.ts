import { assertEquals } from "@std/assert";
import { readBody } from "./body.ts";

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
  const read = await readBody(request, 1_000_000);
  assertEquals(read.ok, true);
  assertEquals(turn, true, `${chunks} chunks were read without a turn for anyone else`);
});
