// The era of sessions, from the client's side: `initialize` once, then requests; over HTTP under the
// session's id, and begun anew when the server has forgotten it.
// spec: 2025-11-25 basic/lifecycle, basic/transports#session-management, and their predecessors

import type { RpcNotification, RpcResponse } from "../jsonrpc/message.ts";
import { isJsonObject, type JsonObject } from "../jsonrpc/message.ts";
import { whenAborted } from "../protocol/cancel.ts";
import {
  atLeast,
  isSessionRevision,
  SESSION_REVISIONS,
  type SessionRevision,
} from "../protocol/revisions.ts";
import type {
  ClientCapabilities,
  Implementation,
  LogLevel,
  ServerCapabilities,
} from "../protocol/types.ts";
import type { Channel, WireHeaders } from "./channel.ts";
import { ClientError } from "./client_error.ts";
import { Deadline } from "./deadline.ts";
import { HttpChannel } from "./http_channel.ts";
import type { Inbound } from "./inbound.ts";
import type { Link, Outgoing } from "./link.ts";
import type { ListenFilter, ServerChange, ServerSelf, Subscription } from "./options.ts";
import { SessionStream } from "./session_stream.ts";
import { SessionSubscriptions } from "./session_subscriptions.ts";
import { within } from "./wait.ts";

/** What a link of this era is made of. */
export interface SessionOptions {
  readonly channel: Channel;
  readonly inbound: Inbound;
  readonly info: Implementation;
  readonly capabilities: ClientCapabilities;
  readonly logLevel: LogLevel | undefined;
  /** The revision to ask for; the answer must be the same. Undefined: the newest, or what the server says. */
  readonly revision: string | undefined;
  /** Whether the stream for what belongs to no request is opened from the start. */
  readonly hearsAll: boolean;
}

const ID_HEADER = "mcp-session-id";
/** Milliseconds that saying goodbye may take. */
const GOODBYE_MS = 1_000;
/** Milliseconds that beginning a session anew may take where no request waits for it. */
const RENEW_MS = 30_000;

/** A session, or what follows it when the server forgot it. */
export class SessionLink implements Link {
  readonly hasSession = true;
  readonly pingMethod = "ping";
  readonly mirrorsParams = false;
  readonly broken: Promise<ClientError>;
  readonly #options: SessionOptions;
  readonly #stream: SessionStream | undefined;
  readonly #subscriptions: SessionSubscriptions;
  readonly #sending = new Set<Promise<void>>();
  #revision: SessionRevision = SESSION_REVISIONS[0];
  #self: ServerSelf = { info: undefined, capabilities: {}, instructions: undefined };
  #id: string | undefined;
  #logLevel: LogLevel | undefined;
  #renewing: Promise<void> | undefined;
  #closing = false;

  /** Sends nothing yet. */
  constructor(options: SessionOptions) {
    const { channel, inbound } = options;
    this.#options = options;
    this.#logLevel = options.logLevel;
    this.broken = channel.broken;
    inbound.reply = (response) => this.#post(response);
    this.#stream = channel instanceof HttpChannel
      ? new SessionStream(channel, () => this.#headers, inbound)
      : undefined;
    this.#subscriptions = new SessionSubscriptions(inbound, {
      capabilities: () => this.#self.capabilities,
      request: (outgoing) => this.request(outgoing),
      open: () => this.#stream?.open() ?? Promise.resolve(),
    });
    if (this.#stream !== undefined) {
      this.#stream.onGap = () => this.#subscriptions.tellGap();
      this.#stream.onLost = () => this.#lost();
    }
  }

  get revision(): string {
    return this.#revision;
  }

  get self(): ServerSelf {
    return this.#self;
  }

  /** Greets the server. @throws {ClientError} `protocol` when they have no revision in common. */
  async open(deadline: Deadline): Promise<void> {
    const { channel, inbound, info, capabilities, revision } = this.#options;
    const { result, headers } = await channel.exchange({
      jsonrpc: "2.0",
      id: inbound.nextId(),
      method: "initialize",
      params: {
        protocolVersion: revision ?? SESSION_REVISIONS[0],
        capabilities,
        clientInfo: info,
      },
    }, { headers: {}, signal: deadline.signal, resume: false });
    const { protocolVersion, serverInfo, instructions } = result;
    if (
      !isSessionRevision(protocolVersion) || revision !== undefined && protocolVersion !== revision
    ) {
      const wanted = revision ?? SESSION_REVISIONS.join(", ");
      throw new ClientError(
        "protocol",
        `${channel.label} must speak one of the revisions ${wanted}: got ` +
          JSON.stringify(protocolVersion),
        { sent: false },
      );
    }
    this.#revision = protocolVersion;
    this.#id = headers?.get(ID_HEADER) ?? undefined;
    this.#self = {
      info: isJsonObject(serverInfo) ? serverInfo as unknown as Implementation : undefined,
      capabilities:
        (isJsonObject(result.capabilities) ? result.capabilities : {}) as ServerCapabilities,
      instructions: typeof instructions === "string" ? instructions : undefined,
    };
    const greeted = { jsonrpc: "2.0", method: "notifications/initialized" } as const;
    await channel.send(greeted, this.#headers, deadline.signal);
    if (this.#options.hearsAll) await this.#stream?.open();
    const level = this.#logLevel;
    if (level !== undefined && this.#self.capabilities.logging !== undefined) {
      const { method, params } = this.setLogLevel(level);
      await this.#send({ method, params, options: {}, deadline, headerParams: [] });
    }
  }

  async request(outgoing: Outgoing): Promise<JsonObject> {
    await this.#renewing;
    const id = this.#id;
    try {
      return await this.#send(outgoing);
    } catch (error) {
      // A session that is not known any more: its request was looked at by nobody.
      if (!(error instanceof ClientError) || error.status !== 404 || id === undefined) throw error;
      await this.#renew(id, outgoing.deadline).catch((error) => {
        throw outgoing.deadline.signal.aborted ? error : cannotRenew(this.#options.channel, error);
      });
      return await this.#send(outgoing);
    }
  }

  async notify(method: string, params: JsonObject, signal: AbortSignal): Promise<void> {
    await this.#options.channel.send({ jsonrpc: "2.0", method, params }, this.#headers, signal);
  }

  setLogLevel(level: LogLevel): { readonly method: string; readonly params: JsonObject } {
    this.#logLevel = level;
    return { method: "logging/setLevel", params: { level } };
  }

  listen(
    filter: ListenFilter,
    onChange: (change: ServerChange) => void,
    signal: AbortSignal | undefined,
  ): Promise<Subscription> {
    return this.#subscriptions.add(filter, onChange, signal);
  }

  async close(): Promise<void> {
    const { channel } = this.#options;
    this.#closing = true;
    this.#subscriptions.close();
    this.#stream?.close();
    await within(Promise.all(this.#sending), GOODBYE_MS); // Some servers answer nothing.
    if (channel instanceof HttpChannel && this.#id !== undefined) {
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(), GOODBYE_MS);
      // Whether the server ends it or lets it expire: it was said.
      await channel.fetch({ method: "DELETE", headers: this.#headers, signal: late.signal })
        .then((response) => response.body?.cancel()).catch(() => undefined);
      clearTimeout(timer);
    }
    await channel.close();
  }

  get #headers(): WireHeaders {
    return {
      ...(atLeast(this.#revision, "2025-06-18") ? { "mcp-protocol-version": this.#revision } : {}),
      ...(this.#id === undefined ? {} : { [ID_HEADER]: this.#id }),
    };
  }

  async #send({ method, params, options, deadline }: Outgoing): Promise<JsonObject> {
    const { channel, inbound } = this.#options;
    const id = inbound.nextId();
    const leave = inbound.enter(id, { options, deadline });
    let done = false;
    whenAborted(deadline.signal, () => {
      if (!done) this.#cancel(id, deadline.signal.reason);
    });
    try {
      const meta = {
        ...(isJsonObject(params._meta) ? params._meta : {}),
        ...options.meta,
        ...(options.onProgress === undefined ? {} : { progressToken: id }),
      };
      const sent = Object.keys(meta).length === 0 ? params : { ...params, _meta: meta };
      const { result } = await channel.exchange(
        { jsonrpc: "2.0", id, method, params: sent },
        {
          headers: { ...options.headers, ...this.#headers },
          signal: deadline.signal,
          resume: true,
        },
      );
      return result;
    } finally {
      done = true;
      leave();
    }
  }

  /** Begins a new session in place of one; those who find it gone at once begin one together. */
  async #renew(gone: string, deadline: Deadline): Promise<void> {
    if (this.#renewing === undefined && this.#id === gone) {
      this.#id = undefined;
      this.#stream?.close();
      this.#renewing = this.open(deadline).finally(() => this.#renewing = undefined);
      this.#renewing.then(() => this.#subscriptions.renew())
        .catch((error) => this.#options.inbound.report(error));
    }
    await this.#renewing;
  }

  /** Nobody asks for anything, but somebody listens: they must go on hearing. */
  #lost(): void {
    if (this.#subscriptions.size === 0 || this.#id === undefined) return;
    const deadline = new Deadline({ what: "initialize", timeoutMs: RENEW_MS, signal: undefined });
    this.#renew(this.#id, deadline)
      .catch((error) => this.#options.inbound.report(error))
      .finally(() => deadline.end());
  }

  #cancel(requestId: number, reason: unknown): void {
    const text = reason instanceof Error ? reason.message : "cancelled";
    this.#post({
      jsonrpc: "2.0",
      method: "notifications/cancelled",
      params: { requestId, reason: text },
    });
  }

  /** Sends what nobody waits for; the end of the client does. */
  #post(message: RpcNotification | RpcResponse): void {
    const { channel, inbound } = this.#options;
    const sending = channel.send(message, this.#headers)
      .catch((error) => {
        if (!this.#closing) inbound.report(error);
      })
      .finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
  }
}

function cannotRenew({ label }: Channel, error: unknown): ClientError {
  const reason = error instanceof Error ? error.message : String(error);
  const text = `${label} forgot the session, and a new one cannot be begun: ${reason}`;
  return new ClientError("closed", text, { cause: error, sent: false });
}
