// The era in which every request stands for itself, from the client's side: it carries version, client
// and capabilities in `_meta`, and over HTTP repeats parts of itself in headers.
// spec: basic/index#_meta, basic/transports/streamable-http#request-metadata

import { RpcError } from "../jsonrpc/errors.ts";
import { isJsonObject, type JsonObject, type RpcRequest } from "../jsonrpc/message.ts";
import { McpErrorCode, MetaKey } from "../protocol/revisions.ts";
import type {
  ClientCapabilities,
  Implementation,
  LogLevel,
  ServerCapabilities,
} from "../protocol/types.ts";
import { whenAborted } from "../protocol/cancel.ts";
import type { Channel } from "./channel.ts";
import { ClientError } from "./client_error.ts";
import type { Inbound } from "./inbound.ts";
import type { Link, Outgoing } from "./link.ts";
import { mirrorHeaders } from "./mirror_headers.ts";
import { openSubscription } from "./modern_subscription.ts";
import type { ListenFilter, ServerChange, ServerSelf, Subscription } from "./options.ts";

/** What a link of this era is made of. */
export interface ModernOptions {
  readonly channel: Channel;
  readonly inbound: Inbound;
  readonly revision: string;
  readonly info: Implementation;
  readonly capabilities: ClientCapabilities;
  readonly logLevel: LogLevel | undefined;
  /** Told that the server turned out not to speak this era any more. */
  readonly onWrongEra: () => void;
}

/** Makes the link; `discovered` is the answer to `server/discover`. */
export class ModernLink implements Link {
  readonly hasSession = false;
  readonly pingMethod = "server/discover";
  readonly broken: Promise<ClientError>;
  readonly revision: string;
  readonly mirrorsParams: boolean;
  readonly #options: ModernOptions;
  readonly #subscriptions = new Set<Subscription>();
  #self: ServerSelf = { info: undefined, capabilities: {}, instructions: undefined };
  #logLevel: LogLevel | undefined;
  #isKnown = false;

  /** Sends nothing yet. */
  constructor(options: ModernOptions) {
    this.#options = options;
    this.#logLevel = options.logLevel;
    this.broken = options.channel.broken;
    this.revision = options.revision;
    this.mirrorsParams = options.channel.kind === "http";
  }

  get self(): ServerSelf {
    return this.#self;
  }

  /** Takes the answer to `server/discover`. */
  discovered(result: JsonObject): void {
    this.#isKnown = true;
    const info = isJsonObject(result._meta) ? result._meta[MetaKey.serverInfo] : undefined;
    this.#self = {
      info: isJsonObject(info) ? info as unknown as Implementation : undefined,
      capabilities:
        (isJsonObject(result.capabilities) ? result.capabilities : {}) as ServerCapabilities,
      instructions: typeof result.instructions === "string" ? result.instructions : undefined,
    };
  }

  async request(outgoing: Outgoing): Promise<JsonObject> {
    const { channel, inbound } = this.#options;
    const { options, deadline } = outgoing;
    const id = inbound.nextId();
    const request = this.#envelope(id, outgoing);
    const leave = inbound.enter(id, { options, deadline });
    let done = false;
    if (channel.kind === "stdio" && this.#isKnown) {
      // Over HTTP the end of the stream says the same; an old server is told nothing before its time.
      whenAborted(deadline.signal, () => {
        if (!done) this.#cancel(id, deadline.signal.reason);
      });
    }
    try {
      const headers = {
        ...options.headers,
        "mcp-protocol-version": this.revision,
        ...mirrorHeaders(outgoing.method, request.params ?? {}, outgoing.headerParams),
      };
      const { result } = await channel.exchange(request, {
        headers,
        signal: deadline.signal,
        resume: false,
      });
      return result;
    } catch (error) {
      throw this.#isKnown ? this.#wrongEra(error) : error;
    } finally {
      done = true;
      leave();
    }
  }

  async notify(method: string, params: JsonObject, signal?: AbortSignal): Promise<void> {
    const headers = { "mcp-protocol-version": this.revision, "mcp-method": method };
    await this.#options.channel.send({ jsonrpc: "2.0", method, params }, headers, signal);
  }

  setLogLevel(level: LogLevel): undefined {
    this.#logLevel = level;
  }

  async listen(
    filter: ListenFilter,
    onChange: (change: ServerChange) => void,
    signal: AbortSignal | undefined,
  ): Promise<Subscription> {
    const subscription = await openSubscription({
      filter,
      onChange,
      signal,
      inbound: this.#options.inbound,
      request: (outgoing) => this.request(outgoing),
    });
    this.#subscriptions.add(subscription);
    const forget = () => void this.#subscriptions.delete(subscription);
    subscription.ended.then(forget, forget);
    return subscription;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()));
    await this.#options.channel.close();
  }

  #envelope(id: number, { method, params, options }: Outgoing): RpcRequest {
    const { info, capabilities } = this.#options;
    const level = options.logLevel ?? this.#logLevel ??
      (options.onLog === undefined ? undefined : "info");
    const _meta = {
      ...(isJsonObject(params._meta) ? params._meta : {}),
      ...options.meta,
      [MetaKey.protocolVersion]: this.revision,
      [MetaKey.clientInfo]: info,
      [MetaKey.clientCapabilities]: options.capabilities ?? capabilities,
      ...(level === undefined ? {} : { [MetaKey.logLevel]: level }),
      ...(options.onProgress === undefined ? {} : { progressToken: id }),
    };
    return { jsonrpc: "2.0", id, method, params: { ...params, _meta } };
  }

  /** A server that spoke this revision once, and does not any more, has to be asked anew. */
  #wrongEra(error: unknown): unknown {
    const { channel, onWrongEra } = this.#options;
    if (error instanceof ClientError && [400, 404, 405].includes(error.status ?? 0)) onWrongEra();
    const refused = error instanceof RpcError &&
      error.code === McpErrorCode.UnsupportedProtocolVersion;
    if (!refused) return error;
    onWrongEra();
    const text = `${channel.label} speaks revision ${this.revision} no more; connect to it again`;
    return new ClientError("protocol", text, { cause: error, sent: false });
  }

  #cancel(requestId: number, reason: unknown): void {
    const text = reason instanceof Error ? reason.message : "cancelled";
    // Whether it still gets there or not: nobody waits for the answer.
    this.notify("notifications/cancelled", { requestId, reason: text }).catch(() => undefined);
  }
}
