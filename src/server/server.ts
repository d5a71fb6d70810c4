// The core: what is registered, and the methods that both eras share.
// A request is a function call here: `handle(call)` gives an outcome, and knows no version, header,
// session or socket. Called by `transports/exchange.ts` only.

import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import type { JsonObject } from "../jsonrpc/message.ts";
import type { CacheHint, Call, Change, Core, Outcome, ServerFacts } from "../protocol/call.ts";
import type { Icon, Implementation, ServerCapabilities } from "../protocol/types.ts";
import type { AnySchema } from "../protocol/infer.ts";
import type { Tool, ToolDefinition } from "./define.ts";
import { ToolSet } from "./tools.ts";

/** What a server says of itself, and its few settings. */
export interface ServerOptions {
  /** A name for programs, such as `greeter`. */
  readonly name: string;
  readonly version: string;
  /** A name for people. */
  readonly title?: string;
  readonly description?: string;
  readonly websiteUrl?: string;
  readonly icons?: readonly Icon[];
  /** How to use the server, for the model. Clients cut it at about 2,000 characters. */
  readonly instructions?: string;
  /** Entries a page of a list holds. Default 50. */
  readonly pageSize?: number;
  /** How long clients may reuse lists. Default: not at all, and not shared. */
  readonly cache?: CacheHint;
  /** Told of a handler's bugs and other errors that no peer is told of. Default: `console.error`. */
  readonly onError?: (error: unknown, call: Call | undefined) => void;
}

/** A server: register on it, then serve it with `createHandler` or `serveStdio`. */
export interface Server extends Core {
  /** Registers a tool. @throws {TypeError} when the definition breaks a rule, naming the rule. */
  tool<const S extends AnySchema>(definition: ToolDefinition<S> | Tool): Server;
  /** Takes a tool away; false when there was none of that name. */
  removeTool(name: string): boolean;
}

/**
 * Makes a server.
 *
 * @throws {TypeError} when the name or version is missing, or the page size is not a positive integer.
 *
 * @example
 * ```ts
 * import { createServer } from "@lmcp/lmcp";
 *
 * const server = createServer({ name: "greeter", version: "1.0.0" });
 * server.tool({ name: "hello", run: () => "Hello!" });
 * if (server.facts.info.name !== "greeter") throw new Error("unexpected name");
 * ```
 */
export function createServer(options: ServerOptions): Server {
  const { pageSize = 50, onError = logError } = options;
  const info = infoOf(options);
  if (!Number.isSafeInteger(pageSize) || pageSize < 1) {
    throw new TypeError(`Cannot make server: pageSize must be a positive integer: got ${pageSize}`);
  }
  const cache = options.cache ?? { ttlMs: 0, scope: "private" };
  const report = (error: unknown, call: Call | undefined) => {
    try {
      onError(error, call);
    } catch (failed) {
      logError(failed); // A failing sink must not change an answer.
    }
  };
  const tools = new ToolSet(report);
  const listeners = new Set<(change: Change) => void>();
  const changed = () => listeners.forEach((listener) => listener({ kind: "tools" }));
  const facts: ServerFacts = {
    info,
    instructions: options.instructions,
    cache,
    capabilities: (): ServerCapabilities => ({
      ...(tools.size > 0 ? { tools: { listChanged: true } } : {}),
      logging: {},
    }),
  };

  const methods: { readonly [method: string]: (call: Call) => Outcome | Promise<Outcome> } = {
    __proto__: null as never,
    "tools/list": (call) => ({
      kind: "complete",
      result: tools.list(call.params, pageSize),
      cache,
    }),
    "tools/call": async (call) => ({
      kind: "complete",
      result: await tools.call(call) as unknown as JsonObject,
    }),
  };

  return {
    facts,
    tool(definition) {
      tools.add(definition as Tool);
      changed();
      return this;
    },
    removeTool(name) {
      const removed = tools.remove(name);
      if (removed) changed();
      return removed;
    },
    headerParams: (name) => tools.headerParams(name),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    handle(call) {
      const method = methods[call.method];
      if (method === undefined) {
        throw new RpcError(ErrorCode.MethodNotFound, `Unknown method: got "${call.method}"`);
      }
      return method(call);
    },
    report,
  };
}

function infoOf(options: ServerOptions): Implementation {
  for (const key of ["name", "version"] as const) {
    if (typeof options[key] !== "string" || options[key] === "") {
      throw new TypeError(
        `Cannot make server: ${key} must be a text that is not empty: got ${String(options[key])}`,
      );
    }
  }
  const { name, version, title, description, websiteUrl, icons } = options;
  return {
    name,
    version,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(websiteUrl === undefined ? {} : { websiteUrl }),
    ...(icons === undefined ? {} : { icons }),
  };
}

function logError(error: unknown): void {
  // deno-lint-ignore no-console
  console.error("lmcp:", error);
}
