// The client that `connect` gives: the members of `Client` over whichever link there is. Knows
// neither era nor transport.

import { RpcError } from "../jsonrpc/errors.ts";
import { isJsonObject, type JsonObject } from "../jsonrpc/message.ts";
import { findHeaderParams } from "../protocol/header_params.ts";
import { McpErrorCode } from "../protocol/revisions.ts";
import type {
  Completion,
  LogLevel,
  PromptInfo,
  PromptResult,
  ReadResult,
  ResourceInfo,
  ResourceTemplateInfo,
  ToolInfo,
  ToolResult,
} from "../protocol/types.ts";
import { entriesOf } from "./answer_shape.ts";
import type { Client, CompletionRef, Listing, ReturningOptions } from "./client.ts";
import { ClientError } from "./client_error.ts";
import { listPages, type Page } from "./listing.ts";
import type {
  CallOptions,
  CallOutcome,
  ListenFilter,
  RequestOptions,
  ServerChange,
  Subscription,
} from "./options.ts";
import { OutputCheck } from "./output_check.ts";
import { type Connection, Requests } from "./requests.ts";

/** A client of a server that was found. */
export class ConnectedClient implements Client {
  readonly closed: Promise<void>;
  readonly #connection: Connection;
  readonly #requests: Requests;
  readonly #output: OutputCheck | undefined;
  #onClosed = () => {};
  #closing: Promise<void> | undefined;

  /** Made by `connect`. */
  constructor(connection: Connection) {
    const { link, inbound, options, key } = connection;
    this.#connection = connection;
    this.#requests = new Requests(connection);
    this.#output = options.checkOutput === true ? new OutputCheck() : undefined;
    inbound.onNotification((method, params) => {
      this.#requests.cache.invalidate(key, method, params);
      const list = /^notifications\/(tools|prompts|resources)\/list_changed$/.exec(method)?.[1];
      if (list !== undefined) options.onListChanged?.(list as "tools" | "prompts" | "resources");
    });
    this.closed = new Promise((resolve) => this.#onClosed = resolve);
    link.broken.then((reason) => {
      this.#requests.close(reason);
      return this.close();
    });
  }

  get revision(): string {
    return this.#connection.link.revision;
  }
  get hasSession(): boolean {
    return this.#connection.link.hasSession;
  }
  get server(): Client["server"] {
    return this.#connection.link.self.info;
  }
  get capabilities(): Client["capabilities"] {
    return this.#connection.link.self.capabilities;
  }
  get instructions(): string | undefined {
    return this.#connection.link.self.instructions;
  }

  request(
    method: string,
    params: JsonObject = {},
    options: RequestOptions = {},
  ): Promise<JsonObject> {
    return this.#requests.request(method, params, options);
  }

  async notify(method: string, params: JsonObject = {}): Promise<void> {
    await this.#requests.notify(method, params);
  }

  listTools(options: RequestOptions = {}): Listing<ToolInfo> {
    return listPages(async (cursor) => {
      const page = await this.#page<ToolInfo>("tools/list", "tools", "name", cursor, options);
      for (const tool of page.items) this.#output?.learn(tool);
      if (!this.#connection.link.mirrorsParams) return page;
      return { ...page, items: page.items.filter((tool) => this.#readHeaderParams(tool)) };
    });
  }

  listResources(options: RequestOptions = {}): Listing<ResourceInfo> {
    return listPages((cursor) => this.#page("resources/list", "resources", "uri", cursor, options));
  }

  listResourceTemplates(options: RequestOptions = {}): Listing<ResourceTemplateInfo> {
    return listPages((cursor) =>
      this.#page("resources/templates/list", "resourceTemplates", "uriTemplate", cursor, options)
    );
  }

  listPrompts(options: RequestOptions = {}): Listing<PromptInfo> {
    return listPages((cursor) => this.#page("prompts/list", "prompts", "name", cursor, options));
  }

  callTool(
    name: string,
    args: JsonObject,
    options: ReturningOptions,
  ): Promise<CallOutcome<ToolResult>>;
  callTool(name: string, args?: JsonObject, options?: CallOptions): Promise<ToolResult>;
  async callTool(
    name: string,
    args: JsonObject = {},
    options: CallOptions = {},
  ): Promise<ToolResult | CallOutcome<ToolResult>> {
    const outcome = await this.#callFitting({ name, arguments: args }, options);
    const result = "kind" in outcome
      ? outcome.kind === "complete" ? outcome.result : undefined
      : outcome;
    if (result !== undefined) await this.#output?.check(name, result);
    return outcome;
  }

  async #callFitting(
    params: JsonObject,
    options: CallOptions,
  ): Promise<ToolResult | CallOutcome<ToolResult>> {
    try {
      return await this.#requests.call("tools/call", params, options);
    } catch (error) {
      const unfit = error instanceof RpcError && error.code === McpErrorCode.HeaderMismatch &&
        this.#connection.link.mirrorsParams;
      if (!unfit) throw error;
      // Nothing was run: the tool's headers are not what they were, or were never seen.
      const { signal } = options;
      await this.listTools({ fresh: true, ...(signal === undefined ? {} : { signal }) }).all();
      return await this.#requests.call("tools/call", params, options);
    }
  }

  readResource(uri: string, options: ReturningOptions): Promise<CallOutcome<ReadResult>>;
  readResource(uri: string, options?: CallOptions): Promise<ReadResult>;
  readResource(
    uri: string,
    options: CallOptions = {},
  ): Promise<ReadResult | CallOutcome<ReadResult>> {
    return this.#requests.call("resources/read", { uri }, options);
  }

  getPrompt(
    name: string,
    args: { readonly [name: string]: string },
    options: ReturningOptions,
  ): Promise<CallOutcome<PromptResult>>;
  getPrompt(
    name: string,
    args?: { readonly [name: string]: string },
    options?: CallOptions,
  ): Promise<PromptResult>;
  getPrompt(
    name: string,
    args: { readonly [name: string]: string } = {},
    options: CallOptions = {},
  ): Promise<PromptResult | CallOutcome<PromptResult>> {
    return this.#requests.call("prompts/get", { name, arguments: args }, options);
  }

  async complete(
    ref: CompletionRef,
    argument: { readonly name: string; readonly value: string },
    known?: { readonly [name: string]: string },
    options: RequestOptions = {},
  ): Promise<Completion> {
    const params = {
      ref: ref.prompt === undefined
        ? { type: "ref/resource", uri: ref.template }
        : { type: "ref/prompt", name: ref.prompt },
      argument,
      ...(known === undefined ? {} : { context: { arguments: known } }),
    };
    const { completion } = await this.request("completion/complete", params, options);
    return isJsonObject(completion) && Array.isArray(completion.values)
      ? completion as unknown as Completion
      : { values: [] };
  }

  async setLogLevel(level: LogLevel, options: RequestOptions = {}): Promise<void> {
    const asked = this.#connection.link.setLogLevel(level);
    if (asked !== undefined) await this.request(asked.method, asked.params, options);
  }

  async ping(options: RequestOptions = {}): Promise<void> {
    await this.request(this.#connection.link.pingMethod, {}, options);
  }

  async listen(
    filter: ListenFilter,
    onChange: (change: ServerChange) => void,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<Subscription> {
    this.#requests.checkOpen();
    const { link, key } = this.#connection;
    const told = (change: ServerChange) => {
      if (change.kind === "gap") this.#requests.cache.invalidateAll(key);
      onChange(change);
    };
    return await link.listen(filter, told, options.signal);
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    const { link, inbound } = this.#connection;
    this.#requests.close(new ClientError("closed", "The client was closed"));
    inbound.close();
    await link.close();
    this.#onClosed();
  }

  /** One page; an entry without its name is left out and reported, so that the others can be used. */
  async #page<Item>(
    method: string,
    member: string,
    name: string,
    cursor: string | undefined,
    options: RequestOptions,
  ): Promise<Page<Item>> {
    const params = cursor === undefined ? {} : { cursor };
    const result = await this.request(method, params, options);
    const { good, bad } = entriesOf(method, result, member, name);
    for (const error of bad) this.#connection.inbound.report(error);
    return { items: good as readonly unknown[] as readonly Item[], nextCursor: result.nextCursor };
  }

  /** Learns what of a tool's arguments travels in headers; false when it breaks the rules of that. */
  #readHeaderParams({ name, inputSchema }: ToolInfo): boolean {
    const known = this.#requests.headerParams;
    try {
      const found = findHeaderParams(inputSchema);
      if (found.length > 0) known.set(name, found);
      else known.delete(name);
      return true;
    } catch (error) {
      // One bad tool must not keep the others from being used.
      const reason = error instanceof Error ? error.message : String(error);
      const text = `Tool ${JSON.stringify(name)} is left out: ${reason}`;
      this.#connection.inbound.report(new ClientError("protocol", text, { cause: error }));
      return false;
    }
  }
}
