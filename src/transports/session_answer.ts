// Runs the requests of one POST of the session era, and answers them.
// A client that goes away has not cancelled: its session's calls run on until they end, are
// cancelled, or nobody listens for a while; without a session nobody could ever come back.
// Called by `http_session.ts`.

import type { AskClient } from "../eras/asked.ts";
import type { Session } from "../eras/session.ts";
import type { RpcRequest, RpcResponse } from "../jsonrpc/message.ts";
import { after } from "../protocol/after.ts";
import type { Beat } from "../protocol/beat.ts";
import type { AuthInfo } from "../protocol/call.ts";
import { type CancelScope, whenAborted } from "../protocol/cancel.ts";
import type { Accepts } from "./accept.ts";
import type { Batch } from "./batch.ts";
import { ChannelOutlet } from "./channel_outlet.ts";
import type { HeaderMap } from "./cors.ts";
import { EventStream, STREAM_HEADERS } from "./event_stream.ts";
import type { Admitted } from "./guard.ts";
import type { Hub } from "./http_hub.ts";
import { SESSION_HEADER } from "./http_session_header.ts";
import { idInUse } from "./in_flight.ts";
import { type Outlet, StreamOutlet } from "./outlet.ts";
import { type Final, Reply, type ReplyOptions } from "./reply.ts";
import { respond } from "./respond.ts";
import { type RunsIn, SessionRun } from "./session_run.ts";
import type { KeptSession } from "./session_store.ts";

/** The answer to one POST. A class, as functions in object literals outlive their request in V8. */
export class SessionAnswer implements ReplyOptions, RunsIn {
  readonly hub: Hub;
  readonly request: Request;
  readonly kept: KeptSession | undefined;
  readonly era: Session;
  readonly auth: AuthInfo | undefined;
  readonly accepts: Accepts;
  readonly headers: HeaderMap;
  readonly slow: Beat;
  readonly reply: Reply;
  readonly #scopes: CancelScope[] = [];
  #present = true;

  /** `kept` is the session, and `era` what stands in for one where there is none. */
  constructor(
    hub: Hub,
    kept: KeptSession | undefined,
    era: Session,
    request: Request,
    admitted: Admitted,
  ) {
    this.hub = hub;
    this.request = request;
    this.kept = kept;
    this.era = era;
    this.auth = admitted.auth;
    this.accepts = admitted.accepts;
    // The session is named where it is made and on its streams: a second header costs Deno a
    // quarter of a small answer, and the client knows its session.
    this.headers = admitted.headers;
    this.slow = kept === undefined && admitted.accepts.namesStream ? hub.watched : hub.slow;
    this.reply = new Reply(this);
    kept?.attach();
  }

  /** Answers one request. */
  to(message: RpcRequest): Response | Promise<Response> {
    return this.reply.of(after(this.#run(message), (response) => this.#end(response)));
  }

  /** Answers a batch. */
  toBatch({ requests, failures }: Batch): Response | Promise<Response> {
    const responses = Promise.all(requests.map((message) => this.#run(message)));
    return this.reply.of(responses.then((all) => this.#end([...all, ...failures])));
  }

  open(): Outlet | undefined {
    const { hub: { limits, keepAlive }, kept, headers } = this;
    return kept === undefined
      ? new StreamOutlet(this.request, { limits, keepAlive, onOver: () => this.#leave() }, headers)
      : this.#openChannel(kept);
  }

  onDropped(count: number): void {
    this.hub.onDropped(count);
  }

  watch(): void {
    whenAborted(this.request.signal, () => this.#leave());
  }

  /** Asks on the stream of the request, or on the session's own where it takes none. */
  asks(scope: CancelScope): AskClient | undefined {
    const { kept, reply } = this;
    if (kept === undefined) return undefined;
    return (method, params) =>
      kept.asked.request(
        (id) => {
          const question: RpcRequest = { jsonrpc: "2.0", id, method, params };
          if (reply.request(question)) return;
          if (!kept.main.attached) throw new Error("Cannot ask the client: it takes no stream");
          kept.main.send(JSON.stringify(question));
        },
        scope.signal,
        (id) =>
          reply.notify({
            jsonrpc: "2.0",
            method: "notifications/cancelled",
            params: { requestId: id },
          }),
      );
  }

  #run(message: RpcRequest): RpcResponse | Promise<RpcResponse> {
    if (this.kept?.running.has(message.id)) return idInUse(message.id);
    const run = new SessionRun(this);
    this.#scopes.push(run.scope);
    return run.of(message);
  }

  #end(body: Final["body"]): Final {
    if (this.#present) {
      this.#present = false;
      this.kept?.detach();
    }
    return { status: 200, body };
  }

  #leave(): void {
    if (!this.#present) return;
    this.#present = false;
    if (this.kept !== undefined) this.kept.detach();
    else for (const scope of this.#scopes) scope.cancel("disconnect");
  }

  /** An outlet on a channel of the session: its connection may break, and another carry on. */
  #openChannel(kept: KeptSession): Outlet | undefined {
    const { limits, keepAlive } = this.hub;
    if (kept.streams >= limits.streams) return undefined;
    const channel = kept.openChannel();
    kept.connect();
    const onOver = () => {
      kept.disconnect();
      this.#leave();
    };
    const stream = new EventStream({ limits, keepAlive, onOver });
    channel.attach(stream);
    const headers = { ...this.headers, ...STREAM_HEADERS, [SESSION_HEADER]: this.era.id };
    const response = respond(this.request, stream.body, { status: 200, headers });
    return new ChannelOutlet(kept, channel, response);
  }
}
