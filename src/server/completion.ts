// `completion/complete`: finds what completes an argument, asks it, and bounds its answer.
// Called by `server.ts`. spec: server/utilities/completion

import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import { isJsonObject, type JsonObject, kindOf, show } from "../jsonrpc/message.ts";
import type { Call, Outcome } from "../protocol/call.ts";
import type { Completion } from "../protocol/types.ts";
import type { Completer, CompletionResult } from "./define_completion.ts";
import { type Report, runOrRefuse } from "./run_or_refuse.ts";

/** Values in one answer, at the most. */
const MAX_VALUES = 100;

/** Completers, by the name of what they complete. */
export type Completers = { readonly [name: string]: Completer | undefined };

/** Where completers are found; undefined says that there is no such prompt or template. */
export interface CompletionSource {
  completersOf(key: string): Completers | undefined;
}

/**
 * Answers `completion/complete`. An argument that nothing completes has no values.
 *
 * @throws {RpcError} -32602 when the request is wrong or refers to nothing that there is.
 */
export async function complete(
  call: Call,
  prompts: CompletionSource,
  resources: CompletionSource,
  report: Report,
): Promise<Outcome> {
  const { ref, argument, context } = call.params;
  const completers = completersOf(ref, prompts, resources);
  const { name, value } = readArgument(argument);
  const known = readContext(context);
  const completer = Object.hasOwn(completers, name) ? completers[name] : undefined;
  if (completer === undefined) return outcomeOf([]);
  return await runOrRefuse(call, report, "the completion failed", async () =>
    outcomeOf(
      await completer(value, {
        arguments: known,
        auth: call.auth,
        get signal() {
          return call.signal;
        },
      }),
    ));
}

/** Cuts what a completer gave to what may be sent, with `total` and `hasMore` that are true. */
export function toCompletion(result: CompletionResult): Completion {
  const whole = isJsonObject(result) ? result as unknown as Completion : undefined;
  const given: unknown = whole === undefined ? result : whole.values;
  if (!Array.isArray(given) || given.some((value) => typeof value !== "string")) {
    throw new TypeError(
      `Completer must return a list of strings, or an object with it as "values": got ${
        kindOf(given)
      }`,
    );
  }
  const values = given.slice(0, MAX_VALUES);
  const goesOn = whole?.hasMore === true;
  // A list that goes on, nobody knows for how long, has no total.
  if (goesOn && whole.total === undefined) return { values, hasMore: true };
  const total = Math.max(whole?.total ?? 0, given.length);
  return { values, total, hasMore: goesOn || total > values.length };
}

function outcomeOf(result: CompletionResult): Outcome {
  const completion = toCompletion(result) as unknown as JsonObject;
  return { kind: "complete", result: { completion } };
}

function completersOf(
  ref: unknown,
  prompts: CompletionSource,
  resources: CompletionSource,
): Completers {
  if (!isJsonObject(ref)) throw invalid(`"ref" must be an object: got ${kindOf(ref)}`);
  if (ref.type === "ref/prompt") return find(prompts, ref, "name", "prompt");
  if (ref.type === "ref/resource") return find(resources, ref, "uri", "resource");
  throw invalid(`"type" of "ref" must be ref/prompt or ref/resource: got ${show(ref.type)}`);
}

function find(source: CompletionSource, ref: JsonObject, member: string, what: string): Completers {
  const key = ref[member];
  if (typeof key !== "string") {
    throw invalid(`"${member}" of "ref" must be a string: got ${kindOf(key)}`);
  }
  const completers = source.completersOf(key);
  if (completers === undefined) throw invalid(`Unknown ${what}: got ${show(key)}`);
  return completers;
}

function readArgument(argument: unknown): { readonly name: string; readonly value: string } {
  if (!isJsonObject(argument)) {
    throw invalid(`"argument" must be an object: got ${kindOf(argument)}`);
  }
  const { name, value } = argument;
  if (typeof name !== "string" || typeof value !== "string") {
    throw invalid(
      `"argument" must have a "name" and a "value" that are strings: got ${kindOf(name)} and ${
        kindOf(value)
      }`,
    );
  }
  return { name, value };
}

function readContext(context: unknown): { readonly [name: string]: string } {
  const given = isJsonObject(context) ? context.arguments ?? {} : context ?? {};
  if (!isJsonObject(given)) {
    throw invalid(`"context" must be an object with "arguments", an object: got ${kindOf(given)}`);
  }
  for (const [name, value] of Object.entries(given)) {
    if (typeof value !== "string") {
      throw invalid(`argument ${show(name)} in "context" must be a string: got ${kindOf(value)}`);
    }
  }
  return given as { readonly [name: string]: string };
}

function invalid(detail: string): RpcError {
  return new RpcError(ErrorCode.InvalidParams, detail);
}
