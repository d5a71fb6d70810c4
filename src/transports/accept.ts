// What a client takes for an answer, read from its `Accept` header. Called by `guard.ts`.

/** Which of the two forms of an answer a client takes. */
export interface Accepts {
  readonly json: boolean;
  readonly stream: boolean;
  /** Whether it names the stream itself: a client that does is written for streams. */
  readonly namesStream: boolean;
}

const BOTH: Accepts = { json: true, stream: true, namesStream: false };
const known = new Map<string, Accepts>();

/** Reads the header; absent means everything. Clients send few different ones, so they are kept. */
export function readAccept(header: string | null): Accepts {
  if (header === null) return BOTH;
  let accepts = known.get(header);
  if (accepts === undefined) {
    accepts = parse(header);
    if (known.size >= 64) known.clear();
    known.set(header, accepts);
  }
  return accepts;
}

function parse(header: string): Accepts {
  let json = false;
  let stream = false;
  let namesStream = false;
  for (const part of header.toLowerCase().split(",")) {
    const [type = "", ...params] = part.split(";").map((text) => text.trim());
    if (params.some((param) => /^q=0(\.0*)?$/.test(param))) continue;
    if (type === "*/*" || type === "application/*" || type === "application/json") json = true;
    if (type === "*/*" || type === "text/*" || type === "text/event-stream") stream = true;
    if (type === "text/event-stream") namesStream = true;
  }
  return { json, stream, namesStream };
}
