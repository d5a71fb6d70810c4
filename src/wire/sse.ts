// Server-Sent Events as text, the writing half. The reading half is the client's.
// spec: https://html.spec.whatwg.org/multipage/server-sent-events.html

/** A comment: keeps a connection alive, carries nothing. */
export const SSE_COMMENT = ":\n\n";

/** An event of type `message`. `data` must be one line, as `JSON.stringify` makes it. */
export function sseEvent(data: string, id?: string): string {
  return id === undefined
    ? `event: message\ndata: ${data}\n\n`
    : `event: message\nid: ${id}\ndata: ${data}\n\n`;
}

/** An event that says only where the stream stands, so that a client can come back to it. */
export function ssePrimer(id: string): string {
  return `id: ${id}\ndata: \n\n`;
}

/** Tells the client how long to wait before it comes back. */
export function sseRetry(ms: number): string {
  return `retry: ${ms}\n\n`;
}
