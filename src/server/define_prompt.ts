// What an author writes a prompt with: the definition and its types.
// Imported by `prompts.ts` and by library users; runs nothing itself.
// spec: server/prompts

import type { JsonObject } from "../jsonrpc/message.ts";
import type { Content, Icon, PromptArgumentInfo, PromptMessage } from "../protocol/types.ts";
import type { Context } from "./define.ts";
import type { Completer } from "./define_completion.ts";

/** An argument of a prompt, as its author writes it. */
export interface PromptArgument extends PromptArgumentInfo {
  /** Suggests values for it. */
  readonly complete?: Completer;
}

/** The arguments that `run` is given: those required, and those that came. */
export type PromptArguments<A extends readonly PromptArgument[]> = string extends A[number]["name"]
  ? { readonly [name: string]: string | undefined }
  :
    & {
      readonly [P in A[number] as P extends { readonly required: true } ? P["name"] : never]:
        string;
    }
    & {
      readonly [P in A[number] as P extends { readonly required: true } ? never : P["name"]]?:
        string;
    };

/** A message that `run` may return: with content, or with just a text. */
export interface PromptLine {
  /** Whose words they are. */
  readonly role: PromptMessage["role"];
  /** What they say; a string is text. */
  readonly content: Content | string;
}

/** What `run` may return. A string is one message of the user's. */
export type PromptReturn =
  | string
  | PromptLine
  | readonly PromptLine[]
  | {
    readonly description?: string;
    readonly messages: readonly PromptLine[];
    readonly _meta?: JsonObject;
  };

/** A prompt, as its author writes it. */
export interface PromptDefinition<A extends readonly PromptArgument[]> {
  /** A name for programs. */
  readonly name: string;
  /** A name for people. */
  readonly title?: string;
  /** What it is for. */
  readonly description?: string;
  /** What it can be filled in with; all arguments are strings. */
  readonly arguments?: A;
  /** Images that stand for it. */
  readonly icons?: readonly Icon[];
  /** Whatever client and server have agreed on beside the protocol. */
  readonly _meta?: JsonObject;
  /** Writes the messages. A thrown `RpcError` is sent as it is, anything else as -32603 without its text. */
  run(args: PromptArguments<A>, ctx: Context): PromptReturn | Promise<PromptReturn>;
}

/** A prompt, ready to be registered. */
export type Prompt = PromptDefinition<readonly PromptArgument[]>;

/**
 * Types a prompt's handler by its arguments. The definition itself is not changed.
 *
 * @example
 * ```ts
 * import { definePrompt } from "@lmcp/lmcp";
 *
 * const review = definePrompt({
 *   name: "review",
 *   description: "Reviews a change.",
 *   arguments: [{ name: "diff", required: true }, { name: "focus" }],
 *   run: ({ diff, focus = "bugs" }) => `Review this change, looking for ${focus}:\n${diff}`,
 * });
 * if (review.name !== "review") throw new Error("unexpected name");
 * ```
 */
export function definePrompt<const A extends readonly PromptArgument[]>(
  definition: PromptDefinition<A>,
): Prompt {
  return definition as unknown as Prompt;
}
