// What `Runtime.request()` takes and gives: one HTTP exchange with a host whose address is judged.
// Used by the tools that reach out, and by the runtimes. Holds no behaviour.

/** One HTTP exchange to have. */
export interface HttpRequest {
  /** `http:` or `https:`; credentials in it are not sent. */
  readonly url: URL;
  /** Such as `GET`. */
  readonly method: string;
  /** Sent as they are; `Host`, `Content-Length` and `Connection` are made from the rest. */
  readonly headers: { readonly [name: string]: string };
  /** What is sent with it; absent: nothing. */
  readonly body?: Uint8Array;
  /** Ends the exchange, also while the body is read: what waits then rejects with its reason. */
  readonly signal: AbortSignal;
  /** Judges each address of the host. Only those that pass are ever connected to. */
  allows(address: string): boolean;
  /** Finds the addresses of a name. Default: the system's resolver. */
  resolve?(hostname: string): Promise<readonly string[]>;
}

/** The answer to an `HttpRequest`; a redirect is one like any other. */
export interface HttpAnswer {
  /** The status code. */
  readonly status: number;
  /** The header section. */
  readonly headers: Headers;
  /** The body with `gzip`, `deflate` and `br` undone. Read it to its end, or leave the loop early. */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * An HTTP exchange failed. The message is a clause about the host: "nothing listens there".
 *
 * @example
 * ```ts
 * import { openRuntime, RequestError } from "@lmcp/lmcp/runtime";
 *
 * const runtime = await openRuntime();
 * const failed = await runtime.request({
 *   url: new URL("http://127.0.0.1/"),
 *   method: "GET",
 *   headers: {},
 *   signal: AbortSignal.timeout(10_000),
 *   allows: () => false,
 * }).catch((error) => error);
 * if (!(failed instanceof RequestError && failed.code === "not_allowed")) throw failed;
 * ```
 */
export class RequestError extends Error {
  /** The name of the class, for logs. */
  override readonly name: string = "RequestError";
  /** Why, by name. */
  readonly code:
    | "not_allowed"
    | "not_found"
    | "timed_out"
    | "unreachable"
    | "closed"
    | "untrusted"
    | "bad_answer"
    | "other";
  /** The addresses that were not allowed. */
  readonly addresses: readonly string[];
  /** Makes the error with its reason. */
  constructor(code: RequestError["code"], message: string, addresses: readonly string[] = []) {
    super(message);
    this.code = code;
    this.addresses = addresses;
  }
}
