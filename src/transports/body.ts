// Reads the body of a request, within its bound. Called by `http.ts` after the guard.

/** The text of a body, or what is wrong with it. */
export type Body =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly why: "too_large" | "gone" };

/** Reads a body; one of undeclared length is counted while it comes. */
export async function readBody(request: Request, maxBytes: number): Promise<Body> {
  try {
    if (!/^\d+$/.test(request.headers.get("content-length") ?? "")) {
      return await readCounted(request, maxBytes);
    }
    // A declared length was checked by the guard, and a runtime reads no more than that; where
    // something between it and us made the body longer, that shows here.
    const text = await request.text();
    return text.length > maxBytes ? { ok: false, why: "too_large" } : { ok: true, text };
  } catch {
    return { ok: false, why: "gone" }; // The client went away in the middle of its body.
  }
}

/** Chunks between two turns for others: a body that is there already never waits by itself. */
const CHUNKS_A_TURN = 256;

async function readCounted(request: Request, maxBytes: number): Promise<Body> {
  if (request.body === null) return { ok: true, text: "" };
  const reader = request.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for (let chunks = 1;; chunks++) {
    const { value, done } = await reader.read();
    if (done) return { ok: true, text: text + decoder.decode() };
    size += value.length;
    if (size > maxBytes) {
      await reader.cancel();
      return { ok: false, why: "too_large" };
    }
    text += decoder.decode(value, { stream: true });
    if (chunks % CHUNKS_A_TURN === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  }
}
