import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { openLineWriter } from "./line_writer.ts";

interface Sink {
  readonly stream: WritableStream<Uint8Array>;
  readonly writes: string[];
  /** Lets one write through. */
  release(): void;
}

/** A stream whose every write waits until it is released. */
function slowSink(): Sink {
  const writes: string[] = [];
  const waiting: (() => void)[] = [];
  let released = 0;
  return {
    writes,
    stream: new WritableStream({
      async write(chunk) {
        writes.push(new TextDecoder().decode(chunk));
        if (released > 0) released--;
        else await new Promise<void>((resolve) => waiting.push(resolve));
      },
    }),
    release() {
      const next = waiting.shift();
      if (next === undefined) released++;
      else next();
    },
  };
}

Deno.test("openLineWriter() writes what was queued in one turn in one write", async () => {
  const sink = slowSink();
  sink.release();
  const writer = openLineWriter(sink.stream, () => {});
  writer.write("a");
  writer.write("b");
  assertEquals(writer.pending, 4);
  await writer.flush();
  assertEquals(sink.writes, ["a\nb\n"]);
  assertEquals(writer.pending, 0);
});

Deno.test("openLineWriter() joins what comes while a write is under way, in order", async () => {
  const sink = slowSink();
  const writer = openLineWriter(sink.stream, () => {});
  writer.write("1");
  await Promise.resolve();
  await Promise.resolve();
  for (const line of ["2", "3", "4"]) writer.write(line);
  assertEquals(sink.writes, ["1\n"]);
  assertEquals(writer.pending, 8);
  sink.release();
  sink.release();
  await writer.flush();
  assertEquals(sink.writes, ["1\n", "2\n3\n4\n"]);
});

Deno.test("openLineWriter() tells once that its stream is broken, and drops what comes after", async () => {
  const reasons: unknown[] = [];
  const broken = new Error("Broken pipe");
  const writer = openLineWriter(
    new WritableStream({
      write() {
        throw broken;
      },
    }),
    (reason) => reasons.push(reason),
  );
  writer.write("a");
  await writer.flush();
  writer.write("b");
  await writer.flush();
  assertEquals(reasons.length, 1);
  assertStrictEquals(writer.broken, broken);
  assertEquals(writer.pending, 0);
});

Deno.test("openLineWriter() notices a stream that breaks while nothing is written", async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  let controller: WritableStreamDefaultController | undefined;
  const writer = openLineWriter(
    new WritableStream({ start: (c) => void (controller = c) }),
    resolve,
  );
  assertEquals(writer.broken, undefined);
  controller?.error(new Error("gone"));
  assert(await promise instanceof Error);
  assert(writer.broken instanceof Error);
});

Deno.test("openLineWriter() flushes at once when nothing waits", async () => {
  const writer = openLineWriter(new WritableStream(), () => {});
  await writer.flush();
  assertEquals(writer.pending, 0);
});
