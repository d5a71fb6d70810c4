// The chunks of a stream, until it ends or somebody has had enough. Used by the readers of events and
// of lines on the client's side. Whoever leaves the loop early cancels the stream.

/**
 * What comes of a stream. Aborting the signal ends it as its own end would, whatever the source does
 * then; a stream that breaks throws.
 */
export async function* chunksOf(
  stream: ReadableStream<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  // What is given up is given up: whether its source likes that matters to nobody.
  const cancel = () => reader.cancel().catch(() => undefined);
  if (signal?.aborted === true) return void await cancel();
  signal?.addEventListener("abort", cancel, { once: true });
  let over = false;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
    over = true;
  } catch (error) {
    over = true;
    throw error;
  } finally {
    signal?.removeEventListener("abort", cancel);
    if (!over) await cancel();
  }
}
