// The prompts of a server: registration, `prompts/list` and `prompts/get`.
// spec: server/prompts

import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import { isJsonObject, type JsonObject, kindOf, show } from "../jsonrpc/message.ts";
import type { Call, Outcome } from "../protocol/call.ts";
import type { PromptInfo } from "../protocol/types.ts";
import type { Completer } from "./define_completion.ts";
import type { Prompt, PromptArgument } from "./define_prompt.ts";
import { pageOf } from "./pages.ts";
import { toPromptResult } from "./prompt_result.ts";
import { runHandler } from "./run_handler.ts";
import { type Report, runOrRefuse } from "./run_or_refuse.ts";
import { checkFunction, checkText, shown } from "./shown.ts";

interface Entry {
  readonly prompt: Prompt;
  readonly info: PromptInfo;
}

/** The prompts of one server, in the order of their registration. */
export class PromptSet {
  readonly #entries = new Map<string, Entry>();
  readonly #report: Report;
  #list: readonly PromptInfo[] | undefined;

  /** `report` is told of a handler's bugs, which the peer sees only as a short text. */
  constructor(report: Report) {
    this.#report = report;
  }

  /** Adds a prompt. @throws {TypeError} when the definition breaks a rule, naming the rule. */
  add(prompt: Prompt): void {
    try {
      checkText(prompt.name, "name");
      if (this.#entries.has(prompt.name)) throw new TypeError("the name is taken");
      checkFunction(prompt.run, "run");
      checkArguments(prompt.arguments ?? []);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new TypeError(`Cannot register prompt ${show(prompt.name)}: ${error.message}`);
    }
    this.#entries.set(prompt.name, { prompt, info: infoOf(prompt) });
    this.#list = undefined;
  }

  /** Takes a prompt away; false when there was none of that name. */
  remove(name: string): boolean {
    this.#list = undefined;
    return this.#entries.delete(name);
  }

  /** Answers `prompts/list`. */
  list(params: JsonObject, pageSize: number): JsonObject {
    this.#list ??= Array.from(this.#entries.values(), (entry) => entry.info);
    const { items, nextCursor } = pageOf(
      "prompts",
      this.#list,
      pageSize,
      params.cursor,
      (info) => info.name,
    );
    return nextCursor === undefined ? { prompts: items } : { prompts: items, nextCursor };
  }

  /** Answers `prompts/get`. @throws {RpcError} when the request is wrong, or the prompt failed. */
  async get(call: Call): Promise<Outcome> {
    const { name, arguments: given = {} } = call.params;
    if (typeof name !== "string") throw invalid(`"name" must be a string: got ${kindOf(name)}`);
    const prompt = this.#entries.get(name)?.prompt;
    if (prompt === undefined) {
      throw invalid(`Unknown prompt: got ${show(name)}; "prompts/list" names those there are`);
    }
    const args = readArguments(prompt, given);
    const result = await runOrRefuse(
      call,
      this.#report,
      "the prompt could not be written",
      async () => {
        const value = await runHandler(call, undefined, (ctx) => prompt.run(args, ctx));
        return toPromptResult(value, prompt.description);
      },
    );
    return { kind: "complete", result: result as unknown as JsonObject };
  }

  /** What completes the arguments of a prompt; undefined when there is no such prompt. */
  completersOf(name: string): { readonly [name: string]: Completer | undefined } | undefined {
    const prompt = this.#entries.get(name)?.prompt;
    if (prompt === undefined) return undefined;
    return Object.fromEntries((prompt.arguments ?? []).map((each) => [each.name, each.complete]));
  }
}

function infoOf(prompt: Prompt): PromptInfo {
  const info = shown(prompt, ["name", "title", "description", "icons", "_meta"]);
  if (prompt.arguments === undefined) return info;
  const args = prompt.arguments.map((argument) =>
    shown(argument, ["name", "title", "description", "required"])
  );
  return { ...info, arguments: args };
}

function checkArguments(args: readonly PromptArgument[]): void {
  if (!Array.isArray(args)) throw new TypeError(`arguments must be a list: got ${kindOf(args)}`);
  const names = new Set<string>();
  for (const { name, complete } of args) {
    checkText(name, "name of an argument");
    if (names.has(name)) throw new TypeError(`argument ${show(name)} is there twice`);
    names.add(name);
    if (complete !== undefined) checkFunction(complete, `complete of ${show(name)}`);
  }
}

/** The arguments that the prompt knows. @throws {RpcError} -32602 naming the one that is wrong. */
function readArguments(prompt: Prompt, given: unknown): { readonly [name: string]: string } {
  if (!isJsonObject(given)) throw invalid(`"arguments" must be an object: got ${kindOf(given)}`);
  const known: [string, string][] = [];
  for (const { name, required } of prompt.arguments ?? []) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined) {
      if (required === true) throw invalid(`argument ${show(name)} is required: got nothing`);
    } else if (typeof value !== "string") {
      throw invalid(`argument ${show(name)} must be a string: got ${kindOf(value)}`);
    } else known.push([name, value]);
  }
  return Object.fromEntries(known);
}

function invalid(detail: string): RpcError {
  return new RpcError(ErrorCode.InvalidParams, detail);
}
