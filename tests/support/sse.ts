// Reads a stream of Server-Sent Events as it comes, for tests: events and comments, each as it was.

/** What came: the fields of an event, or a comment. */
export interface SseItem {
  readonly comment: boolean;
  readonly event: string | undefined;
  readonly data: string | undefined;
  readonly id: string | undefined;
  readonly retry: string | undefined;
}

/** Reads a body to its end; fails where it breaks off inside an event. */
export async function* readSse(body: ReadableStream<Uint8Array>): AsyncGenerator<SseItem> {
  let waiting = "";
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    waiting += text;
    for (let end = waiting.indexOf("\n\n"); end >= 0; end = waiting.indexOf("\n\n")) {
      yield readBlock(waiting.slice(0, end));
      waiting = waiting.slice(end + 2);
    }
  }
  if (waiting !== "") throw new Error(`The stream broke off in ${JSON.stringify(waiting)}`);
}

function readBlock(block: string): SseItem {
  const fields = new Map(
    block.split("\n").map((line) => {
      const [name = "", ...value] = line.split(": ");
      return [name, value.join(": ")];
    }),
  );
  return {
    comment: block.startsWith(":"),
    event: fields.get("event"),
    data: fields.get("data"),
    id: fields.get("id"),
    retry: fields.get("retry"),
  };
}
