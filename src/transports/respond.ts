// Makes the response of a text. A request may offer a cheaper way than the platform's `Response`,
// as those of lmcp's own server on Node do, where that class is most of the cost of an answer.
// Called by `reply.ts`.

const RESPOND = Symbol.for("lmcp.respond");

/** How a response of a text is made. */
export interface TextInit {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
}

interface Offering {
  [RESPOND]?(text: string, init: TextInit): Response;
}

/** Makes the response that answers a request with a text. */
export function respond(request: Request, text: string, init: TextInit): Response {
  return (request as Offering)[RESPOND]?.(text, init) ?? new Response(text, init);
}
