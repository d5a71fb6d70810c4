// Reads the body of a request, within its bounds. Called by `http.ts` after the guard.

import { type Beat, Due } from "../protocol/beat.ts";

/** The text of a body, or what is wrong with it. */
export type Body =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly why: "too_large" | "late" | "gone" };

/** Reads a body; gives up on one that is not all there at the beat, however it trickles in. */
export function readBody(
  request: Request,
  maxBytes: number,
  deadline: Beat,
  declared: string | null = request.headers.get("content-length"),
): Promise<Body> {
  return new Promise((resolve) => {
    let stop = () => {};
    const late = new Due(() => {
      resolve({ ok: false, why: "late" });
      stop();
    });
    deadline.add(late);
    // A declared length was checked by the guard, and a runtime reads no more than that.
    const reading = declared !== null && /^\d+$/.test(declared)
      ? request.text()
      : readCounted(request, maxBytes, (reader) => stop = () => void reader.cancel());
    reading.then((text) => {
      deadline.delete(late);
      // Where something between the runtime and us made the body longer, that shows here.
      const fits = text !== undefined && text.length <= maxBytes;
      resolve(fits ? { ok: true, text } : { ok: false, why: "too_large" });
    }, () => {
      deadline.delete(late);
      resolve({ ok: false, why: "gone" });
    });
  });
}

/** Chunks between two turns for others: a body that is there already never waits by itself. */
const CHUNKS_A_TURN = 256;

/** Undefined when it is too large. */
async function readCounted(
  request: Request,
  maxBytes: number,
  onReader: (reader: ReadableStreamDefaultReader) => void,
): Promise<string | undefined> {
  if (request.body === null) return "";
  const reader = request.body.getReader();
  onReader(reader);
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for (let chunks = 1;; chunks++) {
    const { value, done } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.length;
    if (size > maxBytes) {
      await reader.cancel();
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
    if (chunks % CHUNKS_A_TURN === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  }
}
