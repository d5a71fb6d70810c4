// The tools of a server: registration, `tools/list` and `tools/call`.
// Everything that can be done at registration is done there; a call looks up, checks, runs.
// spec: server/tools

import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import { isJsonObject, type JsonObject, kindOf, show } from "../jsonrpc/message.ts";
import { after } from "../protocol/after.ts";
import type { Call, Outcome } from "../protocol/call.ts";
import { findHeaderParams, type HeaderParam } from "../protocol/header_params.ts";
import { riskyPatterns } from "../protocol/json_schema.ts";
import { compileSchema, type Schema } from "../protocol/schema.ts";
import type { ToolInfo, ToolResult } from "../protocol/types.ts";
import { type Context, failure, type Tool, ToolError } from "./define.ts";
import type { Around } from "./extension.ts";
import { pageOf } from "./pages.ts";
import { restructured, toToolResult } from "./result.ts";
import { runHandler } from "./run_handler.ts";
import { checkFunction, shown } from "./shown.ts";

interface Entry {
  readonly tool: Tool;
  readonly info: ToolInfo;
  readonly input: Schema;
  readonly output: Schema | undefined;
  readonly headerParams: readonly HeaderParam[];
}

const NO_INPUT = { type: "object", additionalProperties: false } as const;

/** The tools of one server, in the order of their registration. */
export class ToolSet {
  readonly #entries = new Map<string, Entry>();
  readonly #report: (error: unknown, call: Call | undefined) => void;
  #list: readonly ToolInfo[] | undefined;

  /** `report` is told of a handler's bugs, which the peer sees only as a short text. */
  constructor(report: (error: unknown, call: Call | undefined) => void) {
    this.#report = report;
  }

  /** How many tools there are. */
  get size(): number {
    return this.#entries.size;
  }

  /** Adds a tool. @throws {TypeError} when the definition breaks a rule, naming the rule. */
  add(tool: Tool): void {
    checkName(tool.name);
    if (this.#entries.has(tool.name)) {
      throw new TypeError(`Cannot register tool "${tool.name}": the name is taken`);
    }
    const entry = compile(tool);
    for (const pattern of riskyPatterns(entry.input.json)) {
      const risk = `repeats a repetition and can take very long on a short text`;
      this.#report(new Error(`Tool "${tool.name}": pattern ${show(pattern)} ${risk}`), undefined);
    }
    this.#entries.set(tool.name, entry);
    this.#list = undefined;
  }

  /** Takes a tool away; false when there was none of that name. */
  remove(name: string): boolean {
    this.#list = undefined;
    return this.#entries.delete(name);
  }

  /** The arguments of a tool that travel in headers as well. */
  headerParams(name: unknown): readonly HeaderParam[] {
    return typeof name === "string" ? this.#entries.get(name)?.headerParams ?? [] : [];
  }

  /** Answers `tools/list`. */
  list(params: JsonObject, pageSize: number): JsonObject {
    this.#list ??= Array.from(this.#entries.values(), (entry) => entry.info);
    const page = pageOf("tools", this.#list, pageSize, params.cursor, (info) => info.name);
    return page.nextCursor === undefined
      ? { tools: page.items }
      : { tools: page.items, nextCursor: page.nextCursor };
  }

  /**
   * Answers `tools/call`. `around` stands around a call whose arguments are right.
   *
   * @throws {RpcError} when the request itself is wrong.
   */
  call(call: Call, around?: Around): Outcome | Promise<Outcome> {
    const { name, arguments: given = {} } = call.params;
    if (typeof name !== "string") {
      throw new RpcError(ErrorCode.InvalidParams, `"name" must be a string: got ${kindOf(name)}`);
    }
    const entry = this.#entries.get(name);
    if (entry === undefined) {
      throw new RpcError(
        ErrorCode.InvalidParams,
        `Unknown tool: got ${show(name)}; "tools/list" names those there are`,
      );
    }
    if (!isJsonObject(given)) {
      throw new RpcError(
        ErrorCode.InvalidParams,
        `"arguments" must be an object: got ${kindOf(given)}`,
      );
    }
    return after(entry.input.check(given), (input) => {
      if (!input.ok) {
        return outcomeOf(failure(`Invalid arguments for ${name}: ${input.problems.join("; ")}`));
      }
      if (around === undefined) return after(this.#run(entry, input.value, call), outcomeOf);
      return around(
        call,
        entry.tool,
        async (as) => outcomeOf(await this.#run(entry, input.value, as)),
      );
    });
  }

  #run(entry: Entry, input: unknown, call: Call): ToolResult | Promise<ToolResult> {
    const { tool, output } = entry;
    let ctx: Context | undefined;
    try {
      const returned = runHandler(call, tool.timeoutMs, (own) => tool.run(input, ctx = own));
      const result = after(returned, toToolResult);
      const checked = output === undefined
        ? result
        : after(result, (known) => checkOutput(entry, output, known));
      return checked instanceof Promise
        ? checked.catch((error) => this.#refused(error, call, ctx))
        : checked;
    } catch (error) {
      return this.#refused(error, call, ctx);
    }
  }

  /** What the model is told of something that was thrown. */
  #refused(error: unknown, call: Call, ctx: Context | undefined): ToolResult {
    if (error instanceof RpcError) throw error;
    if (error instanceof ToolError) return this.#failed(error, call);
    if (isBug(error) && ctx?.signal.aborted !== true) this.#report(error, call);
    return failure(messageOf(error));
  }

  #failed(error: ToolError, call: Call): ToolResult {
    try {
      return toToolResult(failure(error.message, error.structured));
    } catch (unsayable) {
      this.#report(unsayable, call);
      return failure(error.message);
    }
  }
}

function outcomeOf(result: ToolResult): Outcome {
  return { kind: "complete", result: result as unknown as JsonObject };
}

function compile(tool: Tool): Entry {
  try {
    checkFunction(tool.run, "run");
    checkTimeout(tool.timeoutMs);
    checkChoice(tool.task, "task", ["required", "optional", "forbidden"]);
    checkChoice(tool.taskStarts, "taskStarts", ["before", "within"]);
    const lenient = tool.lenient ?? false;
    const json = tool.inputSchema;
    const input = compileSchema(
      tool.input ?? NO_INPUT,
      json === undefined ? { lenient, side: "input" } : { lenient, side: "input", json },
    );
    if (input.json.type !== "object") {
      throw new TypeError(
        `"type" of the input schema must be "object": got ${show(input.json.type)}`,
      );
    }
    const output = tool.output === undefined
      ? undefined
      : compileSchema(tool.output, { side: "output" });
    const headerParams = findHeaderParams(input.json);
    return { tool, info: infoOf(tool, input, output), input, output, headerParams };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TypeError(`Cannot register tool "${tool.name}": ${reason}`);
  }
}

function infoOf(tool: Tool, input: Schema, output: Schema | undefined): ToolInfo {
  return {
    ...shown(tool, ["name", "title", "description"]),
    inputSchema: input.json,
    ...(output === undefined ? {} : { outputSchema: output.json }),
    ...shown(tool, ["annotations", "icons", "_meta"]),
  };
}

/** A name that every client can use: the spec's rule, kept strictly. */
function checkName(name: unknown): void {
  if (typeof name !== "string" || !/^[A-Za-z0-9_.-]{1,128}$/.test(name)) {
    throw new TypeError(
      `Cannot register tool: name must be 1 to 128 characters of A-Z a-z 0-9 _ - . : got ${
        show(name)
      }`,
    );
  }
}

function checkChoice(value: unknown, what: string, choices: readonly string[]): void {
  if (value === undefined || choices.includes(value as string)) return;
  throw new TypeError(`${what} must be one of ${choices.join(", ")}: got ${show(value)}`);
}

/** A timer takes no more milliseconds than this; past it, it goes off at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

function checkTimeout(ms: unknown): void {
  if (ms === undefined) return;
  if (typeof ms === "number" && Number.isInteger(ms) && ms >= 1 && ms <= MAX_TIMEOUT_MS) return;
  throw new TypeError(
    `timeoutMs must be an integer from 1 to ${MAX_TIMEOUT_MS}: got ${
      typeof ms === "number" ? ms : show(ms)
    }`,
  );
}

function checkOutput(
  entry: Entry,
  schema: Schema,
  result: ToolResult,
): ToolResult | Promise<ToolResult> {
  if (result.isError === true) return result;
  if (result.structuredContent === undefined) {
    throw new TypeError(
      `Tool "${entry.tool.name}" has an output schema but returned no structured content`,
    );
  }
  return after(schema.check(result.structuredContent), (checked) => {
    if (checked.ok) {
      const same = checked.value === result.structuredContent;
      return same ? result : restructured(result, checked.value);
    }
    throw new TypeError(
      `Tool "${entry.tool.name}" returned what its output schema does not allow: ${
        checked.problems.join("; ")
      }`,
    );
  });
}

/** Whether a module was not found that a tool loads when it is called, as after an update. */
function isGoneModule(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
}

/** Whether a thrown value is more than a failure that the author meant the model to read. */
function isBug(error: unknown): boolean {
  return !(error instanceof Error) || error.name !== "Error" || isGoneModule(error);
}

/** The text of a thrown value for the model: the message alone, never a stack. */
function messageOf(error: unknown): string {
  // The runtime's text names files of the server's, and does not help: a restart does.
  if (isGoneModule(error)) {
    return "The tool could not be loaded: the server's program was changed while it ran; restart it";
  }
  if (error instanceof Error) return error.message === "" ? error.name : error.message;
  return typeof error === "string" ? error : "The tool failed without saying why";
}
