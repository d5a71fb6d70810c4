// Makes the response of a text or a stream. A request may offer a cheaper way than the platform's
// `Response`, as those of lmcp's own server on Node do, where that class is most of the cost of an
// answer. Called wherever a call is answered.

const RESPOND = Symbol.for("lmcp.respond");
/** Says that an answer is no stream: a server that must know would have to look at its headers. */
const IS_TEXT = Symbol.for("lmcp.isText");

/** What a response is made of. */
export type AnswerBody = string | ReadableStream<Uint8Array>;

/** What goes with it. */
export interface AnswerInit {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
}

interface Offering {
  [RESPOND]?(body: AnswerBody, init: AnswerInit): Response;
}

/** Makes the response that answers a request. */
export function respond(request: Request, body: AnswerBody, init: AnswerInit): Response {
  const offered = (request as Offering)[RESPOND]?.(body, init);
  if (offered !== undefined) return offered;
  const response: Response & { [IS_TEXT]?: true } = new Response(body, init);
  if (typeof body === "string") response[IS_TEXT] = true;
  return response;
}
