// The resources of a server: registration, their lists, and `resources/read`.
// A resource with a URI of its own wins over templates; those are tried in the order they came.
// spec: server/resources

import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import { type JsonObject, kindOf, show } from "../jsonrpc/message.ts";
import type { CacheHint, Call, Outcome } from "../protocol/call.ts";
import type { ResourceInfo, ResourceTemplateInfo } from "../protocol/types.ts";
import type { Context } from "./define.ts";
import type { Completer } from "./define_completion.ts";
import type {
  ReadReturn,
  Resource,
  ResourceDefinition,
  ResourceTemplateDefinition,
} from "./define_resource.ts";
import { pageOf } from "./pages.ts";
import { toReadResult } from "./read_result.ts";
import { runHandler } from "./run_handler.ts";
import { type Report, runOrRefuse } from "./run_or_refuse.ts";
import { checkCache, checkFunction, checkText, shown } from "./shown.ts";
import { compileTemplate, type UriMatcher } from "./uri_matcher.ts";
import { checkUriText } from "./uri_template.ts";

/** Characters that a URI may have. */
const MAX_URI = 8_192;

interface Fixed {
  readonly definition: ResourceDefinition;
  readonly info: ResourceInfo;
}

interface Template {
  readonly definition: ResourceTemplateDefinition;
  readonly info: ResourceTemplateInfo;
  readonly matcher: UriMatcher;
}

/** A resource that a URI names, and how to read it. */
interface Found {
  readonly definition: Resource;
  read(ctx: Context): ReadReturn | Promise<ReadReturn>;
}

/** The resources and templates of one server, in the order of their registration. */
export class ResourceSet {
  readonly #fixed = new Map<string, Fixed>();
  readonly #templates = new Map<string, Template>();
  readonly #report: Report;
  readonly #cache: CacheHint;
  #list: readonly ResourceInfo[] | undefined;
  #templateList: readonly ResourceTemplateInfo[] | undefined;

  /** `cache` is for resources that say none of their own. */
  constructor(report: Report, cache: CacheHint) {
    this.#report = report;
    this.#cache = cache;
  }

  /** Adds a resource or template. @throws {TypeError} when it breaks a rule, naming the rule. */
  add(resource: Resource): void {
    const key = resource.uri ?? resource.uriTemplate;
    this.#forgetLists();
    try {
      if (resource.uri === undefined) this.#addTemplate(resource);
      else this.#addFixed(resource);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new TypeError(`Cannot register resource ${show(key)}: ${error.message}`);
    }
  }

  /** Takes a resource or template away; false when there was none of that URI. */
  remove(uri: string): boolean {
    this.#forgetLists();
    return this.#fixed.delete(uri) || this.#templates.delete(uri);
  }

  /** Answers `resources/list`. */
  list(params: JsonObject, pageSize: number): JsonObject {
    this.#list ??= Array.from(this.#fixed.values(), (entry) => entry.info);
    const { items, nextCursor } = pageOf(
      "resources",
      this.#list,
      pageSize,
      params.cursor,
      (info) => info.uri,
    );
    return nextCursor === undefined ? { resources: items } : { resources: items, nextCursor };
  }

  /** Answers `resources/templates/list`. */
  listTemplates(params: JsonObject, pageSize: number): JsonObject {
    this.#templateList ??= Array.from(this.#templates.values(), (entry) => entry.info);
    const { items, nextCursor } = pageOf(
      "templates",
      this.#templateList,
      pageSize,
      params.cursor,
      (info) => info.uriTemplate,
    );
    return nextCursor === undefined
      ? { resourceTemplates: items }
      : { resourceTemplates: items, nextCursor };
  }

  /** Answers `resources/read`. @throws {RpcError} when there is no such resource, or it failed. */
  async read(call: Call): Promise<Outcome> {
    const { uri } = call.params;
    checkUri(uri);
    const found = this.#find(uri);
    if (found === undefined) throw notFound(uri);
    const { definition } = found;
    const result = await runOrRefuse(
      call,
      this.#report,
      "the resource could not be read",
      async () => {
        const value = await runHandler(call, undefined, (ctx) => found.read(ctx));
        return toReadResult(value, uri, definition.mimeType);
      },
    );
    if (result === undefined) throw notFound(uri);
    return {
      kind: "complete",
      result: result as unknown as JsonObject,
      cache: definition.cache ?? this.#cache,
    };
  }

  /** What completes the variables of a template, by its text or a URI of it; undefined without. */
  completersOf(uri: string): { readonly [name: string]: Completer | undefined } | undefined {
    if (uri.length > MAX_URI) return undefined;
    const definition = this.#templates.get(uri)?.definition ?? this.#find(uri)?.definition;
    if (definition === undefined) return undefined;
    return definition.uri === undefined ? definition.complete ?? {} : {};
  }

  #forgetLists(): void {
    this.#list = undefined;
    this.#templateList = undefined;
  }

  #find(uri: string): Found | undefined {
    const fixed = this.#fixed.get(uri)?.definition;
    if (fixed !== undefined) return { definition: fixed, read: (ctx) => fixed.read(uri, ctx) };
    for (const { definition, matcher } of this.#templates.values()) {
      const variables = matcher.match(uri);
      if (variables !== undefined) {
        return { definition, read: (ctx) => definition.read(uri, variables, ctx) };
      }
    }
    return undefined;
  }

  #addFixed(definition: ResourceDefinition): void {
    const { uri, size } = definition;
    checkText(uri, "uri");
    checkUriText(uri, "uri");
    if (!/^[A-Za-z][A-Za-z0-9+.-]*:/.test(uri)) {
      throw new TypeError(`uri must start with a scheme, such as "notes:": got ${show(uri)}`);
    }
    if (this.#fixed.has(uri)) throw new TypeError("the URI is taken");
    if (size !== undefined && (!Number.isSafeInteger(size) || size < 0)) {
      throw new TypeError(`size must be an integer of 0 or more: got ${show(size)}`);
    }
    checkCommon(definition);
    const info = shown(definition, ["uri", "name", ...SHOWN, "size"]);
    this.#fixed.set(uri, { definition, info });
  }

  #addTemplate(definition: ResourceTemplateDefinition): void {
    const { uriTemplate, complete = {} } = definition;
    checkText(uriTemplate, "uri or uriTemplate");
    const matcher = compileTemplate(uriTemplate);
    if (this.#templates.has(uriTemplate)) throw new TypeError("the template is taken");
    for (const [name, completer] of Object.entries(complete)) {
      if (!matcher.variables.includes(name)) {
        throw new TypeError(
          `complete must name variables of the template (${matcher.variables.join(", ")}): got ${
            show(name)
          }`,
        );
      }
      checkFunction(completer, `complete of "${name}"`);
    }
    checkCommon(definition);
    const info = shown(definition, ["uriTemplate", "name", ...SHOWN]);
    this.#templates.set(uriTemplate, { definition, info, matcher });
  }
}

const SHOWN = ["title", "description", "mimeType", "annotations", "icons", "_meta"] as const;

function checkCommon({ name, read, cache }: Resource): void {
  checkText(name, "name");
  checkFunction(read, "read");
  checkCache(cache, "cache");
}

/** @throws {RpcError} -32602 when it is not a text, or is too long. */
function checkUri(uri: unknown): asserts uri is string {
  if (typeof uri !== "string") {
    throw new RpcError(ErrorCode.InvalidParams, `"uri" must be a string: got ${kindOf(uri)}`);
  }
  if (uri.length > MAX_URI) {
    throw new RpcError(
      ErrorCode.InvalidParams,
      `"uri" must have at most ${MAX_URI} characters: got ${uri.length}`,
    );
  }
}

function notFound(uri: string): RpcError {
  const message = `Resource not found: got ${show(uri)}; "resources/list" names those there are`;
  return new RpcError(ErrorCode.InvalidParams, message, { uri });
}
