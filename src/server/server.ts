// The core: what is registered, and the methods that both eras share.
// A request is a function call here: `handle(call)` gives an outcome, and knows no version, header,
// session or socket. Called by `transports/exchange.ts` only.

import { methodNotFound } from "../jsonrpc/errors.ts";
import type { JsonObject } from "../jsonrpc/message.ts";
import type { CacheHint, Call, Change, Core, Outcome, ServerFacts } from "../protocol/call.ts";
import type { Icon, Implementation, ServerCapabilities } from "../protocol/types.ts";
import type { AnySchema } from "../protocol/infer.ts";
import { complete } from "./completion.ts";
import type { Tool, ToolDefinition } from "./define.ts";
import type { Prompt, PromptArgument, PromptDefinition } from "./define_prompt.ts";
import type {
  Resource,
  ResourceDefinition,
  ResourceTemplateDefinition,
} from "./define_resource.ts";
import { type Extension, ExtensionSet } from "./extension.ts";
import { PromptSet } from "./prompts.ts";
import { ResourceSet } from "./resources.ts";
import { checkCache } from "./shown.ts";
import { ToolSet } from "./tools.ts";

/** What a server says of itself, and its few settings. */
export interface ServerOptions {
  /** A name for programs, such as `greeter`. */
  readonly name: string;
  /** Its version, in any form. */
  readonly version: string;
  /** A name for people. */
  readonly title?: string;
  /** What it is, in a sentence. */
  readonly description?: string;
  /** Its home page. */
  readonly websiteUrl?: string;
  /** Images that stand for it. */
  readonly icons?: readonly Icon[];
  /** How to use the server, for the model. Clients cut it at about 2,000 characters. */
  readonly instructions?: string;
  /** Entries a page of a list holds. Default 50. */
  readonly pageSize?: number;
  /** How long clients may reuse lists. Default: not at all, and not shared. */
  readonly cache?: CacheHint;
  /**
   * What to declare before anything of the kind is registered; what is registered is declared
   * anyway. Only `logging` is on by default: `false` sends no log lines to clients.
   */
  readonly capabilities?: { readonly [C in Capability]?: boolean };
  /** Told of a handler's bugs and other errors that no peer is told of. Default: `console.error`. */
  readonly onError?: (error: unknown, call: Call | undefined) => void;
}

/** What a server can declare. */
export type Capability = "tools" | "resources" | "prompts" | "completions" | "logging";

/** A server: register on it, then serve it with `createHandler` or `serveStdio`. */
export interface Server extends Core {
  /** Registers a tool. @throws {TypeError} when the definition breaks a rule, naming the rule. */
  tool<const S extends AnySchema = { readonly type: "object" }>(
    definition: ToolDefinition<S>,
  ): Server;
  /** Takes a tool away; false when there was none of that name. */
  removeTool(name: string): boolean;
  /**
   * Registers a resource, or a template of many. A resource with a URI of its own wins over
   * templates; those are tried in the order they came.
   *
   * @throws {TypeError} when the definition breaks a rule, naming the rule.
   */
  resource<const T extends string>(definition: ResourceTemplateDefinition<T>): Server;
  /** Registers a resource with a URI of its own. */
  resource(definition: ResourceDefinition): Server;
  /** Registers either of them. */
  resource(definition: Resource): Server;
  /** Takes a resource or template away, by its URI; false when there was none. */
  removeResource(uri: string): boolean;
  /** Tells the clients that subscribed to a resource that it holds something else now. */
  resourceUpdated(uri: string): void;
  /** Registers a prompt. @throws {TypeError} when the definition breaks a rule, naming the rule. */
  prompt<const A extends readonly PromptArgument[]>(definition: PromptDefinition<A>): Server;
  /** Takes a prompt away; false when there was none of that name. */
  removePrompt(name: string): boolean;
  /**
   * Uses an extension of the protocol, such as those that `createTasks` and `createSkills` make.
   *
   * @throws {TypeError} when its identifier, a method or a resource of it is wrong or taken.
   */
  use(extension: Extension): Server;
}

/** How each capability is declared. */
const DECLARED: Required<Pick<ServerCapabilities, Capability>> = {
  tools: { listChanged: true },
  resources: { listChanged: true, subscribe: true },
  prompts: { listChanged: true },
  completions: {},
  logging: {},
};

/** A method, with the capability that it belongs to. */
type Method = readonly [Capability, (call: Call) => Outcome | Promise<Outcome>];

/**
 * Makes a server.
 *
 * @throws {TypeError} when the name or version is missing, or a setting is not what it must be.
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
  checkCache(options.cache, "Cannot make server: cache");
  const cache = options.cache ?? { ttlMs: 0, scope: "private" };
  const report = (error: unknown, call: Call | undefined) => {
    try {
      onError(error, call);
    } catch (failed) {
      logError(failed); // A failing sink must not change an answer.
    }
  };
  const tools = new ToolSet(report);
  const resources = new ResourceSet(report, cache);
  const prompts = new PromptSet(report);
  const extensions = new ExtensionSet();
  const transports = new Set<symbol>();
  // A capability once declared stays: a client that saw it may ask, also when all is removed again.
  const offered = new Set<string>(["logging"]);
  for (const [name, asked] of Object.entries(options.capabilities ?? {})) {
    if (asked) offered.add(name);
    else offered.delete(name);
  }
  const listeners = new Set<(change: Change) => void>();
  const tell = (change: Change) => listeners.forEach((listener) => listener(change));
  const facts: ServerFacts = {
    info,
    instructions: options.instructions,
    cache,
    logs: offered.has("logging"),
    capabilities: () => declared(extensions.settings(false)),
    sessionCapabilities: () => declared(extensions.settings(true)),
  };
  function declared(extensions: ServerCapabilities["extensions"]): ServerCapabilities {
    const own = Object.fromEntries(Object.entries(DECLARED).filter(([name]) => offered.has(name)));
    return extensions === undefined ? own : { ...own, extensions };
  }

  const listed = (result: JsonObject): Outcome => ({ kind: "complete", result, cache });
  const methods = new Map<string, Method>([
    ["tools/list", ["tools", ({ params }) => listed(tools.list(params, pageSize))]],
    ["tools/call", ["tools", (call) => tools.call(call, extensions.around)]],
    ["resources/list", ["resources", ({ params }) => listed(resources.list(params, pageSize))]],
    ["resources/templates/list", [
      "resources",
      ({ params }) => listed(resources.listTemplates(params, pageSize)),
    ]],
    ["resources/read", ["resources", (call) => resources.read(call)]],
    ["prompts/list", ["prompts", ({ params }) => listed(prompts.list(params, pageSize))]],
    ["prompts/get", ["prompts", (call) => prompts.get(call)]],
    ["completion/complete", ["completions", (call) => complete(call, prompts, resources, report)]],
  ]);

  return {
    facts,
    tool(definition) {
      tools.add(definition as unknown as Tool);
      offered.add("tools");
      tell({ kind: "tools" });
      return this;
    },
    removeTool(name) {
      const removed = tools.remove(name);
      if (removed) tell({ kind: "tools" });
      return removed;
    },
    resource(definition: object) {
      const resource = definition as Resource;
      resources.add(resource);
      offered.add("resources");
      if (Object.keys(resource.uri === undefined ? resource.complete ?? {} : {}).length > 0) {
        offered.add("completions");
      }
      tell({ kind: "resources" });
      return this;
    },
    removeResource(uri) {
      const removed = resources.remove(uri);
      if (removed) tell({ kind: "resources" });
      return removed;
    },
    resourceUpdated(uri) {
      tell({ kind: "resource", uri });
    },
    prompt(definition: object) {
      const prompt = definition as Prompt;
      prompts.add(prompt);
      offered.add("prompts");
      if (prompt.arguments?.some(({ complete }) => complete !== undefined)) {
        offered.add("completions");
      }
      tell({ kind: "prompts" });
      return this;
    },
    removePrompt(name) {
      const removed = prompts.remove(name);
      if (removed) tell({ kind: "prompts" });
      return removed;
    },
    use(extension) {
      extensions.add(extension, (method) => methods.has(method));
      extension.attach?.((error) => report(error, undefined));
      for (const resource of extension.resources ?? []) this.resource(resource);
      return this;
    },
    headerParams: (name) => tools.headerParams(name),
    adds: (method, inSession) => extensions.adds(method, inSession),
    feeds: (call, filter) => extensions.feeds(call, filter),
    serve() {
      const transport = Symbol();
      transports.add(transport);
      return async () => {
        if (transports.delete(transport) && transports.size === 0) await extensions.end();
      };
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    handle(call) {
      const method = methods.get(call.method);
      if (method === undefined) return extensions.handle(call);
      if (!offered.has(method[0])) throw methodNotFound(call.method);
      return method[1](call);
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
