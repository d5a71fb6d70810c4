// The tools of a server: registration, `tools/list` and `tools/call`.
// Everything that can be done at registration is done there; a call looks up, checks, runs.
// spec: server/tools

import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import { isJsonObject, type JsonObject, kindOf, show } from "../jsonrpc/message.ts";
import type { Call, Outcome } from "../protocol/call.ts";
import { findHeaderParams, type HeaderParam } from "../protocol/header_params.ts";
import { riskyPatterns } from "../protocol/json_schema.ts";
import { compileSchema, type Schema } from "../protocol/schema.ts";
import type { ToolInfo, ToolResult } from "../protocol/types.ts";
import { type Context, failure, type Tool, ToolError } from "./define.ts";
import type { Around } from "./extension.ts";
import { pageOf } from "./pages.ts";
import { toToolResult } from "./result.ts";
import { runHandler } from "./run_handler.ts";

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
    const page = pageOf(this.#list, pageSize, params.cursor, (info) => info.name);
    return page.nextCursor === undefined
      ? { tools: page.items }
      : { tools: page.items, nextCursor: page.nextCursor };
  }

  /**
   * Answers `tools/call`. `around` stands around a call whose arguments are right.
   *
   * @throws {RpcError} when the request itself is wrong.
   */
  async call(call: Call, around?: Around): Promise<Outcome> {
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
    const checked = entry.input.check(given);
    const input = checked instanceof Promise ? await checked : checked;
    if (!input.ok) {
      return outcomeOf(failure(`Invalid arguments for ${name}: ${input.problems.join("; ")}`));
    }
    const next = async (as: Call) => outcomeOf(await this.#run(entry, input.value, as));
    return await (around === undefined ? next(call) : around(call, entry.tool, next));
  }

  async #run(entry: Entry, input: unknown, call: Call): Promise<ToolResult> {
    const { tool, output } = entry;
    let ctx: Context | undefined;
    try {
      const result = toToolResult(
        await runHandler(call, tool.timeoutMs, (own) => tool.run(input, ctx = own)),
      );
      return output === undefined ? result : await checkOutput(entry, output, result);
    } catch (error) {
      if (error instanceof RpcError) throw error;
      if (error instanceof ToolError) return failure(error.message, error.structured);
      if (ctx?.signal.aborted !== true) this.#report(error, call);
      return failure(messageOf(error));
    }
  }
}

function outcomeOf(result: ToolResult): Outcome {
  return { kind: "complete", result: result as unknown as JsonObject };
}

function compile(tool: Tool): Entry {
  try {
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
    if (!(error instanceof TypeError)) throw error;
    throw new TypeError(`Cannot register tool "${tool.name}": ${error.message}`);
  }
}

function infoOf(tool: Tool, input: Schema, output: Schema | undefined): ToolInfo {
  return {
    name: tool.name,
    ...(tool.title === undefined ? {} : { title: tool.title }),
    ...(tool.description === undefined ? {} : { description: tool.description }),
    inputSchema: input.json,
    ...(output === undefined ? {} : { outputSchema: output.json }),
    ...(tool.annotations === undefined ? {} : { annotations: tool.annotations }),
    ...(tool.icons === undefined ? {} : { icons: tool.icons }),
    ...(tool._meta === undefined ? {} : { _meta: tool._meta }),
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

async function checkOutput(entry: Entry, schema: Schema, result: ToolResult): Promise<ToolResult> {
  if (result.isError === true) return result;
  if (result.structuredContent === undefined) {
    throw new TypeError(
      `Tool "${entry.tool.name}" has an output schema but returned no structured content`,
    );
  }
  const checked = await schema.check(result.structuredContent);
  if (checked.ok) return result;
  throw new TypeError(
    `Tool "${entry.tool.name}" returned what its output schema does not allow: ${
      checked.problems.join("; ")
    }`,
  );
}

/** The text of a thrown value for the model: the message alone, never a stack. */
function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message === "" ? error.name : error.message;
  return typeof error === "string" ? error : "The tool failed without saying why";
}
