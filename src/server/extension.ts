// What an extension of the protocol is made of, and what a server does with those that it uses.
// Extensions are made by `tasks/`, `skills/` and library users; `server.ts` keeps the set.
// spec: basic/versioning#extension-negotiation

import { methodNotFound } from "../jsonrpc/errors.ts";
import { isJsonObject, type JsonObject, show } from "../jsonrpc/message.ts";
import type { Call, Feed, Outcome } from "../protocol/call.ts";
import { missingCapability } from "../protocol/revisions.ts";
import type { Tool } from "./define.ts";
import type { ResourceDefinition } from "./define_resource.ts";

/** Goes on with a call of a tool, or with another call in its place. */
export type Next = (call: Call) => Promise<Outcome>;

/** What stands around the calls of tools. */
export type Around = (call: Call, tool: Tool, next: Next) => Outcome | Promise<Outcome>;

/** An extension of the protocol, which a server opts into with `server.use`. */
export interface Extension {
  /** Its identifier, with a prefix: `com.example/thing`. */
  readonly id: string;
  /** What `capabilities.extensions` says of it. Default `{}`. */
  readonly settings?: JsonObject;
  /** Whether it is there on sessions of older revisions too. Default false. */
  readonly inSessions?: boolean;
  /** Whether its methods are refused to a client that did not declare it. Default true. */
  readonly mustBeDeclared?: boolean;
  /** Methods that it adds. */
  readonly methods?: ReadonlyMap<string, (call: Call) => Outcome | Promise<Outcome>>;
  /** Resources that it adds. */
  readonly resources?: readonly ResourceDefinition[];
  /** Stands around each call of a tool whose arguments are right. */
  readonly around?: Around;
  /**
   * What it can tell a subscription, by the filter that the client sent; undefined when the filter
   * asks for nothing of the extension.
   *
   * @throws {RpcError} when what it asks for is wrong.
   */
  readonly feed?: (call: Call, filter: JsonObject) => Feed | undefined | Promise<Feed | undefined>;
  /** Given, once, what errors are told to that no peer is told of. */
  readonly attach?: (report: (error: unknown) => void) => void;
  /** Ends what it runs on its own: nothing serves the server any more. */
  readonly end?: () => Promise<void>;
}

/** Whether the client declared an extension in a way that counts for this call. */
export function declares({ id, inSessions }: Extension, call: Call): boolean {
  if (call.session !== undefined && inSessions !== true) return false;
  return isJsonObject(call.client.capabilities.extensions?.[id]);
}

/** What a client has to declare for an extension. */
export function requirementOf(id: string): JsonObject {
  return { extensions: { [id]: {} } };
}

/** The extensions that one server uses. */
export class ExtensionSet {
  readonly #extensions = new Map<string, Extension>();
  readonly #methods = new Map<string, Extension>();
  #around: Around | undefined;

  /** What stands around the calls of tools; undefined when nothing does. */
  get around(): Around | undefined {
    return this.#around;
  }

  /**
   * Adds an extension. `isTaken` says which methods there are without extensions.
   *
   * @throws {TypeError} when its identifier or a method of it breaks a rule, naming the rule.
   */
  add(extension: Extension, isTaken: (method: string) => boolean): void {
    const { id, methods = new Map(), around } = extension;
    const refuse = (why: string) => new TypeError(`Cannot use extension ${show(id)}: ${why}`);
    if (typeof id !== "string" || !IDENTIFIER.test(id)) {
      throw refuse("its id must be a name with a prefix, such as com.example/thing");
    }
    if (this.#extensions.has(id)) throw refuse("the id is taken");
    for (const method of methods.keys()) {
      if (isTaken(method) || this.#methods.has(method)) {
        throw refuse(`the method ${show(method)} is taken`);
      }
    }
    this.#extensions.set(id, extension);
    for (const method of methods.keys()) this.#methods.set(method, extension);
    if (around !== undefined) this.#around = nest(this.#around, around);
  }

  /** Whether an extension adds a method; in sessions, only what is there for them. */
  adds(method: string, inSession: boolean): boolean {
    const extension = this.#methods.get(method);
    return extension !== undefined && (!inSession || extension.inSessions === true);
  }

  /** Answers a method. @throws {RpcError} when there is none, or its client did not declare it. */
  handle(call: Call): Outcome | Promise<Outcome> {
    const extension = this.#methods.get(call.method);
    const method = extension?.methods?.get(call.method);
    if (extension === undefined || method === undefined) throw methodNotFound(call.method);
    if (extension.mustBeDeclared !== false && !declares(extension, call)) {
      throw missingCapability(requirementOf(extension.id));
    }
    return method(call);
  }

  /** What the capabilities say of the extensions; undefined when there is nothing to say. */
  settings(inSession: boolean): { readonly [id: string]: JsonObject } | undefined {
    const shown = [...this.#extensions.values()]
      .filter((extension) => !inSession || extension.inSessions === true)
      .map(({ id, settings = {} }) => [id, settings] as const);
    return shown.length === 0 ? undefined : Object.fromEntries(shown);
  }

  /** What the extensions can tell a subscription. */
  async feeds(call: Call, filter: JsonObject): Promise<readonly Feed[]> {
    const feeds: Feed[] = [];
    for (const { feed } of this.#extensions.values()) {
      const found = await feed?.(call, filter);
      if (found !== undefined) feeds.push(found);
    }
    return feeds;
  }

  /** Ends what the extensions run on their own. */
  async end(): Promise<void> {
    await Promise.all(Array.from(this.#extensions.values(), ({ end }) => end?.()));
  }
}

/** A prefix of labels with dots between them, a slash, and a name. */
const IDENTIFIER =
  /^[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*\/[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;

function nest(outer: Around | undefined, inner: Around): Around {
  if (outer === undefined) return inner;
  return (call, tool, next) => outer(call, tool, async (within) => await inner(within, tool, next));
}
