import { assert, assertEquals } from "@std/assert";
import { OutputPump } from "./output_pump.ts";

/** A stream that always has its next chunk ready. */
function endless(size: number): ReadableStream<Uint8Array> {
  return new ReadableStream({
    type: "bytes",
    pull: (controller) => controller.enqueue(new Uint8Array(size)),
  });
}

for (const size of [1, 64 * 1024]) {
  Deno.test(`OutputPump gives other work its turn while chunks of ${size} bytes flood in`, async () => {
    const pump = new OutputPump(endless(size), () => Promise.resolve());
    const start = performance.now();
    let turns = 0;
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        if (++turns < 5) return;
        clearInterval(timer);
        resolve();
      }, 1);
    });
    assert(performance.now() - start < 2_000, `five turns took ${performance.now() - start} ms`);
    assertEquals(pump.ended, false);
    await pump.cancel();
    assertEquals([pump.ended, pump.failure], [true, undefined]);
  });
}

Deno.test("OutputPump settles at the end of a stream, in silence, and in a flood", async () => {
  const timed = async (stream: ReadableStream<Uint8Array>) => {
    const pump = new OutputPump(stream, () => Promise.resolve());
    const start = performance.now();
    await pump.settle();
    const ms = performance.now() - start;
    const { ended } = pump;
    await pump.cancel();
    return { ms, ended };
  };
  const short = await timed(new Response("short").body!);
  assert(short.ended && short.ms < 80, `ended ${short.ended} after ${short.ms} ms`);
  const silent = await timed(new ReadableStream());
  assert(!silent.ended && silent.ms > 90 && silent.ms < 400, `silent for ${silent.ms} ms`);
  const flood = await timed(endless(64 * 1024));
  assert(!flood.ended && flood.ms < 400, `flooded for ${flood.ms} ms`);
});

Deno.test("OutputPump stops and keeps the error when a chunk cannot be taken", async () => {
  const failure = new Error("no");
  const pump = new OutputPump(endless(10), () => Promise.reject(failure));
  await pump.done;
  assertEquals([pump.ended, pump.failure], [true, failure]);
});
